// @vitest-environment node
/** What the person sees: never less than he typed. */
import { describe, expect, test } from "vitest"
import type { Answer, Fields, HeldOperation, Image, Operation } from "./operation.ts"
import { isConfirmed, isHoldOver, viewRecord, type OwnOperation, type RecordParts } from "./view.ts"

const CREATED: Fields = { item: "i", work_date: "2026-11-20", quantity: "1", location: "Bay 1" }
const SEEN = { item: "c", work_date: "c", quantity: "c" }
const BASE = { item: "i", work_date: "2026-11-20", quantity: "1" }

const operation = (id: string, more: Partial<Operation> = {}): Operation => ({
  id,
  device: "d",
  number: 1,
  contract: "k",
  type: "item_transaction",
  record: "r",
  verb: "create",
  set: CREATED,
  author: "alice",
  made_at: "2026-11-20T08:00:00.000-06:00",
  app: "test",
  schema: 1,
  ...more,
})

const revise = (id: string, set: Fields, more: Partial<Operation> = {}): Operation =>
  operation(id, { verb: "revise", set, base: BASE, seen: SEEN, revision: 1, number: 2, ...more })

const image = (more: Partial<Image> = {}): Image => ({
  seq: 5,
  type: "item_transaction",
  record: "r",
  revision: 1,
  fields: CREATED,
  by: "c",
  by_field: {},
  author: "alice",
  made_at: "2026-11-20T08:00:00.000-06:00",
  received_at: "",
  ...more,
})

const own = (made: Operation, answer?: Partial<Answer>, ended?: OwnOperation["ended"]): OwnOperation => ({
  operation: made,
  ...(answer && { answer: { id: made.id, state: "applied", ...answer } }),
  ...(ended && { ended }),
})

const held = (made: Operation, reason = "conflict"): HeldOperation => ({ seq: 9, operation: made, reason })

const view = (parts: Partial<RecordParts>) =>
  viewRecord({
    contract: "k",
    record: "r",
    own: [],
    held: [],
    reached: { whole: 5, isStale: false },
    ...parts,
  })

describe("an entry that waits", () => {
  test("there is nothing to show of what nobody made", () => {
    expect(view({})).toBeUndefined()
  })

  test("a create is shown at once, as saved on this device", () => {
    const entry = view({ own: [own(operation("c"))] })

    expect(entry).toMatchObject({
      fields: CREATED,
      where: "device",
      revision: 1,
      author: "alice",
      beside: [],
    })
    expect(entry).not.toHaveProperty("image")
    expect(entry).not.toHaveProperty("isImagined")
  })

  test("revises stand on top, each upon the one before", () => {
    const first = revise("x", { quantity: "2" })
    const second = revise(
      "y",
      { quantity: "3" },
      { seen: { ...SEEN, quantity: "x" }, base: { ...BASE, quantity: "2" } },
    )

    const entry = view({ image: image(), own: [own(first), own(second)] })

    expect(entry).toMatchObject({
      fields: { ...CREATED, quantity: "3" },
      revision: 3,
      where: "device",
      beside: [],
    })
    expect(entry?.writers).toEqual({ item: "c", work_date: "c", quantity: "y", location: "c" })
  })

  test("of two devices of one person an operation may build on one that is listed after it", () => {
    const later = revise("y", { quantity: "3" }, { seen: { ...SEEN, quantity: "x" }, device: "a" })
    const earlier = revise("x", { quantity: "2" }, { device: "b" })

    expect(view({ image: image(), own: [own(later), own(earlier)] })).toMatchObject({
      fields: { quantity: "3" },
      beside: [],
    })
  })

  test("what no longer fits stands beside, and what is there stands", () => {
    const mine = revise("x", { quantity: "2" })
    const moved = image({
      seq: 7,
      revision: 2,
      fields: { ...CREATED, quantity: "9" },
      by_field: { quantity: "z" },
    })

    expect(view({ image: moved, own: [own(mine)] })).toMatchObject({
      fields: { quantity: "9" },
      beside: [mine],
      where: "device",
    })
  })

  test("a cleared field stays cleared, and its writer is named", () => {
    const cleared = revise("x", { location: null }, { base: { location: "Bay 1" }, seen: { location: "c" } })

    const entry = view({ image: image(), own: [own(cleared)] })

    expect(entry?.fields).toEqual({ item: "i", work_date: "2026-11-20", quantity: "1" })
    expect(entry?.writers["location"]).toBe("x")
  })

  test("voided by a waiting operation", () => {
    const seen = { ...SEEN, location: "c" }
    const voiding = revise("x", { voided: true }, { seen, base: { ...BASE, location: "Bay 1" } })

    expect(view({ image: image(), own: [own(voiding)] })).toMatchObject({ voided: true, where: "device" })
  })
})

