// @vitest-environment node
/** What each act of a person makes: exactly one operation, upon what he saw, with his draft gone in the same write. */
import { beforeEach, describe, expect, test } from "vitest"
import type { Entry } from "../core/entry.ts"
import type { Answer, Fields, Operation } from "../core/operation.ts"
import { openDevice, type Device } from "../store/device.ts"
import { readDraft, writeDraft } from "../store/drafts.ts"
import { openMemoryStore } from "../store/memory-store.ts"
import { putAnswer } from "../store/outbox.ts"
import { countWaiting, readEntry, type HeldView } from "../store/queries.ts"
import { NotSaved } from "../store/store.ts"
import { decideHeld } from "./decide-held.ts"
import { dismissNotice } from "./dismiss-notice.ts"
import { recordItemTransaction, recordNote } from "./record-entry.ts"
import { bringBackRecord, reviseRecord, voidRecord } from "./revise-entry.ts"

const CONTRACT = "01890000-0000-7000-8000-00000000000c"
const ITEM = "01890000-0000-7000-8000-000000000001"
const PERSON = { id: "p", email: "a@example.org", name: "Alice", initials: "A", role: "inspector" as const }
const TYPED: Fields = {
  item: ITEM,
  work_date: "2026-11-20",
  quantity: "12.50",
  location: " Bay 1 ",
  side: "",
}

let device: Device

beforeEach(async () => {
  const [start, store] = [Date.UTC(2026, 10, 23, 20, 5, 11, 120), openMemoryStore()]
  device = await openDevice({ store, person: PERSON, app: "1.2.3", now: () => new Date(start) })
})

const operations = (): Promise<Operation[]> =>
  device.store.read(["operations"], (read) => read.list("operations", { prefix: [] }))

const entryOf = async (record: string): Promise<Entry> =>
  (await readEntry(device.store, CONTRACT, record))!.entry

async function recorded(fields: Fields = TYPED): Promise<{ made: Operation; entry: Entry }> {
  const made = await recordItemTransaction(device, CONTRACT, fields)
  return { made, entry: await entryOf(made.record) }
}

describe("recording", () => {
  test("a transaction: values in their one spelling, what is empty left out", async () => {
    const { made } = await recorded()

    expect(made).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      device: device.id,
      number: 1,
      contract: CONTRACT,
      type: "item_transaction",
      record: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      verb: "create",
      set: { item: ITEM, work_date: "2026-11-20", quantity: "12.5", location: "Bay 1" },
      author: "p",
      made_at: expect.stringMatching(/^2026-11-2\dT\d\d:05:11\.120[+-]\d\d:\d\d$/) as string,
      app: "1.2.3",
      schema: 1,
    })
    expect(made.id).not.toBe(made.record)
    expect(await operations()).toEqual([made])
    expect(await countWaiting(device.store)).toBe(1)
  })

  test("a note keeps its text as it was typed, its ends trimmed", async () => {
    const text = "  <b>first</b> line\n\n  second \u{1f600}\n"

    const { set } = await recordNote(device, CONTRACT, {
      note_type: "General",
      work_date: "2026-11-20",
      text,
      time: null,
    })

    expect(set).toEqual({
      note_type: "General",
      work_date: "2026-11-20",
      text: "<b>first</b> line\n\n  second \u{1f600}",
    })
  })

  test("numbers go up by one, also where several are saved at once", async () => {
    const made = await Promise.all(
      Array.from({ length: 5 }, () => recordItemTransaction(device, CONTRACT, TYPED)),
    )

    expect(made.map((one) => one.number).sort()).toEqual([1, 2, 3, 4, 5])
  })

  test("the draft goes in the same write; where that fails the draft stays, and nothing is in the outbox", async () => {
    await writeDraft(device.store, "new", TYPED)
    const failing = { ...device, store: { ...openMemoryStore(), write: refuse } }
    await expect(recordItemTransaction(failing, CONTRACT, TYPED, { draft: "new" })).rejects.toBeInstanceOf(
      NotSaved,
    )
    expect(await readDraft(device.store, "new")).toBeDefined()
    expect(await operations()).toEqual([])

    let writes = 0
    device.store.subscribe(() => (writes += 1))
    await recordItemTransaction(device, CONTRACT, TYPED, { draft: "new" })

    expect(writes).toBe(1)
    expect(await readDraft(device.store, "new")).toBeUndefined()
  })

  const refuse = (): Promise<never> => Promise.reject(new NotSaved("full"))
})

