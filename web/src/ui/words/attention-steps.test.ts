// @vitest-environment node
/** Words for going through what needs attention. */
import { describe, expect, test } from "vitest"
import { ANN, BO, heldView, ITEM, seenFields } from "../../screens/attention/testing/held-views.ts"
import type { ContractItem } from "../../core/contract-records.ts"
import { nameSides } from "./attention.ts"
import {
  countSteps,
  describeClear,
  describeLetters,
  describeMade,
  describeSameReason,
  describeWhat,
  nameReason,
  type Outcome,
} from "./attention-steps.ts"
import type { Named } from "./values.ts"

const named: Named = {
  itemById: new Map([[ITEM, { description: "Adjust manhole casting", line: "90" } as ContractItem]]),
  personById: new Map([
    [ANN, "Ann Lindqvist"],
    [BO, "Bo Keller"],
  ]),
  projectById: new Map(),
}

describe("what was decided", () => {
  const view = heldView({}, seenFields)
  const say = (outcome: Outcome, me: string): string =>
    describeMade(view, outcome, nameSides(view, me, named, new Date("2026-11-19T20:52:00Z")), named)
  const subject = "Adjust manhole casting, line 90 · Thursday, Nov 19 · 18+22."

  test.each<[Outcome, string, string]>([
    ["theirs", ANN, "Kept Bo's"],
    ["mine", ANN, "Kept yours"],
    ["theirs", BO, "Kept yours"],
    ["mine", BO, "Kept Ann's"],
    ["both", ANN, "Kept some of both"],
    ["edited", ANN, "Saved what you typed"],
    ["put_in", ANN, "Put in"],
    ["set_aside", ANN, "Set aside"],
    ["dismissed", ANN, "Off your list"],
  ])("%s by %s", (outcome, me, said) => {
    expect(say(outcome, me)).toBe(`${said}: ${subject}`)
  })
})

test("where one is", () => {
  expect(countSteps(2, 100, 98)).toBe("3 of 100 · 98 left")
  expect(countSteps(99, 1000, 0)).toBe("100 of 1,000 · none left")
  expect(countSteps(-1, 100, 98)).toBe("98 left")
})

test("what the filter hides", () => {
  expect([describeClear(0), describeClear(12)]).toEqual(["Show everything", "Show everything (12 more)"])
})

test("a long reason is cut between characters, on the button alone", () => {
  expect(describeSameReason("Bo counted two.")).toBe("Same reason: Bo counted two.")
  expect(describeSameReason("🚧".repeat(61))).toBe(`Same reason: ${"🚧".repeat(60)}…`)
})

test("every reason has its few words; one of a newer office is spelled out", () => {
  expect([nameReason("conflict"), nameReason("superseded"), nameReason("period_locked")]).toEqual([
    "Two people changed the same",
    "Your decision came too late",
    "period locked",
  ])
  expect(nameReason("constructor")).toBe("constructor")
})

test("a line of the list tells where, and the two quantities", () => {
  const item = { description: "Adjust manhole casting", line: "90", unit: "EACH" } as ContractItem
  const priced = { ...named, itemById: new Map([[ITEM, item]]) }

  expect(describeWhat(heldView({}, { ...seenFields, quantity: "3" }), priced)).toBe(
    "18+22 · 3 EACH or 2 EACH",
  )
  expect(describeWhat(heldView({ set: {} }, seenFields), priced)).toBe("18+22 · 1 EACH")
  const note = heldView({ type: "note", base: {}, set: { text: "x".repeat(61) } }, {})
  expect(describeWhat(note, priced)).toBe(`${"x".repeat(60)}…`)
})

describe("the letters that do something now", () => {
  test.each<[string, boolean, boolean, boolean]>([
    ["J next, K previous, E type something else, R same reason as before", true, true, true],
    ["J next, K previous, E type something else", true, true, false],
    ["J next, K previous", true, false, false],
    ["E type something else", false, true, false],
    ["", false, false, false],
  ])("%s", (said, step, edit, sameReason) => {
    expect(describeLetters({ step, edit, sameReason })).toBe(said)
  })
})
