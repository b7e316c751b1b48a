/** Which items are shown: the filter stands in the address, so that it can be kept and sent. */
import { sum } from "../../core/decimals.ts"
import type { ContractItem, ItemTotal } from "../../store/queries.ts"

export const WORDS_LENGTH_MAX = 200

export interface ItemFilter {
  words: string
  /** Record of the project; empty: all of them. */
  project: string
  category: string
  overRun: boolean
  touchedToday: boolean
}

/** An item, and its sums once they are added up. */
export interface ItemRow {
  item: ContractItem
  total?: ItemTotal
}

export function readFilter(query: URLSearchParams): ItemFilter {
  return {
    words: (query.get("q") ?? "").slice(0, WORDS_LENGTH_MAX),
    project: query.get("project") ?? "",
    category: query.get("category") ?? "",
    overRun: query.get("over") === "1",
    touchedToday: query.get("today") === "1",
  }
}

export function spellFilter({
  words,
  project,
  category,
  overRun,
  touchedToday,
}: ItemFilter): URLSearchParams {
  const query = new URLSearchParams()
  if (words.trim()) query.set("q", words.slice(0, WORDS_LENGTH_MAX))
  if (project) query.set("project", project)
  if (category) query.set("category", category)
  if (overRun) query.set("over", "1")
  if (touchedToday) query.set("today", "1")
  return query
}

export function isFiltering(filter: ItemFilter): boolean {
  return spellFilter(filter).size > 0
}

/** Items that the office has, with sums where they are there already. */
export function joinTotals(
  items: readonly ContractItem[],
  totals: readonly ItemTotal[] | undefined,
): ItemRow[] {
  const totalByItem = new Map(totals?.map((total) => [total.item.record, total]))
  return items.map((item) => {
    const total = totalByItem.get(item.record)
    return total ? { item, total } : { item }
  })
}

/** Rows that fit everything that is asked; `touched` are the items with an entry of today. Cost: one pass. */
export function filterRows(
  rows: readonly ItemRow[],
  filter: ItemFilter,
  touched: ReadonlySet<string>,
): ItemRow[] {
  const words = filter.words.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return rows.filter(
    ({ item, total }) =>
      (!filter.project || item.project === filter.project) &&
      (!filter.category || item.category === filter.category) &&
      (!filter.overRun || total?.over === true) &&
      (!filter.touchedToday || touched.has(item.record)) &&
      hasWords(item, words),
  )
}

function hasWords(item: ContractItem, words: readonly string[]): boolean {
  if (words.length === 0) return true
  const text =
    `${item.line} ${item.itemNumber} ${item.description} ${item.category ?? ""}`.toLocaleLowerCase()
  return words.every((word) => text.includes(word))
}

/** The exact sum of the amounts, each rounded to the cent; undefined while they are being added up. */
export function sumAmounts(rows: readonly ItemRow[]): string | undefined {
  const amounts = rows.map(({ total }) => total?.amount)
  return amounts.every((one) => one !== undefined) ? sum(amounts) : undefined
}

export function listCategories(items: readonly ContractItem[]): string[] {
  const found = new Set(items.map((item) => item.category).filter((one) => one !== undefined))
  return [...found].sort((one, other) => one.localeCompare(other))
}
