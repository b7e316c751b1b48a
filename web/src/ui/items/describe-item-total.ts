/** A row of the Item Record Account: figures by locale, percent in words, bar lengths as exact texts. */
import { compare, divide, multiply, subtract } from "../../core/decimals.ts"
import { readerLocale, sayAmount, sayPercent, sayQuantity } from "../figures.ts"
import { itemsWords as words } from "../words/items.ts"

/** An item with its sums, as the device knows them. Decimals are texts. */
export interface ItemSums {
  item: {
    record: string
    project: string
    line: string
    itemNumber: string
    description: string
    unit: string
    quantity: string
  }
  used: string
  /** The part of `used` that the office has not confirmed. */
  usedHere: string
  remaining: string
  percent: string
  over: boolean
  amount: string
}

export interface ItemRowView {
  record: string
  line: string
  itemNumber: string
  description: string
  unit: string
  contract: string
  used: string
  remaining: string
  value: string
  over: boolean
  /** "75 %", "over by 0.5 %", "not begun". */
  percent: string
  /** Lengths of the bar in percent of its width: at the office, and on this device. */
  solid: string
  striped: string
}

export function describeItemSums(sums: ItemSums, locale = readerLocale()): ItemRowView {
  const { item } = sums
  return {
    record: item.record,
    line: item.line,
    itemNumber: item.itemNumber,
    description: item.description,
    unit: item.unit,
    contract: sayQuantity(item.quantity, locale),
    used: sayQuantity(sums.used, locale),
    remaining: sayQuantity(sums.remaining, locale),
    value: sayAmount(sums.amount, locale),
    over: sums.over,
    percent: describePercent(sums, locale),
    ...barOf(sums),
  }
}

function describePercent(sums: ItemSums, locale: string): string {
  const { used, item, over, percent } = sums
  if (compare(item.quantity, "0") === 0) return compare(used, "0") === 0 ? words.notBegun : words.noQuantity
  if (over) return words.over(sayPercent(subtract(percent, "100"), locale))
  if (compare(used, "0") === 0) return words.notBegun
  return sayPercent(percent, locale)
}

/** Over-run fills the bar; what is on this device keeps its share of it. */
function barOf({ used, usedHere, item, over }: ItemSums): { solid: string; striped: string } {
  const whole = over ? used : item.quantity
  if (compare(whole, "0") <= 0 || compare(used, "0") <= 0) return { solid: "0", striped: "0" }
  const here = clamp(usedHere, used)
  return { solid: shareOf(subtract(used, here), whole), striped: shareOf(here, whole) }
}

const clamp = (part: string, whole: string): string =>
  compare(part, "0") < 0 ? "0" : compare(part, whole) > 0 ? whole : part

const shareOf = (part: string, whole: string): string => divide(multiply(part, "100"), whole, 3)
