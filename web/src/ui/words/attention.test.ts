// @vitest-environment node
/** Words of Needs Attention: every reason of the protocol has its own. */
import { describe, expect, test } from "vitest"
import { ANN, BO, heldView, ITEM, seenFields } from "../../screens/attention/testing/held-views.ts"
import type { ContractItem } from "../../core/contract-records.ts"
import {
  attentionWords,
  describeDeciders,
  describeDecision,
  describeKeys,
  describeSubject,
  explain,
  nameSides,
  titleOf,
} from "./attention.ts"
import type { Named } from "./values.ts"

const REASONS = [
  "conflict",
  "missing_record",
  "missing_base",
  "missing_target",
  "id_reused",
  "invalid",
  "paid",
  "contract_closed",
  "unknown_type",
  "unknown_schema",
  "error",
  "forbidden",
]
const now = new Date("2026-11-19T20:52:00Z")
const named: Named = {
  itemById: new Map([[ITEM, { description: "Adjust manhole casting", line: "90" } as ContractItem]]),
  personById: new Map([
    [ANN, "Ann Lindqvist"],
    [BO, "Bo Keller"],
  ]),
  projectById: new Map(),
}

describe("what happened", () => {
  test("every reason has a title and an explanation of its own; a new one has some, too", () => {
    const titles = REASONS.map((reason) => titleOf(heldView({}, seenFields, { reason })))
    const other = heldView({}, seenFields, { reason: "of_next_year" })

    expect(new Set(titles).size).toBe(REASONS.length)
    expect(titles).not.toContain(titleOf(other))
    expect(titleOf(other)).toBe("A transaction that waits for a decision")
    for (const reason of [...REASONS, "of_next_year"]) {
      expect(explain(heldView({}, seenFields, { reason }), "inspection").length).toBeGreaterThan(20)
    }
  })

  test("a reason is no property of every object", () => {
    expect(titleOf(heldView({}, seenFields, { reason: "constructor" }))).toContain("waits for a decision")
    expect(explain(heldView({}, seenFields, { reason: "toString" }), "office")).toContain("waits")
  })

  test("a conflict is called by what matters most of it", () => {
    const title = (fields: string[], type = "item_transaction"): string =>
      titleOf(heldView({ type }, seenFields, { detail: { fields } }))

    expect(title(["documentation", "quantity"])).toBe("Two people changed the same quantity")
    expect(title(["location"])).toBe("Two people changed the same place")
    expect(title(["text"], "note")).toBe("Two people changed the same note")
    expect(title(["documentation"])).toBe("Two people changed the same transaction")
  })

  test("voiding against revising says which way round it was", () => {
    expect(titleOf(heldView({ set: { voided: true } }, seenFields))).toBe(
      "A transaction was changed while it was being voided",
    )
    expect(titleOf(heldView({}, { ...seenFields, voided: true }))).toBe(
      "A transaction was voided while it was being revised",
    )
  })

  test("what is missing, what is not valid, what is closed", () => {
    expect(
      titleOf(heldView({ verb: "create", set: { item: ITEM } }, undefined, { reason: "missing_record" })),
    ).toBe("The item that this names is not here yet")
    expect(titleOf(heldView({}, undefined, { reason: "missing_record" }))).toBe(
      "The transaction that this changes is not here yet",
    )
    const detail = { fields: { quantity: "Too many.", work_date: "No such day." } }
    expect(titleOf(heldView({}, undefined, { reason: "invalid", detail }))).toBe(
      "Not valid: quantity and date",
    )
    expect(titleOf(heldView({ type: "note" }, undefined, { reason: "contract_closed" }))).toBe(
      "A note for a contract that is closed",
    )
  })

  test("a decision that changed nothing", () => {
    const decision = (reason: string) =>
      heldView({ verb: "decide" }, seenFields, { state: "superseded", reason })

    expect(titleOf(decision("already_decided"))).toBe("Your decision came too late")
    expect(titleOf(decision("moved"))).toBe("The entry changed before your decision arrived")
    expect(explain(decision("moved"), "office")).toContain("decide again")
  })
})

describe("who", () => {
  test("the sides are called by their authors, and mine is mine", () => {
    const sides = nameSides(heldView({}, seenFields), ANN, named, now)

    expect(sides.theirs.keep).toBe("Keep Bo's")
    expect(sides.mine.keep).toBe("Keep mine")
    expect(sides.theirs.heading).toMatch(/^At the office: Bo Keller, typed .+, arrived .+/)
    expect(sides.mine.heading).toMatch(/^Yours: typed /)
    expect(describeKeys(sides)).toContain("1 Bo's, 2 Mine")
  })

  test("whose version stands at the office keeps his own by setting the other aside", () => {
    const sides = nameSides(heldView({}, seenFields), BO, named, now)

    expect([sides.theirs.keep, sides.mine.keep]).toEqual(["Keep mine", "Keep Ann's"])
  })

  test("two of one first name are told apart, and so are two versions of one person", () => {
    const two = { personById: new Map([...named.personById, [BO, "Ann Keller"]]) }
    const own = heldView({ author: BO }, seenFields)

    expect(nameSides(heldView({}, seenFields), "office", two, now).theirs.keep).toBe("Keep Ann Keller's")
    expect(nameSides(own, BO, named, now)).toMatchObject({
      theirs: { keep: "Keep the one at the office" },
      mine: { keep: "Keep the one that waits" },
    })
  })

  test("somebody whom this device does not know has no name, and the office can always decide", () => {
    const nobody = { personById: new Map<string, string>() }

    expect(nameSides(heldView({}, seenFields), ANN, nobody, now).theirs.heading).toContain("somebody")
    expect(describeDeciders(heldView({}, seenFields), nobody)).toBe("The office decides.")
    expect(describeDeciders(heldView({}, seenFields), named)).toBe(
      "Bo Keller, Ann Lindqvist or the office decides.",
    )
  })
})

test("what it is about, in a line", () => {
  expect(describeSubject(heldView({}, seenFields), named)).toBe(
    "Adjust manhole casting, line 90 · Thursday, Nov 19",
  )
  expect(describeSubject(heldView({ type: "tally_sheet", set: {}, base: {} }), named)).toBe("Tally sheet")
})

test("a decision is told as it was made", () => {
  const { held } = heldView({ verb: "decide", choice: "apply", set: { quantity: "2" }, reason: "Counted" })

  expect(describeDecision(held, named)).toEqual([
    "You wanted to put it in.",
    "Quantity: 2",
    `${attentionWords.reason}: Counted`,
  ])
})