describe("revising", () => {
  test("says what was seen of the fields that belong together, and of voided", async () => {
    const { made, entry } = await recorded()

    const revised = await reviseRecord(device, entry, { ...TYPED, quantity: "13" }, " measured again ")

    expect(revised).toMatchObject({
      verb: "revise",
      record: made.record,
      set: { quantity: "13" },
      base: { item: ITEM, work_date: "2026-11-20", quantity: "12.5" },
      seen: { item: made.id, work_date: made.id, quantity: made.id },
      revision: 1,
      reason: "measured again",
      number: 2,
    })
    expect(Object.keys(revised!.base!)).not.toContain("location")
    expect(Object.keys(revised!.seen!)).not.toContain("location")
  })

  test("of the place says nothing of the measurement", async () => {
    const { made, entry } = await recorded()

    const revised = await reviseRecord(device, entry, { location: "Bay 2", side: "LT" })

    expect([revised!.set, revised!.base, revised!.seen]).toEqual([
      { location: "Bay 2", side: "LT" },
      { location: "Bay 1" },
      { location: made.id },
    ])
    expect(revised).not.toHaveProperty("reason")
  })

  test("a field that is cleared is null; cleared before, its writer is seen", async () => {
    const { made, entry } = await recorded()

    const cleared = await reviseRecord(device, entry, { location: "  " })
    const again = await reviseRecord(device, await entryOf(made.record), { location: "Bay 3" })

    expect(cleared!.set).toEqual({ location: null })
    expect([again!.base, again!.seen, again!.revision]).toEqual([{}, { location: cleared!.id }, 2])
  })

  test("upon what was seen when the form was opened, whatever came meanwhile", async () => {
    const { made, entry } = await recorded()
    await reviseRecord(device, entry, { quantity: "20" })

    const late = await reviseRecord(device, entry, { quantity: "30" })

    expect([late!.base!["quantity"], (late!.seen as Record<string, string>)["quantity"]]).toEqual([
      "12.5",
      made.id,
    ])
    const shown = await entryOf(made.record)
    expect(shown.fields["quantity"]).toBe("20")
    expect(shown.beside).toEqual([late])
  })

  test.each([
    ["the same", TYPED],
    ["spelled otherwise", { quantity: "+12.500", location: "Bay 1  ", side: null, offset: "" }],
    ["nothing", {}],
  ])(
    "a form that changes nothing makes no operation, and its draft goes: %s",
    async (_name, changes: Fields) => {
      const { entry } = await recorded()
      await writeDraft(device.store, "d", changes, entry)

      expect(await reviseRecord(device, entry, changes, "why", { draft: "d" })).toBeUndefined()

      expect(await operations()).toHaveLength(1)
      expect(await readDraft(device.store, "d")).toBeUndefined()
    },
  )
})

describe("voiding and bringing back", () => {
  test("look at the whole record, cleared fields too", async () => {
    const { made, entry } = await recorded()
    const cleared = await reviseRecord(device, entry, { location: null })

    const voided = await voidRecord(device, await entryOf(made.record), "counted twice")
    const back = await bringBackRecord(device, await entryOf(made.record), "it was not")

    expect(voided).toMatchObject({
      verb: "revise",
      set: { voided: true },
      reason: "counted twice",
      revision: 2,
    })
    expect(voided.seen).toEqual({
      item: made.id,
      work_date: made.id,
      quantity: made.id,
      location: cleared!.id,
    })
    expect(voided.base).toEqual({ item: ITEM, work_date: "2026-11-20", quantity: "12.5" })
    expect(back.set).toEqual({ voided: false })
    expect(back.base).toMatchObject({ voided: true, quantity: "12.5" })
    expect(back.seen).toMatchObject({ voided: voided.id, location: cleared!.id })
    expect(await entryOf(made.record)).toMatchObject({ voided: false, revision: 4, beside: [] })
  })
})

