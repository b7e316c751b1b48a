/** Whether what is typed goes over the contract quantity, as far as this device knows. */
import { add, compare, subtract } from "../../core/decimals.ts"
import type { Entry } from "../../core/entry.ts"
import { isCounted, quantityFor, type ItemTotal } from "../../core/item-totals.ts"
import { readTypedDecimal } from "../../core/typed-decimals.ts"

export interface OverRun {
  /** By how much, without a sign. */
  over: string
  contract: string
  /** With this device's entries, and without the one that is being typed or revised. */
  used: string
}

/** Undefined where it is not over, or nothing can be said. `revised`: the entry whose quantity this replaces. */
export function findOverRun(
  total: ItemTotal | undefined,
  typed: string,
  revised?: Entry,
): OverRun | undefined {
  const quantity = readTypedDecimal(typed)
  if (!total || quantity === null || quantity === "0") return undefined
  const contract = total.item.quantity
  const used = revised ? subtract(total.used, countedOf(revised, total.item.record)) : total.used
  const over = subtract(add(used, quantity), contract)
  // A deduction's contract quantity is negative, and is gone over downwards.
  const isDeduction = compare(contract, "0") < 0
  const isOver = isDeduction ? compare(over, "0") < 0 : compare(over, "0") > 0
  return isOver ? { over: over.replace("-", ""), contract, used } : undefined
}

const countedOf = (entry: Entry, item: string): string =>
  isCounted(entry) ? quantityFor(item, entry.fields) : "0"
