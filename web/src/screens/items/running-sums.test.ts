// @vitest-environment node
/** An item's transactions with what is used up to each. */
import { expect, test } from "vitest"
import type { Entry } from "../../core/entry.ts"
import { sumUp } from "./running-sums.ts"

const entry = (record: string, work_date: string, quantity: string, more: Partial<Entry> = {}): Entry => ({
  contract: "c",
  record,
  type: "item_transaction",
  fields: { item: "i", work_date, quantity, ...(more.voided && { voided: true }) },
  revision: 1,
  author: "a",
  madeAt: "",
  voided: false,
  where: "office",
  writers: {},
  beside: [],
  ...more,
})

const sums = (...entries: Entry[]): [string, string][] =>
  sumUp("i", entries).map((one) => [one.entry.record, one.sum])

test("in the order of the work, newest first; one day in the order of recording", () => {
  const late = entry("r1", "2026-11-20", "0.3")
  const early = entry("r3", "2026-11-19", "0.1")
  const earlyToo = entry("r2", "2026-11-19", "0.2")

  expect(sums(late, early, earlyToo)).toEqual([
    ["r1", "0.6"],
    ["r3", "0.3"],
    ["r2", "0.2"],
  ])
})

test("void ones, and those that only stand here as held, add nothing", () => {
  const voided = entry("r2", "2026-11-20", "5", { voided: true })
  const held = entry("r3", "2026-11-21", "7", { where: "attention", isImagined: true })

  const summed = sumUp("i", [entry("r1", "2026-11-19", "1"), voided, held])

  expect(summed.map((one) => [one.sum, one.counted])).toEqual([
    ["1", false],
    ["1", true],
    ["1", true],
  ])
})
