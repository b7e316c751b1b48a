/** Pay items as choices: found by line, number, words and project; those used lately first. */
import type { ContractItem, Project } from "../../core/contract-records.ts"
import type { Entry } from "../../core/entry.ts"
import type { Day } from "../../store/queries.ts"
import type { Option } from "../../ui/find-options.ts"
import { describeItem, textOf } from "../../ui/words/entries.ts"
import { formWords } from "../../ui/words/inspection.ts"

/** In the order of the contract's lines, those of `lately` before them; without those that were taken out of it. */
export function listItemOptions(
  items: readonly ContractItem[],
  projects: readonly Project[],
  lately: readonly string[],
): Option[] {
  const numberOf = new Map(projects.map((project) => [project.record, project.number]))
  const isOne = projects.length < 2
  const open = items.filter((item) => !item.voided)
  const first = lately.flatMap((record) => open.filter((item) => item.record === record))
  const asOption = (item: ContractItem, mark?: string): Option => {
    const project = isOne ? "" : (numberOf.get(item.project) ?? "")
    return {
      value: item.record,
      title: item.description,
      detail: [describeItem(item), project].filter(Boolean).join(" · "),
      codes: [item.line, item.itemNumber].filter(Boolean),
      more: project,
      ...(mark !== undefined && { mark }),
    }
  }
  return [
    ...first.map((item) => asOption(item, formWords.lately)),
    ...open.filter((item) => !first.includes(item)).map((item) => asOption(item)),
  ]
}

const LATELY_MAX = 6 // items before the whole list

/** The items of some days' transactions, the last one first. */
export function itemsUsedIn(days: readonly Day[]): string[] {
  const entries: Entry[] = days.flatMap(({ transactions }) => transactions)
  const newest = entries
    .filter((entry) => !entry.voided)
    .sort((one, other) => (one.record < other.record ? 1 : -1))
  const items = newest.map(({ fields }) => textOf(fields, "item")).filter(Boolean)
  return [...new Set(items)].slice(0, LATELY_MAX)
}
