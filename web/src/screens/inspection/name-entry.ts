/** What to call an entry in a sentence: its item and quantity, or a note's first words. */
import type { ContractItem } from "../../core/contract-records.ts"
import type { Fields } from "../../core/operation.ts"
import { describeQuantity, entryWords, textOf } from "../../ui/words/entries.ts"
import { shortenNote } from "../../ui/words/inspection.ts"

export function nameEntry(fields: Fields, items: readonly ContractItem[]): string {
  const note = textOf(fields, "text")
  if (note !== "") return shortenNote(note)
  const item = items.find(({ record }) => record === textOf(fields, "item"))
  const { figure, unit } = describeQuantity(fields, item?.unit ?? "")
  return [item?.description ?? entryWords.unknownItem, `${figure} ${unit}`.trim()].join(", ")
}
