/** An item's transactions in the order of their work, each with what is used up to it. */
import { add } from "../../core/decimals.ts"
import type { Entry } from "../../core/entry.ts"
import { isCounted, quantityFor } from "../../core/item-totals.ts"

export interface SummedEntry {
  entry: Entry
  /** What is used of the item with this entry and all before it. */
  sum: string
  /** False for what only stands here as held: a person decides first. */
  counted: boolean
}

/** Newest work first; entries of one day in the order in which they were recorded. Cost: one sort. */
export function sumUp(item: string, entries: readonly Entry[]): SummedEntry[] {
  let used = "0"
  const summed = [...entries].sort(compareWork).map((entry) => {
    const counted = isCounted(entry)
    if (counted) used = add(used, quantityFor(item, entry.fields))
    return { entry, sum: used, counted }
  })
  return summed.reverse()
}

function compareWork(one: Entry, other: Entry): number {
  const [first, second] = [spellOrder(one), spellOrder(other)]
  return first < second ? -1 : first > second ? 1 : 0
}

/** Ids of records begin with the time at which they were made. */
function spellOrder({ fields, record }: Entry): string {
  const date = fields["work_date"]
  return `${typeof date === "string" ? date : ""} ${record}`
}
