/** What the search says. */
import { sayCount } from "../figures.ts"

export const searchWords = {
  title: "Search",
  words: "Find in notes and transactions",
  wordsHint: "Words, a station, an item, a person or a date, in any order. Works offline.",
  kind: "Kind",
  all: "Everything",
  notes: "Notes",
  transactions: "Transactions",
  item: "Item",
  from: "From",
  to: "To",
  narrow: "Narrow by item or date",
  found: (count: number): string => (count === 1 ? "1 entry" : `${sayCount(count)} entries`),
  foundMore: (shown: number, count: number): string => `${sayCount(shown)} of ${sayCount(count)} entries, the newest first`,
  more: "Show More",
  none: "Nothing fits.",
  noneNext: "Try fewer words. What other people have not sent yet cannot be found here.",
  begin: "Type a word to begin.",
  beginNext: "Everything that is on this device is searched: every note, every transaction, void ones too.",
  clear: "Clear",
}
