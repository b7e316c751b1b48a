/** A decision while a person makes it: nothing typed is lost, nothing is decided upon what he has not seen. */
import { afterEach, beforeEach, expect, test } from "vitest"
import type { Operation } from "../../core/operation.ts"
import { REASON_LENGTH_MAX } from "../../core/record-types.ts"
import { openDevice, type Device } from "../../store/device.ts"
import { openMemoryStore } from "../../store/memory-store.ts"
import { readDraft, type ContractItem, type HeldView } from "../../store/queries.ts"
import { NotSaved } from "../../store/store.ts"
import { allOf, decisionOf, type Decision } from "./comparison.ts"
import { Deciding, decisionDraftKey } from "./deciding.svelte.ts"
import type { ContractAround } from "./read-attention.ts"
import { ANN, BO, CONTRACT, heldView, image, ITEM, seenFields } from "./testing/held-views.ts"

const SET_ASIDE: Decision = { choice: "set_aside", set: {} }
const item: ContractItem = {
  record: ITEM,
  project: "p",
  line: "90",
  itemNumber: "2506",
  description: "Adjust manhole casting",
  unit: "each",
  quantity: "18",
  unitPrice: "750",
  accuracy: 2,
  voided: false,
}
const around: ContractAround = {
  contract: CONTRACT,
  number: "SP 1",
  name: "Overlay",
  right: "inspection",
  status: "construction",
  items: [item],
  people: [],
  itemById: new Map([[ITEM, item]]),
  personById: new Map([
    [ANN, "Ann Lindqvist"],
    [BO, "Bo Keller"],
  ]),
  projectById: new Map(),
}
const conflict = (theirs = { ...seenFields, quantity: "3" }): HeldView =>
  heldView({ set: { quantity: "2", location: "24+70" } }, theirs, { detail: { fields: ["quantity"] } })

let device: Device

beforeEach(async () => {
  device = await openDevice({
    store: openMemoryStore(),
    person: {
      id: ANN,
      email: "ann@tallybook.example",
      name: "Ann Lindqvist",
      initials: "AL",
      role: "inspector",
    },
    app: "test",
    now: () => new Date("2026-11-19T20:52:00Z"),
  })
})
afterEach(() => device.store.close())

const begin = async (view: HeldView): Promise<Deciding> => {
  const draft = await readDraft(device.store, decisionDraftKey(view.held.operation.id))
  return new Deciding(device, view, around, draft)
}
const operations = (): Promise<Operation[]> =>
  device.store.read(["operations"], (read) => read.list("operations", { prefix: [] }))

test("a mixed result is one operation, upon what was seen, and takes the draft with it", async () => {
  const view = conflict()
  const deciding = await begin(view)
  deciding.choose("item", "theirs")
  deciding.reason = " The third casting is on line 95 "
  deciding.keep()
  await deciding.flush()

  expect(deciding.decision).toEqual({ choice: "apply", set: { location: "24+70" } })
  expect(await deciding.save(deciding.decision!)).toBe(true)

  const [made] = await operations()
  expect(made).toMatchObject({
    verb: "decide",
    target: view.held.operation.id,
    choice: "apply",
    set: { location: "24+70" },
    base: { location: "18+22" },
    reason: "The third casting is on line 95",
    revision: 2,
  })
  expect(await readDraft(device.store, decisionDraftKey(view.held.operation.id))).toBeUndefined()
})

test("pressed again it makes no second decision", async () => {
  const deciding = await begin(conflict())
  deciding.reason = "Twice"

  const saved = await Promise.all([deciding.save(SET_ASIDE), deciding.save(SET_ASIDE)])

  expect(saved).toEqual([true, false])
  expect(await deciding.save(SET_ASIDE)).toBe(false)
  expect((await operations()).length).toBe(1)
})

test("without a reason, or with one that is too long, nothing is saved and the field says so", async () => {
  const deciding = await begin(conflict())

  expect(await deciding.save(SET_ASIDE)).toBe(false)
  expect(deciding.problems["reason"]).toEqual({ code: "needed" })
  deciding.reason = "x".repeat(REASON_LENGTH_MAX + 1)
  expect(await deciding.save(SET_ASIDE)).toBe(false)
  expect(deciding.problems["reason"]?.code).toBe("too_long")
  expect(await operations()).toEqual([])
})