describe("law 11: between the answer and the feed", () => {
  const answered = own(revise("x", { quantity: "2" }), { seq: 8 })

  test("an answered operation stays on top until its image came, wherever the cursor is", () => {
    expect(view({ image: image(), own: [answered], reached: { whole: 7, isStale: false } })).toMatchObject({
      fields: { quantity: "2" },
      where: "office",
    })
  })

  test("an answered create stays, too", () => {
    expect(
      view({ own: [own(operation("c"), { seq: 8 })], reached: { whole: 7, isStale: false } }),
    ).toMatchObject({
      fields: CREATED,
      where: "office",
    })
  })

  test("confirmed: by its image's seq in the middle of a pull, or by a whole pull", () => {
    const until = { whole: 7, isStale: false }

    expect(isConfirmed(answered, image({ seq: 7 }), until)).toBe(false)
    expect(isConfirmed(answered, image({ seq: 8 }), until)).toBe(true)
    expect(isConfirmed(answered, image({ seq: 9 }), until)).toBe(true)
    expect(isConfirmed(answered, undefined, until)).toBe(false)
    expect(isConfirmed(answered, undefined, { whole: 8, isStale: false })).toBe(true)
    expect(isConfirmed(own(answered.operation), image({ seq: 99 }), { whole: 99, isStale: false })).toBe(
      false,
    )
  })

  test("seqs of a ledger that the server no longer has confirm nothing", () => {
    expect(isConfirmed(answered, image({ seq: 99 }), { whole: 99, isStale: true })).toBe(false)
    expect(
      view({ image: image(), own: [answered], reached: { whole: 99, isStale: true } })?.fields["quantity"],
    ).toBe("2")
  })

  test("after it was confirmed, what somebody wrote upon it stands alone", () => {
    const later = image({ seq: 9, fields: { ...CREATED, quantity: "7" }, by_field: { quantity: "z" } })

    expect(view({ image: later, own: [answered] })).toMatchObject({
      fields: { quantity: "7" },
      beside: [],
      where: "office",
    })
  })

  test("whose answer was lost: the feed shows it written, it is not put on top twice", () => {
    const written = image({
      seq: 8,
      revision: 2,
      fields: { ...CREATED, quantity: "2" },
      by_field: { quantity: "x" },
    })

    expect(view({ image: written, own: [own(revise("x", { quantity: "2" }))] })).toMatchObject({
      revision: 2,
      fields: { quantity: "2" },
      beside: [],
      where: "device",
    })
  })
})

describe("after a restore, where nothing is answered and the records are of the file", () => {
  const restored = { whole: 0, isStale: true }
  const quantityOf = (id: string, quantity: string, was: string, writer: string): Operation =>
    revise(id, { quantity }, { base: { ...BASE, quantity: was }, seen: { ...SEEN, quantity: writer } })
  const written = (by_field: Record<string, string>, fields: Fields = {}): Image =>
    image({ revision: 4, fields: { ...CREATED, ...fields }, by_field })

  test("a value that was changed and changed back shows the last of it", () => {
    const typed = [
      quantityOf("x", "6", "1", "c"),
      quantityOf("y", "5", "6", "x"),
      quantityOf("z", "6", "5", "y"),
    ]
    const all = [operation("c"), ...typed].map((one) => own(one))

    const entry = view({ image: written({ quantity: "z" }, { quantity: "6" }), own: all, reached: restored })

    expect(entry).toMatchObject({ fields: { quantity: "6" }, writers: { quantity: "z" }, beside: [] })
  })

  test("void, brought back and void again is void", () => {
    const whole = { ...SEEN, location: "c" }
    const voiding = revise("x", { voided: true }, { seen: whole })
    const back = revise("y", { voided: false }, { seen: { ...whole, voided: "x" } })
    const again = revise("z", { voided: true }, { seen: { ...whole, voided: "y" } })
    const all = [voiding, back, again].map((one) => own(one))

    const entry = view({ image: written({ voided: "z" }, { voided: true }), own: all, reached: restored })

    expect(entry).toMatchObject({ voided: true, beside: [] })
  })

  test("where somebody else came back to a value, what was typed upon it is not put on top", () => {
    const all = [own(quantityOf("x", "6", "1", "c")), own(quantityOf("y", "7", "6", "x"))]
    const back = written({ quantity: "of-bob" }, { quantity: "6" })

    expect(view({ image: back, own: all, reached: restored })?.fields["quantity"]).toBe("6")
    // On a device whose answers are its own, both were typed here and are on their way.
    expect(view({ image: back, own: all })?.fields["quantity"]).toBe("7")
  })

  test("what nobody has settled yet is on top", () => {
    const all = [
      quantityOf("x", "6", "1", "c"),
      quantityOf("y", "5", "6", "x"),
      quantityOf("z", "6", "5", "y"),
    ]
    const until = written({ quantity: "x" }, { quantity: "6" })

    const entry = view({ image: until, own: all.map((one) => own(one)), reached: restored })

    expect(entry).toMatchObject({ writers: { quantity: "z" }, beside: [] })
  })
})

