// @vitest-environment node
/** What the office's history of an entry says. */
import { describe, expect, test } from "vitest"
import type { ContractItem } from "../../core/contract-records.ts"
import type { PastEntry } from "../../wire/history.ts"
import { describeChanges, describeEnd, describeJourney, describePast } from "./history.ts"
import type { Named } from "./values.ts"

const named: Named = {
  itemById: new Map([
    ["i", { description: "Tack coat", line: "130", unit: "gal" } as ContractItem],
    ["j", { description: "Aggregate", line: "140", unit: "ton" } as ContractItem],
  ]),
  personById: new Map(),
  projectById: new Map(),
}
const NOW = new Date(2026, 10, 25, 12)

const past = (more: Partial<PastEntry>): PastEntry => ({
  seq: 7,
  verb: "revise",
  choice: "",
  why: "",
  state: "applied",
  reason: "",
  author: { id: "ann", name: "Ann Lindqvist" },
  signedIn: { id: "ann", name: "Ann Lindqvist" },
  madeAt: new Date(2026, 10, 24, 14, 5).toISOString(),
  receivedAt: new Date(2026, 10, 25, 9, 30).toISOString(),
  changes: [],
  fields: { item: "i" },
  ...more,
})
const say = (more: Partial<PastEntry>): string[] =>
  describeChanges(past(more), named).map(({ label, text }) => `${label}: ${text}`)

describe("changes", () => {
  test("from what to what, in the order of the forms, with the item's unit", () => {
    expect(
      say({
        changes: [
          { field: "location", before: "Bay 1", after: null },
          { field: "quantity", before: "1200.5", after: "1300" },
          { field: "side", before: null, after: "RT" },
        ],
      }),
    ).toEqual(["Quantity: from 1,200.5 gal to 1,300 gal", "Side: RT", "Location: from Bay 1 to nothing"])
  })

  test("where the item changed, a quantity has no unit: it would be wrong on one side", () => {
    expect(
      say({
        changes: [
          { field: "item", before: "i", after: "j" },
          { field: "quantity", before: "1", after: "2" },
        ],
        fields: { item: "j" },
      }),
    ).toEqual(["Item: from Tack coat, line 130 to Aggregate, line 140", "Quantity: from 1 to 2"])
  })

  test("a first quantity has its unit, and being void is said by the title", () => {
    const first = [
      { field: "item", before: null, after: "i" },
      { field: "quantity", before: null, after: "2" },
      { field: "voided", before: null, after: true },
    ]
    expect(say({ changes: first })).toEqual(["Item: Tack coat, line 130", "Quantity: 2 gal"])
  })

  test("what a newer program keeps stands at the end, by its own name", () => {
    expect(
      say({
        changes: [
          { field: "weather_am", before: null, after: "fog" },
          { field: "text", before: "a", after: "<b>" },
        ],
      }),
    ).toEqual(["Note: from a to <b>", "weather am: fog"])
  })
})

describe("what was done", () => {
  test.each<[Partial<PastEntry>, string]>([
    [{ verb: "create" }, "Recorded"],
    [{ changes: [{ field: "quantity", before: "1", after: "2" }] }, "Revised quantity"],
    [{}, "Revised, to what stood there"],
    [{ changes: [{ field: "voided", before: null, after: true }] }, "Voided"],
    [{ verb: "decide", choice: "set_aside" }, "Decided: set aside"],
    [{ verb: "create", state: "released" }, "Recorded, when what it waited for had come"],
  ])("%j: %s", (more, said) => {
    expect(describePast(past(more))).toBe(said)
  })

  test.each<[Partial<PastEntry>, string]>([
    [{}, ""],
    [{ state: "released" }, ""],
    [{ state: "merged" }, "at the office, merged with another change"],
    [{ state: "held", reason: "conflict" }, "held: somebody else changed the same"],
    [{ state: "superseded", reason: "moved" }, "came too late: somebody had decided before"],
  ])("and what became of it, where it does not simply count: %j", (more, said) => {
    expect(describeEnd(past(more))).toBe(said)
  })
})

describe("who, when, where", () => {
  const plain = (more: Partial<PastEntry>): string =>
    describeJourney(past(more), NOW).replaceAll("\u202f", " ")

  test("typed and arrived, on a device that people call something", () => {
    expect(plain({ deviceLabel: "Ann's tablet" })).toBe(
      "Ann Lindqvist · typed Nov 24, 2026, 2:05 PM on Ann's tablet · arrived 9:30 AM",
    )
  })

  test("brought by somebody else, who may be known to nobody, as the author may", () => {
    expect(plain({ signedIn: { id: "ruth", name: "Ruth Berg" } })).toContain(
      "arrived 9:30 AM, brought by Ruth Berg",
    )
    expect(plain({ author: { id: "x" }, signedIn: { id: "y" }, madeAt: "" })).toBe(
      "Somebody · arrived 9:30 AM, brought by Somebody",
    )
  })
})