test("what was chosen and typed survives a closed tab", async () => {
  const first = await begin(conflict())
  first.choose("item", "mine")
  first.reason = "Half typed"
  first.keep()
  await first.flush()

  const again = await begin(conflict())

  expect(again.choices).toEqual({ item: "mine", station_from: "mine" })
  expect(again.reason).toBe("Half typed")
})

test("choices made upon another state of the record are asked anew; the reason stays", async () => {
  const first = await begin(conflict())
  first.choose("item", "mine")
  first.reason = "Half typed"
  first.keep()
  await first.flush()
  const moved = conflict({ ...seenFields, quantity: "6" })
  const writers = { ...moved.entry!.writers, quantity: "o3" }

  const again = await begin({ ...moved, entry: { ...moved.entry!, writers } })

  expect(again.choices["item"]).toBeUndefined()
  expect(again.reason).toBe("Half typed")
})

test("what is not valid is put right before it goes in", async () => {
  const view = heldView(
    { verb: "create", base: {}, set: { ...seenFields, quantity: "1.1234567" } },
    undefined,
    {
      reason: "invalid",
      detail: { fields: { quantity: "This has 7 decimals; 6 is the most." } },
    },
  )
  const deciding = await begin(view)
  deciding.reason = "Typed too long"
  const putIn = (): Decision => ({ choice: "apply", set: deciding.view.held.operation.set })

  expect(deciding.fixes).toEqual({ quantity: "1.1234567" })
  expect(await deciding.save(putIn())).toBe(false)
  expect(deciding.problems["quantity"]?.code).toBe("too_many_decimals")
  deciding.fixes.quantity = "1.12"
  expect(await deciding.save(putIn())).toBe(true)
  expect((await operations())[0]?.set).toMatchObject({ quantity: "1.12", item: ITEM })
})

test("where the device cannot write it says so, and everything is still there", async () => {
  const full = { ...device, store: { ...device.store, write: () => Promise.reject(new NotSaved("full")) } }
  const deciding = new Deciding(full, conflict(), around, undefined)
  deciding.choose("item", "mine")
  deciding.reason = "No room"

  expect(
    await deciding.save(decisionOf(deciding.view, deciding.groups, allOf("mine", deciding.groups))!),
  ).toBe(false)
  expect(deciding.failure).toContain("not saved")
  expect(deciding.choices["item"]).toBe("mine")
  expect(deciding.reason).toBe("No room")
  expect(deciding.isSaved).toBe(false)
  expect(deciding.unsaved).toEqual({
    act: "decide",
    contract: CONTRACT,
    record: deciding.seen.held.operation.record,
    target: deciding.seen.held.operation.id,
    choice: "apply",
    fields: { quantity: "2", location: "24+70" },
    reason: "No room",
  })
})

test("keeping mine is decided upon the writers that were seen of it", async () => {
  const view = conflict()
  const deciding = await begin(view)
  deciding.reason = "Mine"

  await deciding.save(decisionOf(deciding.view, deciding.groups, allOf("mine", deciding.groups))!)

  const [made] = await operations()
  const { by } = image({})
  expect(made?.seen).toMatchObject({ quantity: by, documentation: by, location: by })
  expect(made?.set).toEqual({ quantity: "2", location: "24+70" })
})

test("a third value goes in as the one that waits, and is there again after a reload", async () => {
  const deciding = new Deciding(device, conflict(), around, undefined)
  deciding.edit()
  expect([deciding.correctable, deciding.choices["item"], deciding.isEditing]).toEqual([
    ["quantity", "location"],
    "mine",
    true,
  ])
  deciding.fixes.quantity = "2.5"
  deciding.reason = "Measured together."
  deciding.keep()
  await deciding.flush()

  const draft = await readDraft(device.store, decisionDraftKey(deciding.seen.held.operation.id))
  const again = new Deciding(device, conflict(), around, draft)

  expect([again.isEditing, again.fixes.quantity]).toEqual([true, "2.5"])
  expect(again.decision).toEqual({ choice: "apply", set: { quantity: "2.5", location: "24+70" } })
  expect(await again.save(again.decision!)).toBe(true)
})

test("what was typed is taken over when the entry is compared again", () => {
  const before = new Deciding(device, conflict(), around, undefined)
  before.edit()
  before.fixes.quantity = "2.5"
  before.reason = "Measured together."
  const after = new Deciding(device, conflict({ ...seenFields, quantity: "4" }), around, undefined)

  after.takeOver(before)

  expect([after.correctable, after.fixes.quantity, after.reason]).toEqual([
    ["quantity", "location"],
    "2.5",
    "Measured together.",
  ])
})
