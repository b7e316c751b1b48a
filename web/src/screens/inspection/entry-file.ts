/** An entry that could not be saved, as a file: what was typed, as it was typed, with what it is about. */
import type { ContractItem } from "../../core/contract-records.ts"
import type { EntryForm } from "./entry-form.svelte.ts"
import { FORM_FIELDS } from "./form-values.ts"

export interface EntryFileParts {
  form: Pick<EntryForm, "type" | "values" | "seen" | "needsReason">
  item: ContractItem | undefined
  contract: string
  email: string
  typedAt: string
}

export function spellEntryFile({ form, item, contract, email, typedAt }: EntryFileParts): string {
  const names = [...FORM_FIELDS[form.type], ...(form.needsReason ? (["reason"] as const) : [])]
  const entry = {
    what: "An entry of Tallybook that could not be saved on its device: type it again.",
    contract,
    type: form.type,
    ...(form.seen && { record: form.seen.record }),
    date: form.values.work_date,
    typed_by: email,
    typed_at: typedAt,
    ...(item && { item: `${item.line} ${item.itemNumber} ${item.description}` }),
    fields: Object.fromEntries(names.map((name) => [name, form.values[name]])),
  }
  return `${JSON.stringify(entry, null, 2)}\n`
}

/** "tallybook-note-2026-11-19.json". */
export const nameEntryFile = (type: string, typedAt: string): string =>
  `tallybook-${type.replace("_", "-")}-${typedAt.slice(0, 10)}.json`
