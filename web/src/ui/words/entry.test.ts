// @vitest-environment node
/** What one entry says of its history. */
import { describe, expect, test } from "vitest"
import type { AnswerState, Operation } from "../../core/operation.ts"
import { describeChosenItem, describeItem, describePlace } from "./entries.ts"
import {
  describeAnswer,
  describeAuthorship,
  describeHold,
  describeMoved,
  describeOperation,
} from "./entry.ts"

const operation = (more: Partial<Operation>): Operation => ({
  id: "o",
  device: "d",
  number: 1,
  contract: "c",
  type: "item_transaction",
  record: "r",
  verb: "revise",
  set: {},
  author: "p",
  made_at: "",
  app: "",
  schema: 1,
  ...more,
})

describe("an operation", () => {
  test.each([
    [{ verb: "create" }, "Recorded"],
    [{ set: { voided: true } }, "Voided"],
    [{ set: { voided: false } }, "Brought back"],
    [{ set: { quantity: "2", station_from: null } }, "Revised quantity, station from"],
    [{ set: { some_new_field: "x" } }, "Revised some new field"],
    [{ verb: "decide", choice: "apply" }, "Decided: apply"],
    [{ verb: "decide", choice: "set_aside" }, "Decided: set aside"],
  ] as const)("%j: %s", (more, said) => {
    expect(describeOperation(operation(more))).toBe(said)
  })
})

describe("an answer", () => {
  const STATES: AnswerState[] = ["applied", "merged", "released", "superseded", "held"]

  test("each has words of its own, and so has none", () => {
    const said = [undefined, ...STATES.map((state) => ({ id: "o", state }))].map(describeAnswer)

    expect(new Set(said).size).toBe(STATES.length + 1)
    expect(said[0]).toContain("not sent yet")
  })

  test("why it is held", () => {
    expect(describeAnswer({ id: "o", state: "held", reason: "conflict" })).toContain("the same")
    expect(describeHold("forbidden")).toContain("right")
    expect(describeHold("missing_base")).toContain("does not have yet")
    expect(describeHold("something_new")).toBe("held for a decision")
  })
})

test("who wrote the revision that is shown", () => {
  const now = new Date("2026-11-19T14:40:00")

  expect(describeAuthorship("Ann Lindqvist", "2026-11-19T14:05:00", 1, now)).toMatch(
    /^Ann Lindqvist, 2:05.PM$/,
  )
  expect(describeAuthorship("Ann Lindqvist", "2026-11-19T14:05:00", 3, now)).toContain("revision 3")
  expect(describeMoved("Bo Keller").title).toBe("Bo Keller changed this entry meanwhile.")
})

describe("where it was", () => {
  test.each([
    [{ station_from: "12+50", station_to: "31+00", side: "RT" }, "12+50 to 31+00 RT"],
    [{ station_from: "18+22", offset: "12 ft", location: "Bay 3" }, "18+22 · offset 12 ft · Bay 3"],
    [{ station_to: "31+00" }, "to 31+00"],
    [{ side: "CL" }, "CL"],
    [{ station: "12+50" }, "station 12+50"],
    [{}, ""],
  ])("%j: %s", (fields, said) => {
    expect(describePlace(fields)).toBe(said)
  })
})

test("an item is told from others of its name", () => {
  const item = { description: "Curb", line: "140", itemNumber: "2360.509/22200", unit: "ton" }

  expect(describeItem(item)).toBe("Line 140 · 2360.509/22200 · ton")
  expect(describeItem({ ...item, line: "" })).toBe("2360.509/22200 · ton")
  expect(describeChosenItem(item)).toBe(describeItem(item))
  expect(describeChosenItem({ ...item, description: "x".repeat(60) })).toContain("x".repeat(60))
})
