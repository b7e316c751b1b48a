/** Words of the search over a contract's entries. */
import { formatCount } from "../format.ts"

export const searchWords = {
  title: "Search",
  label: "Search",
  hint: "Words of notes and transactions, an item, a station, a date as 2026-11-19.",
  begin: "Type what you look for.",
  beginMore: "Everything of this contract that is on this device is looked through, without a network too.",
  none: "Nothing has all of these words.",
  noneMore:
    "Use fewer of them, or a part of a word. Entries that this device has not received are not found.",
  void: "Void",
  in: "in",
} as const

/** "12 found", "The newest 200; add a word to find others". */
export function countHits(count: number, most: number): string {
  if (count >= most) return `The newest ${formatCount(most)} are shown; add a word to find others.`
  return count === 1 ? "1 found." : `${formatCount(count)} found.`
}