describe("held", () => {
  const mine = revise("x", { quantity: "2" })
  const stands = image({
    seq: 7,
    revision: 2,
    fields: { ...CREATED, quantity: "9" },
    by_field: { quantity: "z" },
  })
  const answer = { state: "held" as const, reason: "conflict", seq: 9 }

  test.each([
    ["on its way", { own: [own(mine, answer)] }],
    ["in the list of holds", { held: [held(mine)] }],
    ["both", { own: [own(mine, answer)], held: [held(mine)] }],
    ["in the list of holds before its answer came", { own: [own(mine)], held: [held(mine)] }],
  ])("beside what stands, once, and it needs attention: %s", (_name, parts) => {
    expect(view({ image: stands, ...parts })).toMatchObject({
      fields: { quantity: "9" },
      beside: [mine],
      where: "attention",
    })
  })

  test("under another id, where an id was used twice", () => {
    const reused = own(mine, { ...answer, id: "another", reason: "id_reused" })

    expect(
      view({ image: stands, own: [reused], held: [held({ ...mine, id: "another" })] })?.beside,
    ).toHaveLength(1)
  })

  test.each([
    ["own", { own: [own(operation("c"), { state: "held", reason: "invalid", seq: 9 })] }],
    ["of somebody else", { held: [held(operation("c", { author: "bob" }))] }],
    ["for which there is no right", { own: [own(operation("c"), { state: "held", reason: "forbidden" })] }],
  ])("a create that is held is still visible: %s", (_name, parts) => {
    expect(view(parts)).toMatchObject({ fields: CREATED, where: "attention", isImagined: true, beside: [] })
  })

  test("a revise whose record is gone is still visible, upon what its author saw", () => {
    const lost = own(mine, { state: "held", reason: "missing_record", seq: 9 })

    expect(view({ own: [lost] })).toMatchObject({
      fields: { ...BASE, quantity: "2" },
      where: "attention",
      isImagined: true,
      type: "item_transaction",
      author: "alice",
    })
  })

  test("so is one that still waits, and what was typed upon it", () => {
    const next = revise(
      "y",
      { quantity: "3" },
      { seen: { ...SEEN, quantity: "x" }, base: { ...BASE, quantity: "2" } },
    )

    expect(view({ own: [own(mine), own(next)] })).toMatchObject({
      fields: { ...BASE, quantity: "3" },
      beside: [],
      isImagined: true,
      where: "device",
    })
  })

  test("a decision is no entry: it neither shows nor waits beside", () => {
    const decision = operation("e", { verb: "decide", target: "x", choice: "apply", set: { quantity: "2" } })

    expect(view({ own: [own(decision)] })).toBeUndefined()
    expect(view({ image: stands, own: [own(decision)], held: [held(mine)] })?.beside).toEqual([mine])
  })

  test("a decision that came too late does not mark the entry", () => {
    const decision = operation("e", { verb: "decide", target: "x", choice: "apply", set: { quantity: "2" } })

    expect(view({ image: stands, own: [own(decision, { state: "superseded", seq: 9 })] })?.where).toBe(
      "office",
    )
  })

  test("over: at once where nothing of it was applied, else not before what it became is here", () => {
    const reached = { whole: 9, isStale: false }
    const over = (
      how: "apply" | "set_aside" | "released" | "superseded",
      seq: number,
      at?: number,
    ): boolean =>
      isHoldOver(own(mine, answer, { seq, how }), at === undefined ? undefined : image({ seq: at }), reached)

    expect([over("set_aside", 12), over("superseded", 12)]).toEqual([true, true])
    expect([over("apply", 12), over("released", 12), over("apply", 12, 11)]).toEqual([false, false, false])
    expect([over("apply", 12, 12), over("released", 9)]).toEqual([true, true])
    expect(isHoldOver(own(mine, answer), undefined, { whole: 8, isStale: false })).toBe(false)
    expect(isHoldOver(own(mine, answer), undefined, { whole: 99, isStale: true })).toBe(false)
  })

  test("over, where it came without a right, once the feed tells of it: handed over, it may be held and decided", () => {
    const forbidden: Answer = { id: "x", state: "held", reason: "forbidden" }
    const reached = { whole: 12, isStale: false }

    expect(isHoldOver(own(mine, forbidden), image({ seq: 12 }), reached)).toBe(false)
    expect(isHoldOver(own(mine, forbidden), image({ by: "x" }), reached)).toBe(true)
    expect(isHoldOver(own(mine, forbidden, { seq: 13, how: "set_aside" }), undefined, reached)).toBe(true)
    expect(isHoldOver(own(mine, forbidden, { seq: 13, how: "apply" }), undefined, reached)).toBe(false)
    expect(isHoldOver(own(mine, forbidden, { seq: 12, how: "apply" }), undefined, reached)).toBe(true)
  })
})
