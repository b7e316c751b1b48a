// @vitest-environment node
/** What the office reads of a restore: who came back with what, who is still to come. */
import { describe, expect, test } from "vitest"
import type { AwaitedDevice, DeviceReturn, Restore, ReturnedEntry } from "../../wire/restores.ts"
import {
  describeAwaited,
  describeBrought,
  describeNoticed,
  describeRestore,
  describeReturn,
  describeReturned,
  describeStage,
  nameDevice,
  nameRestored,
  type SaidReturned,
} from "./restores.ts"
import type { NamedIds } from "./values.ts"

const NOW = new Date(2026, 10, 25, 12)
const at = (hour: number, day = 25): string => new Date(2026, 10, day, hour, 30).toISOString()
const plain = (text: string): string => text.replaceAll("\u202f", " ")
const ann = { id: "ann", name: "Ann Lindqvist" }
const coming: DeviceReturn = {
  id: "r",
  device: "d",
  label: "Ann's tablet",
  person: ann,
  reportedAt: at(8),
  known: 1_200,
  headThen: 80,
  lastSentAt: at(9),
  brought: 38,
  held: 0,
  hereAlready: 0,
  unclaimed: 0,
}
const awaited: AwaitedDevice = {
  device: "e",
  label: "Bo's laptop",
  person: { id: "bo", name: "Bo Keller" },
  lastHeardAt: at(14, 20),
  waiting: 0,
}
const restore: Restore = {
  contract: "c",
  contractNumber: "SP 1",
  contractName: "Overlay",
  noticedAt: at(8),
  returns: [{ ...coming, finishedAt: at(10) }],
  notBack: [],
}

test("a restored contract: which, since when, how far it is", () => {
  expect(nameRestored(restore)).toBe("SP 1 · Overlay")
  expect(nameRestored({ ...restore, contractName: "" })).toBe("SP 1")
  expect(plain(describeNoticed(restore, NOW))).toBe(
    "Noticed 8:30 AM, when the first device knew more than the office.",
  )
  expect(describeRestore(restore)).toBe("1 device came back and brought 38 entries.")
  expect(describeRestore({ ...restore, returns: [coming, coming], notBack: [awaited] })).toBe(
    "2 devices came back and brought 76 entries. 2 still bring. 1 was not heard from since.",
  )
  expect(describeRestore({ ...restore, returns: [coming], notBack: [awaited, awaited] })).toBe(
    "1 device came back and brought 38 entries. 1 still brings. 2 were not heard from since.",
  )
})

describe("a device that came back", () => {
  test("whose it is; without a name where its checkout was lost", () => {
    expect(nameDevice(coming)).toBe("Ann Lindqvist, Ann's tablet")
    expect(nameDevice({ ...coming, label: "" })).toBe(
      "Ann Lindqvist, a device whose checkout was lost with the restore",
    )
  })

  test("when, and how far it knew", () => {
    expect(plain(describeReturn(coming, NOW))).toBe(
      "Came back 8:30 AM. It had been told of 1,200 entries; the office had 80.",
    )
  })

  test.each([
    [{}, "Brought 38 entries that the office did not have."],
    [{ brought: 1, held: 1 }, "Brought 1 entry that the office did not have, 1 needs a decision."],
    [{ held: 2 }, "Brought 38 entries that the office did not have, 2 need a decision."],
    [{ brought: 0, hereAlready: 1 }, "It brought nothing that was missing. 1 was here already."],
    [
      { hereAlready: 45, unclaimed: 2 },
      "Brought 38 entries that the office did not have. 45 were here already. 2 came without a right.",
    ],
  ])("what it brought: %o", (more, words) => {
    expect(describeBrought({ ...coming, ...more })).toBe(words)
  })

  test("whether more is to come", () => {
    const { lastSentAt, ...silent } = coming
    expect(plain(describeStage({ ...silent, ...(lastSentAt && { lastSentAt }) }, NOW))).toBe(
      "Still bringing, last heard 9:30 AM",
    )
    expect(describeStage(silent, NOW)).toBe("Still bringing, nothing sent yet")
    expect(plain(describeStage({ ...coming, finishedAt: at(10) }, NOW))).toBe("All is here, since 10:30 AM")
  })
})

test("who was not heard from since: when last, and what he had then", () => {
  expect(plain(describeAwaited(awaited, NOW))).toBe(
    "Last heard from Nov 20, 2026, 2:30 PM, nothing unsent then",
  )
  expect(describeAwaited({ ...awaited, waiting: 3 }, NOW)).toMatch(/, 3 entries unsent then$/)
})

describe("an entry that came back", () => {
  const named: NamedIds = {
    itemById: new Map([["i", { line: "130", description: "Tack coat", unit: "gal" }]]),
    projectById: new Map(),
    personById: new Map(),
  }
  const entry: ReturnedEntry = {
    seq: 81,
    state: "applied",
    reason: "",
    receivedAt: at(8),
    type: "item_transaction",
    verb: "create",
    record: "t",
    madeAt: at(7),
    authorName: "Ann Lindqvist",
    set: { quantity: "1200.5", item: "i" },
  }
  const say = (more: Partial<ReturnedEntry>): SaidReturned =>
    describeReturned({ ...entry, ...more }, named, NOW)

  test("what it is, its fields in words, who typed it when", () => {
    const said = say({})

    expect(said.title).toBe("Transaction: recorded")
    expect(said.changes.map(({ label, text }) => `${label}: ${text}`)).toEqual([
      "Item: Tack coat, line 130",
      "Quantity: 1,200.5 gal",
    ])
    expect(plain(said.journey)).toBe("Ann Lindqvist · typed 7:30 AM")
    expect(said.end).toBe("")
  })

  test("what only a newer program knows, a decision, an author whom nobody knows", () => {
    expect(say({ type: "daily_report", set: { crew_size: 4 } }).title).toBe("Daily report: recorded")
    const { record, authorName, ...bare } = entry
    const said = describeReturned({ ...bare, verb: "decide", set: {} }, named, NOW)
    expect([record, authorName]).toEqual(["t", "Ann Lindqvist"])
    expect(said.title).toBe("A decision about what was held")
    expect(said.journey).not.toMatch(/undefined/)
  })

  test("what became of it, where it does not simply count", () => {
    expect(say({ state: "held", reason: "conflict" }).end).toBe("held: somebody else changed the same")
    expect(say({ state: "superseded" }).end).toBe("came too late: somebody had decided before")
    expect(say({ state: "merged" }).end).toBe("")
  })
})
