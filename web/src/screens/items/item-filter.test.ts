// @vitest-environment node
/** Which items a filter shows, how it stands in the address, and the sum of what it shows. */
import { expect, test } from "vitest"
import type { ContractItem } from "../../core/contract-records.ts"
import { totalItem } from "../../core/item-totals.ts"
import {
  filterRows,
  isFiltering,
  joinTotals,
  listCategories,
  readFilter,
  spellFilter,
  sumAmounts,
  WORDS_LENGTH_MAX,
} from "./item-filter.ts"

const item = (record: string, more: Partial<ContractItem> = {}): ContractItem => ({
  record,
  project: "p1",
  line: record,
  itemNumber: `2360.${record}`,
  description: "Wearing course mix",
  unit: "ton",
  quantity: "10",
  unitPrice: "0.145",
  accuracy: 3,
  voided: false,
  ...more,
})
const items = [
  item("10"),
  item("20", { description: "Adjust Manhole casting", category: "Sewer" }),
  item("30", { project: "p2", category: "Bridge" }),
]
const rows = joinTotals(items, [
  totalItem(items[0]!, "11", "0"),
  totalItem(items[1]!, "3", "0"),
  totalItem(items[2]!, "0", "0"),
])
const none = readFilter(new URLSearchParams())
const shown = (patch: object, touched: string[] = []): string[] =>
  filterRows(rows, { ...none, ...patch }, new Set(touched)).map((row) => row.item.record)

test("no filter shows all; each one narrows", () => {
  expect(shown({})).toEqual(["10", "20", "30"])
  expect(shown({ project: "p2" })).toEqual(["30"])
  expect(shown({ category: "Sewer" })).toEqual(["20"])
  expect(shown({ overRun: true })).toEqual(["10"])
  expect(shown({ touchedToday: true }, ["20", "elsewhere"])).toEqual(["20"])
  expect(shown({ project: "p2", overRun: true })).toEqual([])
})

test("every word must stand in line, number, description or category", () => {
  expect(shown({ words: "MANHOLE adj" })).toEqual(["20"])
  expect(shown({ words: "2360.30" })).toEqual(["30"])
  expect(shown({ words: "sewer" })).toEqual(["20"])
  expect(shown({ words: "manhole wearing" })).toEqual([])
})

test("a filter is read back from the address as it was spelled", () => {
  const filter = { words: "man hole ", project: "p1", category: "Sewer", overRun: true, touchedToday: true }

  expect(readFilter(spellFilter(filter))).toEqual(filter)
  expect(isFiltering(filter)).toBe(true)
  expect(spellFilter(none).toString()).toBe("")
  expect(isFiltering({ ...none, words: "  " })).toBe(false)
})

test("an address of any length is cut to what a search takes", () => {
  const query = new URLSearchParams({ q: "x".repeat(WORDS_LENGTH_MAX + 1) })

  expect(readFilter(query).words.length).toBe(WORDS_LENGTH_MAX)
})

test("amounts are rounded item by item, then added; while sums are missing there is none", () => {
  // 11 × 0.145 = 1.595 → 1.60; 3 × 0.145 = 0.435 → 0.44
  expect(sumAmounts(rows)).toBe("2.04")
  expect(sumAmounts(joinTotals(items, undefined))).toBeUndefined()
  expect(sumAmounts([])).toBe("0")
})

test("categories by name, each once; items without one have none", () => {
  expect(listCategories([...items, item("40", { category: "Bridge" })])).toEqual(["Bridge", "Sewer"])
})
