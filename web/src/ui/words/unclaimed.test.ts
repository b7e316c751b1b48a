// @vitest-environment node
/** What the office reads of things that came without a right. */
import { describe, expect, test } from "vitest"
import type { UnclaimedEntry, UnclaimedGroup, UnclaimedPage } from "../../wire/unclaimed.ts"
import {
  describeAct,
  describeArrival,
  describeEnded,
  describeGroup,
  describeProgress,
  describeResult,
  describeUnclaimed,
  nameAct,
  nameIds,
  type SaidOperation,
} from "./unclaimed.ts"

const NOW = new Date(2026, 10, 25, 12)
const at = (hour: number): string => new Date(2026, 10, 25, hour, 30).toISOString()
const page: UnclaimedPage = {
  entries: [],
  more: false,
  items: { i: { line: "130", description: "Tack coat", unit: "gal" } },
  projects: { q: { number: "SP 1", title: "Overlay" } },
  people: { ann: "Ann Lindqvist" },
}
const group: UnclaimedGroup = {
  contract: "c",
  contractNumber: "SP 9",
  person: { id: "ann", name: "Ann Lindqvist" },
  count: 12,
  firstReceivedAt: at(8),
  lastReceivedAt: at(9),
}
const NOWHERE: UnclaimedGroup = {
  contract: "01a213cc-a3de-7462-b94d-5080000000c7",
  person: group.person,
  count: 1,
  firstReceivedAt: at(8),
  lastReceivedAt: at(8),
}
const plain = (text: string): string => text.replaceAll("\u202f", " ")

function say(operation: unknown, more: Partial<UnclaimedEntry> = {}): SaidOperation {
  const entry = { id: "u", contract: "c", person: group.person, receivedAt: at(8), operation, ...more }
  return describeUnclaimed(entry, page, nameIds(page), NOW)
}

describe("an operation", () => {
  test("a transaction: what it is, its fields in words, who typed it, when it came", () => {
    const said = say({
      verb: "create",
      type: "item_transaction",
      author: "ann",
      made_at: at(7),
      set: { quantity: "1200.5", item: "i", project: "q" },
    })

    expect(said.title).toBe("Transaction: recorded")
    expect(said.changes.map(({ label, text }) => `${label}: ${text}`)).toEqual([
      "Project: SP 1 Overlay",
      "Item: Tack coat, line 130",
      "Quantity: 1,200.5 gal",
    ])
    expect(plain(said.journey)).toBe("Ann Lindqvist · typed 7:30 AM · arrived 8:30 AM")
    expect([said.about, said.reason]).toEqual(["", ""])
  })

  test("a change says which record it is about, from what to what, and why", () => {
    const said = say({
      verb: "revise",
      type: "item_transaction",
      author: "ann",
      base: { item: "i", work_date: "2026-11-19", quantity: "1" },
      set: { quantity: "2" },
      reason: "Measured again.",
    })

    expect(said.about).toBe("Tack coat, line 130 · Thursday, Nov 19, 2026")
    expect(said.changes).toEqual([{ label: "Quantity", text: "from 1 gal to 2 gal" }])
    expect(said.reason).toBe("Measured again.")
  })

  test("voiding, of a record of which nothing is said; of a long note its beginning", () => {
    const voiding = say({ verb: "revise", type: "note", author: "ann", set: { voided: true } })
    expect([voiding.title, voiding.about]).toEqual(["Note: voided", "A record of which it says nothing more"])

    const base = { text: "x".repeat(100) }
    expect(say({ verb: "revise", type: "note", author: "ann", base, set: {} }).about).toBe(
      `${"x".repeat(80)}…`,
    )
  })

  test("brought by another than its author, who may be nobody that is known", () => {
    const said = say(
      { verb: "create", type: "note", author: "who" },
      { person: { id: "bo", name: "Bo Keller" } },
    )

    expect(plain(said.journey)).toBe("Somebody · arrived 8:30 AM, brought by Bo Keller")
  })

  test("what is not on the contract is said, and a type that nobody here knows has its own name", () => {
    const said = say({ verb: "create", type: "tally_sheet", author: "ann", set: { item: "x" } })

    expect(said.title).toBe("Tally sheet: recorded")
    expect(said.changes).toEqual([{ label: "Item", text: "An item that is not on the contract" }])
  })

  test.each([
    null,
    7,
    "nonsense",
    [],
    {},
    { verb: "create" },
    { verb: "erase", type: "note" },
    { verb: "create", type: 7, set: {} },
  ])("what nobody can read raises nothing: %j", (operation) => {
    expect(say(operation).title).toBe("Something that cannot be read")
  })

  test.each([
    { set: "x", base: [], author: 7, made_at: {}, reason: [] },
    { set: { text: { deep: [null, { a: 1 }] }, quantity: 7, item: ["i"] } },
    { set: { __proto__x: "y" }, choice: "perhaps" },
  ])("what is half readable raises nothing: %j", (more) => {
    expect(say({ verb: "revise", type: "note", ...more }).title).toMatch(/^Note: revised/)
  })
})

test("a group: whose, for which contract, how many, when", () => {
  expect(describeGroup(group)).toBe("Ann Lindqvist · SP 9")
  expect(describeGroup(NOWHERE)).toBe("Ann Lindqvist · A contract that does not exist (…000000c7)")
  expect(plain(describeArrival(group, NOW))).toBe("12 entries, arrived 8:30 AM to 9:30 AM")
  expect(plain(describeArrival(NOWHERE, NOW))).toBe("1 entry, arrived 8:30 AM")
})

test("what is asked before, said while, and told after", () => {
  expect(nameAct("hand_over", 0, 1_200)).toBe("Hand over all 1,200")
  expect(nameAct("set_aside", 3, 1_200)).toBe("Set aside 3 chosen")
  expect([nameAct("set_aside", 0, 1), nameAct("hand_over", 1, 1)]).toEqual([
    "Set aside",
    "Hand over 1 chosen",
  ])
  expect(describeAct("hand_over", 3, group).title).toBe("Hand over 3 entries by Ann Lindqvist?")
  expect(describeAct("hand_over", 3, group).body).toContain("SP 9")
  expect(describeAct("set_aside", 1, NOWHERE).title).toBe("Set aside 1 entry by Ann Lindqvist?")
  expect(describeProgress("hand_over", 500, 1_200)).toBe("Handed over 500 of 1,200")
  expect(describeProgress("set_aside", 0, 3)).toBe("Set aside 0 of 3")
  const ended = { by: { id: "r", name: "Ruth Berg" }, at: at(9), reason: "" }
  expect(plain(describeEnded(ended, NOW))).toBe("Set aside by Ruth Berg, 9:30 AM")
})

test.each([
  [
    "hand_over",
    ["applied", "merged", "held"],
    0,
    "Handed over 3 entries. 2 count now. 1 waits in Needs Attention.",
  ],
  ["hand_over", ["applied"], 2, "Handed over 1 entry. 1 counts now. 2 entries are still here."],
  [
    "hand_over",
    ["superseded", "held", "held"],
    0,
    "Handed over 3 entries. 2 wait in Needs Attention. 1 came too late and changed nothing.",
  ],
  ["hand_over", [], 0, "Somebody else had dealt with them."],
] as const)("%s %j, %d left: %s", (act, states, left, said) => {
  expect(describeResult(act, { count: states.length, states, left })).toBe(said)
})

test("set aside", () => {
  expect(describeResult("set_aside", { count: 2, states: [], left: 1 })).toBe(
    "Set aside 2 entries. 1 entry is still here.",
  )
})
