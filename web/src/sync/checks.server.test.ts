// @vitest-environment node
/** The forms' checks against the real server: what they let through is applied, what they refuse would be held. */
import "fake-indexeddb/auto"
import fc from "fast-check"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { recordItemTransaction, recordNote } from "../actions/record-entry.ts"
import { reviseRecord } from "../actions/revise-entry.ts"
import { checkItemTransaction, checkNote, type Problems } from "../core/checks.ts"
import type { Fields } from "../core/operation.ts"
import { readEntry, readItems } from "../store/queries.ts"
import { RealServer } from "./testing/real-server.ts"
import { openTestDevice, type TestDevice } from "./testing/test-device.ts"

vi.setConfig({ testTimeout: 60_000 }) // a machine that does much else at the same time

const server = new RealServer()
let alice: TestDevice

beforeAll(async () => {
  await server.setUp()
  alice = await openTestDevice(server, "alice")
  await alice.sync.checkOut(server.contract)
}, 60_000)
afterAll(async () => {
  alice.stop()
  await server.tearDown()
}, 60_000)

const blank = fc.constantFrom(null, "", "  ")
const date = fc.constantFrom(
  "2026-11-20",
  "2024-02-29",
  "2026-02-29",
  "2026-13-01",
  "0000-01-01",
  "20261120",
  "today",
)
const ofLength = (most: number, letters = ["x", "é", "\u{1f600}"]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.constantFrom(...letters), fc.constantFrom(1, most, most + 1))
    .map(([letter, length]) => letter.repeat(length))
const odd = fc.constantFrom("a\u0000b", "a\ud83d", "\ude00", "<b>", "a\nb", "\u200b", "\u202e", "'; --")
/** Mostly well, so that one thing that is wrong is not hidden behind five. */
const mostly = (well: unknown, ...other: fc.Arbitrary<unknown>[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    { weight: 5, arbitrary: fc.constant(well) },
    ...other.map((arbitrary) => ({ weight: 1, arbitrary })),
  )

const note = fc.record({
  note_type: mostly("General", blank, ofLength(100)),
  work_date: mostly("2026-11-20", blank, date),
  time: mostly("07:30", blank, fc.constantFrom("24:00", "7:30", "07:60")),
  station: mostly("12+50", blank, ofLength(40), odd),
  text: mostly("Poured", blank, ofLength(20_000, ["x"]), odd),
})
const quantity = fc.constantFrom(
  ..."1 -1 +1 .5 5. 0 0.000 -0 1e3 1,5 1.234 1.2345 1.23400 999999999999 1000000000000 0001000000000000 NaN ٣ 1.2.3".split(
    " ",
  ),
  "1 2",
)
const transaction = fc.record({
  work_date: mostly("2026-11-20", blank, date),
  quantity: mostly("12.5", blank, quantity),
  station_from: mostly("1+00", blank, ofLength(40)),
  side: mostly("LT", blank, fc.constantFrom("RT", "CL", "LT-RT", "lt", "UP")),
  offset: mostly("3", blank, ofLength(40)),
  location: mostly("Bay 1", blank, ofLength(200), odd),
  documentation: mostly("by tape", blank, ofLength(4_000), odd),
  measured_date: mostly("2026-11-20", blank, date),
  measured_by: mostly(null, fc.constantFrom("01890000-0000-7000-8000-000000000001", "Alice")),
})

interface Tried {
  record: string
  problems: Problems
}

async function expectTheSame(tried: readonly Tried[]): Promise<void> {
  await alice.sync.syncNow(server.contract)
  for (const { record, problems } of tried) {
    const detail = await readEntry(alice.store, server.contract, record)
    const [{ operation, answer } = {}] = detail?.operations ?? []
    const isRefused = Object.keys(problems).length > 0
    const said = JSON.stringify({ problems, answer, set: operation?.set }).slice(0, 600)
    expect(answer?.state, said).toBe(isRefused ? "held" : "applied")
    if (isRefused) expect(answer?.reason, said).toBe("invalid")
  }
  expect(tried.filter(({ problems }) => Object.keys(problems).length > 0).length).toBeGreaterThan(30)
  expect(tried.filter(({ problems }) => Object.keys(problems).length === 0).length).toBeGreaterThan(30)
}

test("of notes", async () => {
  const tried: Tried[] = []
  for (const fields of fc.sample(note, { numRuns: 150 }) as Fields[]) {
    const { record } = await recordNote(alice.device, server.contract, fields)
    tried.push({ record, problems: checkNote(fields) })
  }

  await expectTheSame(tried)
})

test("the longest note that a form lets through can be revised", async () => {
  for (const letter of ["x", "é", "測", "\u{1f600}", '"', "\u0001"]) {
    const as = (text: string): Fields => ({ note_type: "General", work_date: "2026-11-20", text })
    const problem = checkNote(as(letter.repeat(20_000)))["text"]
    const longest = problem && "most" in problem ? problem.most : 20_000
    expect(checkNote(as(letter.repeat(longest)))).toEqual({})
    const { record } = await recordNote(alice.device, server.contract, as(letter.repeat(longest)))
    await reviseRecord(alice.device, await alice.entry(record), { text: `${letter.repeat(longest - 1)}!` })
  }

  const { attention } = await alice.sync.syncNow(server.contract)

  expect(attention).toBe(0)
})

test("of transactions", async () => {
  const item = (await readItems(alice.store, server.contract))[1]!
  const tried: Tried[] = []
  for (const typed of fc.sample(transaction, { numRuns: 200 }) as Fields[]) {
    const fields = { ...typed, item: item.record }
    const { record } = await recordItemTransaction(alice.device, server.contract, fields)
    tried.push({ record, problems: checkItemTransaction(fields, item) })
  }

  await expectTheSame(tried)
})
