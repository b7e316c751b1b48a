/** Sums of an item: quantity used, what remains, percent and amount, from exact decimals. */
import type { ContractItem } from "./contract-records.ts"
import { add, compare, divide, isDecimal, multiply, subtract, sum, toFixedDecimals } from "./decimals.ts"
import type { Entry } from "./entry.ts"
import type { Fields } from "./operation.ts"
import { VOIDED } from "./record-types.ts"

const PERCENT_DECIMALS = 4

export interface ItemTotal {
  item: ContractItem
  used: string
  /** The part of `used` that the office has not confirmed; negative where an unsent revise takes some away. */
  usedHere: string
  remaining: string
  /** Of the contract quantity; "0" where that is zero. */
  percent: string
  over: boolean
  /** Quantity times unit price in dollars, rounded half up to the cent once, at the end: "1234.50". */
  amount: string
}

/** The exact sum of quantities. */
export function totalQuantity(quantities: Iterable<string>): string {
  return sum(quantities)
}

export function extendedAmount(quantity: string, unitPrice: string): string {
  return toFixedDecimals(multiply(quantity, unitPrice), 2)
}

/** What a transaction as it stands adds to an item: nothing where it is void, or of another item. */
export function quantityFor(item: string, fields: Fields | undefined): string {
  const quantity = fields?.["quantity"]
  if (!fields || fields["item"] !== item || fields[VOIDED] === true) return "0"
  return typeof quantity === "string" && isDecimal(quantity) ? quantity : "0"
}

/** Whether an entry counts: one that exists only as a held operation does not, until somebody decides. */
export function isCounted(entry: Entry): boolean {
  return !entry.isImagined
}

export function totalItem(item: ContractItem, used: string, usedHere: string): ItemTotal {
  const remaining = subtract(item.quantity, used)
  return {
    item,
    used,
    usedHere,
    remaining,
    percent:
      compare(item.quantity, "0") === 0
        ? "0"
        : divide(multiply(used, "100"), item.quantity, PERCENT_DECIMALS),
    over: compare(item.quantity, "0") >= 0 ? compare(remaining, "0") < 0 : compare(remaining, "0") > 0,
    amount: extendedAmount(used, item.unitPrice),
  }
}

/** The sum of an item's entries as shown, and the part of it that is only here. */
export function sumEntries(item: string, entries: Iterable<Entry>): { used: string; usedHere: string } {
  let [used, atOffice] = ["0", "0"]
  for (const entry of entries) {
    if (!isCounted(entry)) continue
    used = add(used, quantityFor(item, entry.fields))
    atOffice = add(atOffice, quantityFor(item, entry.where === "device" ? entry.image?.fields : entry.fields))
  }
  return { used, usedHere: subtract(used, atOffice) }
}