describe("deciding", () => {
  const viewOf = (entry: Entry | undefined, held: Operation): HeldView => ({
    contract: CONTRACT,
    contractNumber: "C-1",
    state: "held",
    held: { seq: 7, operation: held, reason: "conflict" },
    base: {},
    theirs: {},
    mine: {},
    ...(entry && { entry }),
    mayDecide: true,
    mayDismiss: false,
  })
  const held = (record: string, more: Partial<Operation> = {}): Operation =>
    ({
      id: "h",
      type: "item_transaction",
      record,
      verb: "revise",
      set: { quantity: "9" },
      ...more,
    }) as Operation

  test("to apply: with the values chosen, upon the entry as it is shown", async () => {
    const { made, entry } = await recorded()

    const decision = await decideHeld(
      device,
      viewOf(entry, held(made.record)),
      "apply",
      { quantity: "9.0" },
      " agreed ",
    )

    expect(decision).toMatchObject({
      verb: "decide",
      type: "item_transaction",
      record: made.record,
      target: "h",
      choice: "apply",
      set: { quantity: "9" },
      base: { item: ITEM, work_date: "2026-11-20", quantity: "12.5" },
      seen: { item: made.id, work_date: made.id, quantity: made.id },
      revision: 1,
      reason: "agreed",
    })
  })

  test("to set aside: nothing is set, nothing was looked at", async () => {
    const { made, entry } = await recorded()

    const decision = await decideHeld(
      device,
      viewOf(entry, held(made.record)),
      "set_aside",
      { quantity: "9" },
      "no",
    )

    expect(decision).toMatchObject({ choice: "set_aside", set: {}, reason: "no" })
    expect(decision).not.toHaveProperty("seen")
    expect(decision).not.toHaveProperty("base")
  })

  test("upon a held create, nothing was written that could have been seen", async () => {
    const create = held("r", { verb: "create", set: { quantity: "9", item: ITEM } })
    const entry = {
      fields: create.set,
      writers: { quantity: "h", item: "h" },
      isImagined: true,
    } as unknown as Entry

    const decision = await decideHeld(device, viewOf(entry, create), "apply", create.set, "it is right")

    expect([decision.base, decision.seen, decision.revision]).toEqual([{}, {}, 0])
  })

  test("a notice that a decision changed nothing is dismissed; the decision itself stays", async () => {
    const { made, entry } = await recorded()
    const decision = await decideHeld(device, viewOf(entry, held(made.record)), "set_aside", {}, "no")
    const view = viewOf(entry, decision)
    const row = () => device.store.read(["unconfirmed"], (read) => read.get("unconfirmed", decision.id))

    await dismissNotice(device, view)
    expect(await row()).toBeDefined() // not answered: it still has to be sent
    await device.store.write(["unconfirmed"], async (write) => {
      const known = await write.get("unconfirmed", decision.id)
      write.put("unconfirmed", { ...known!, answer: { id: decision.id, state: "superseded", seq: 9 } })
    })
    await dismissNotice(device, view)

    expect(await row()).toBeUndefined()
    expect((await operations()).map((one) => one.id)).toContain(decision.id)
  })

  test("what came without a right is dismissed until there is another answer", async () => {
    const { made, entry } = await recorded()
    const view = viewOf(entry, made)
    const row = () => device.store.read(["unconfirmed"], (read) => read.get("unconfirmed", made.id))
    const answered = (answer: Partial<Answer>) =>
      device.store.write(["unconfirmed", "answers"], (write) =>
        putAnswer(write, made, { id: made.id, state: "held", ...answer }),
      )

    await dismissNotice(device, view)
    expect(await row()).not.toHaveProperty("dismissed") // not answered: it still has to be sent
    await answered({ reason: "forbidden" })
    await dismissNotice(device, view)
    await answered({ reason: "forbidden" }) // offered again, as in every round
    expect(await row()).toMatchObject({ dismissed: 1, stuck: 1 })

    await answered({ reason: "conflict", seq: 7 })
    expect(await row()).not.toHaveProperty("dismissed")
    await dismissNotice(device, view)
    expect(await row()).not.toHaveProperty("dismissed") // decided by who may, and not dismissed
    expect((await operations()).map((one) => one.id)).toContain(made.id)
  })
})
