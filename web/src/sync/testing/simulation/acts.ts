/** What people type in a story, from what their screen shows. Values repeat on purpose. */
import { decideHeld } from "../../../actions/decide-held.ts"
import { saveOperation, signOperation } from "../../../actions/make-operation.ts"
import { recordItemTransaction, recordNote } from "../../../actions/record-entry.ts"
import { bringBackRecord, reviseRecord, voidRecord } from "../../../actions/revise-entry.ts"
import type { Entry } from "../../../core/entry.ts"
import type { Fields, Operation } from "../../../core/operation.ts"
import type { Device } from "../../../store/device.ts"
import type { NewOperation } from "../../../store/outbox.ts"
import { readDay, readHeld, type HeldView } from "../../../store/queries.ts"
import type { Chance } from "./chance.ts"

export const WORK_DATES = ["2026-12-01", "2026-12-02"]
/** Few, so that people meet at the same ones. */
const ENTRIES_AT_HAND = 2
const LARGE_LETTERS = 70_000

export interface Scene {
  contract: string
  items: readonly string[]
  chance: Chance
  tell(what: string): void
}

export interface Typist extends Scene {
  device: Device
}

/** One person types one thing. Undefined: a form that changed nothing. Raises NotSaved. */
export async function typeSomething(typist: Typist): Promise<Operation | undefined> {
  const { device, chance, contract } = typist
  const entries = (await readShown(device, contract)).slice(-ENTRIES_AT_HAND)
  const views = await readHeld(device.store, device.person.id)
  const held = views.filter((view) => view.contract === contract && view.mayDecide && !view.myDecision)
  const roll = chance.below(100)
  if (roll < 6) return typeOddly(typist, entries)
  if (roll < 22 || entries.length === 0) return recordSomething(typist)
  if (roll < 55 || (roll < 88 && held.length === 0)) return reviseSomething(typist, chance.pick(entries))
  if (roll < 88) return decideSomething(typist, chooseHeld(chance, held))
  typist.tell("voided or brought back")
  const entry = chance.pick(entries)
  return (entry.voided ? bringBackRecord : voidRecord)(device, entry, "seen again")
}

/** Mostly where two people disagree: others may be typing there still. */
function chooseHeld(chance: Chance, held: readonly HeldView[]): HeldView {
  const conflicts = held.filter((view) => view.held.reason === "conflict")
  return chance.pick(conflicts.length > 0 && chance.strikes(80) ? conflicts : held)
}

export async function readShown(device: Device, contract: string): Promise<Entry[]> {
  const days = await Promise.all(WORK_DATES.map((date) => readDay(device.store, contract, date)))
  return days.flatMap(({ notes, transactions }) => [...notes, ...transactions])
}

function recordSomething({ device, contract, chance, items, tell }: Typist): Promise<Operation> {
  const work_date = chance.pick(WORK_DATES)
  tell("recorded")
  if (chance.strikes(50))
    return recordNote(device, contract, { note_type: "General", work_date, text: `n${chance.below(3)}` })
  // Once in a while what no form lets through: more decimals than the item takes.
  const quantity = chance.strikes(8) ? "0.12345" : `${chance.below(3) + 1}`
  const place = chance.strikes(50) ? choosePlace(chance) : {}
  return recordItemTransaction(device, contract, { work_date, ...place, item: chance.pick(items), quantity })
}

function reviseSomething({ device, chance, tell }: Typist, entry: Entry): Promise<Operation | undefined> {
  const measured = { quantity: `${chance.below(3) + 1}`, work_date: chance.pick(WORK_DATES) }
  const ofTransaction = [choosePlace(chance), measured, { ...measured, ...choosePlace(chance) }]
  const changes: Fields = entry.type === "note" ? { text: `n${chance.below(3)}` } : chance.pick(ofTransaction)
  tell("revised")
  return reviseRecord(device, entry, changes)
}

function decideSomething({ device, chance, tell }: Typist, view: HeldView): Promise<Operation> {
  const choice = chance.strikes(55) ? ("apply" as const) : ("set_aside" as const)
  const { set, type } = view.held.operation
  const isOther = choice === "apply" && chance.strikes(30) && "quantity" in set && type === "item_transaction"
  tell(choice)
  return decideHeld(
    device,
    view,
    choice,
    isOther ? { ...set, quantity: `${chance.below(3) + 1}` } : set,
    "decided",
  )
}

const choosePlace = (chance: Chance): Fields => ({ location: chance.pick(["Bay 1", "Bay 2", null]) })

/** What an older, a newer or a broken program may have left in an outbox. */
function typeOddly(typist: Typist, entries: readonly Entry[]): Promise<Operation> {
  const { device, contract, chance, tell } = typist
  const note = { note_type: "General", work_date: chance.pick(WORK_DATES), text: `n${chance.below(3)}` }
  const fresh = { ...signOperation(device, contract), record: device.newId() }
  const create: NewOperation = { ...fresh, type: "note", verb: "create", set: note }
  const odd: Record<string, NewOperation> = {
    "unknown schema": { ...create, schema: 99 },
    "unknown type": { ...create, type: "tally_of_tomorrow" },
    "NUL in a text": { ...create, set: { ...note, text: "a\u0000b" } },
    "half a letter": { ...create, set: { ...note, text: "a\ud83d" } },
    "too large": { ...create, set: { ...note, text: "x".repeat(LARGE_LETTERS) } },
    "not a text": { ...create, set: { ...note, text: 7 } },
    "not a date": { ...create, set: { ...note, work_date: "2026-02-30" } },
    "no such record": { ...create, verb: "revise", base: {}, seen: {} },
    "no such target": {
      ...create,
      verb: "decide",
      target: device.newId(),
      choice: "set_aside",
      reason: "odd",
      set: {},
    },
  }
  const twice = entries.length > 0 && chance.strikes(40) ? chance.pick(entries) : undefined
  if (twice) {
    tell("made twice")
    return saveOperation(device, { ...create, type: twice.type, record: twice.record, set: twice.fields }, {})
  }
  const name = chance.pick(Object.keys(odd))
  tell(`odd: ${name}`)
  return saveOperation(device, odd[name]!, {})
}
