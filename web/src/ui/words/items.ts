/** Words of the Item Record Account: how much of an item is used, and how fresh that figure is. */
import type { Project } from "../../core/contract-records.ts"
import { compare, divide, multiply, roundHalfUp, subtract } from "../../core/decimals.ts"
import type { CheckoutOfOthers } from "../../core/feed.ts"
import type { ItemTotal } from "../../core/item-totals.ts"
import { formatCount, formatInstant, formatQuantity } from "../format.ts"
import { countEntries } from "./sync.ts"

export const itemsWords = {
  title: "Item Record Account",
  print: "Print",
  caption: "Pay items with what is used of each",
  find: "Find an item",
  findHint: "Line, number or words",
  filters: "Which items",
  allProjects: "All Projects",
  project: "Project",
  overRun: "Over-run",
  touchedToday: "Touched today",
  category: "Category",
  allCategories: "All categories",
  line: "Line",
  item: "Item",
  contract: "Contract",
  used: "Used",
  remaining: "Remaining",
  percent: "Percent used",
  value: "Value used",
  removed: "removed from the contract",
  meaning: "Solid: at the office. Striped: on this device.",
  counting: "Adding up…",
  noItems: "This contract has no items yet.",
  noItemsMore: "The office adds them. They come with the next sync.",
  noneFound: "No item fits.",
  noneFoundMore: "Use fewer words, or show all items.",
  showAll: "Show all items",
} as const

export const itemWords = {
  title: "Item",
  print: "Print",
  unknown: "This item is not on this device.",
  unknownMore: "It may be of another contract, or come with the next sync.",
  toItems: "Item Record Account",
  addTransaction: "Add Transaction",
  facts: "The item",
  itemNumber: "Item number",
  unit: "Unit",
  contractQuantity: "Contract quantity",
  unitPrice: "Unit price",
  project: "Project",
  category: "Category",
  decimals: "Decimals",
  used: "Used",
  here: "Only on this device",
  remaining: "Remaining",
  percent: "Percent used",
  value: "Value used",
  transactions: "Transactions",
  date: "Date",
  quantity: "Quantity",
  sum: "Used with it",
  place: "Place",
  by: "By",
  where: "Where it is",
  voided: "Void",
  notCounted: "not counted until decided",
  none: "Nothing of this item is recorded yet.",
  noneMore: "Add the first transaction when some of it is done.",
  showEarlier: (count: number): string =>
    count === 1 ? "Show 1 earlier" : `Show ${formatCount(count)} earlier`,
} as const

function countItems(count: number): string {
  return count === 1 ? "1 item" : `${formatCount(count)} items`
}

/** Before an item's number, where its line has no column: "Line 140 · ". */
export function nameLineBefore(line: string): string {
  return line ? `${itemsWords.line} ${line} · ` : ""
}

/** "3 of 35 items" while a filter is on. */
export function countShown(shown: number, all: number): string {
  return shown === all ? countItems(all) : `${formatCount(shown)} of ${countItems(all)}`
}

/** What a sum adds up: everything, or what the filter shows. */
export function nameSum(isFiltered: boolean): string {
  return isFiltered ? "Shown here" : "All projects"
}

export interface Freshness {
  lastSyncAt?: string | undefined
  /** Operations of this device that the office has not answered. */
  waiting: number
  others: readonly Pick<CheckoutOfOthers, "person" | "personName" | "waiting">[]
  /** Whose screen it is. */
  person: string
}

/** "Figures of 6:40 AM with 2 entries of this device · Bo Keller has unsent entries". */
export function describeFreshness({ lastSyncAt, waiting, others, person }: Freshness, now: Date): string {
  const since = lastSyncAt === undefined ? "Not synced yet" : `Figures of ${formatInstant(lastSyncAt, now)}`
  const own = waiting > 0 ? ` with ${countEntries(waiting)} of this device` : ""
  const unsent = others.filter((one) => one.waiting > 0)
  return [`${since}${own}`, ...describeUnsent(unsent, person)].join(" · ")
}

const NAMED_MAX = 3

function describeUnsent(unsent: Freshness["others"], person: string): string[] {
  const isOwn = unsent.some((one) => one.person === person)
  const names = [...new Set(unsent.filter((one) => one.person !== person).map((one) => one.personName))]
  const own = isOwn ? ["another device of yours has unsent entries"] : []
  if (names.length === 0) return own
  const more = names.length > NAMED_MAX ? [`${formatCount(names.length - NAMED_MAX)} more`] : []
  const listed = joinNames([...names.slice(0, NAMED_MAX), ...more])
  return [...own, `${listed} ${names.length === 1 ? "has" : "have"} unsent entries`]
}

function joinNames(names: readonly string[]): string {
  const [last, ...before] = [...names].reverse()
  return before.length === 0 ? (last ?? "") : `${before.reverse().join(", ")} and ${last ?? ""}`
}

/** How much is used, in words: it is never told by the bar or a colour alone. */
export function describeUse({ item, used, percent, over }: ItemTotal): string {
  if (compare(used, "0") === 0) return "not begun"
  if (compare(item.quantity, "0") === 0) return "over: none in the contract"
  if (over) return `over by ${formatOverRun(percent)}`
  // A contract change may deduct: then the contract's own quantity is below zero.
  if (compare(percent, "0") < 0) return compare(used, "0") < 0 ? "below zero" : "added, not deducted"
  return formatPercent(percent)
}

/** Rounded, but never to nothing where there is some, nor to all where some is left. */
export function formatPercent(percent: string): string {
  if (compare(percent, "0") > 0 && compare(percent, "1") < 0) return "under 1\u00a0%"
  if (compare(percent, "99") > 0 && compare(percent, "100") < 0) return `${cut(percent)}\u00a0%`
  return `${formatQuantity(roundHalfUp(percent, 0))}\u00a0%`
}

function formatOverRun(percent: string): string {
  const over = subtract(percent, "100")
  return compare(over, "0.1") < 0 ? "less than 0.1\u00a0%" : `${formatQuantity(roundHalfUp(over, 1))}\u00a0%`
}

/** One decimal, the rest left off. */
const cut = (percent: string): string => formatQuantity(percent.replace(/(\.\d).*$/, "$1"))

/** "1,350.00 per EACH", with all the decimals that a unit price has. */
export function describeUnitPrice(unitPrice: string, unit: string): string {
  return `${formatQuantity(unitPrice, 2)} per ${unit}`
}

/** Its number and its title, where that says more. */
export function nameProject({ number, title }: Pick<Project, "number" | "title">): string {
  return title && title !== number ? `${number} ${title}` : number
}

export function describeDecimals(accuracy: number): string {
  if (accuracy === 0) return "None: whole numbers"
  return `At most ${formatCount(accuracy)}`
}

/** How much of the contract quantity that is, for a bar. */
export function barPercent({ item, percent, usedHere, over }: ItemTotal): {
  percent: number
  percentHere: number
} {
  if (compare(item.quantity, "0") === 0) return { percent: over ? 100 : 0, percentHere: 0 }
  const here = divide(multiply(usedHere, "100"), item.quantity, 2)
  return { percent: Number(percent), percentHere: Number(here) }
}
