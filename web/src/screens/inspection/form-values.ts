/** What stands in a form: every field as a text, from its first values to the fields of an operation. */
import {
  checkItemTransaction,
  checkNote,
  countCharacters,
  normaliseFields,
  type Problem,
  type Problems,
} from "../../core/checks.ts"
import type { ContractItem } from "../../core/contract-records.ts"
import { isSameValue } from "../../core/merging.ts"
import type { Fields } from "../../core/operation.ts"
import { REASON_LENGTH_MAX, type FieldType } from "../../core/record-types.ts"
import { readTypedDate, readTypedTime } from "../../core/typed-dates.ts"
import { readTypedDecimal } from "../../core/typed-decimals.ts"

export const FORM_FIELDS = {
  note: ["note_type", "project", "work_date", "time", "station", "text"],
  item_transaction: [
    "item",
    "work_date",
    "quantity",
    "station_from",
    "station_to",
    "side",
    "offset",
    "location",
    "documentation",
  ],
} as const satisfies Readonly<Record<FieldType, readonly string[]>>

const BESIDE_THE_FIELDS = ["item_text", "reason"] as const

/** What a person sees as a field. */
export type FormField = (typeof FORM_FIELDS)[FieldType][number]

export type FormName = FormField | (typeof BESIDE_THE_FIELDS)[number]

/** `item_text` is what was typed where no item is chosen yet, `reason` why one revises; what a form does not have is empty. */
export type FormValues = Record<FormName, string>

const NAMES: readonly FormName[] = [
  ...FORM_FIELDS.note,
  ...FORM_FIELDS.item_transaction,
  ...BESIDE_THE_FIELDS,
]

/** A form that nobody has typed in: empty but for what is known beforehand. */
export function beginValues(known: Partial<FormValues>): FormValues {
  return { ...(Object.fromEntries(NAMES.map((name) => [name, ""])) as FormValues), ...known }
}

/** The form of an entry, or of a draft. Fields that no form has are left as they are. */
export function readValues(fields: Fields): FormValues {
  const values = beginValues({})
  for (const name of NAMES) {
    const value = fields[name]
    if (typeof value === "string") values[name] = value
  }
  return values
}

/** The fields of the operation: those of the form, empty ones among them, so that one can be cleared. */
export function fieldsOf(type: FieldType, values: FormValues): Fields {
  return Object.fromEntries(FORM_FIELDS[type].map((name) => [name, values[name]]))
}

/** A field in its kept spelling, where what was typed has one; else as typed. */
export function tidyValue(name: FormName, typed: string, today: string): string {
  if (name === "work_date") return readTypedDate(typed, today) ?? typed
  if (name === "time") return readTypedTime(typed) ?? typed
  return name === "quantity" ? (readTypedDecimal(typed) ?? typed) : typed
}

/** Every field in its kept spelling. */
export function tidyValues(values: FormValues, today: string): FormValues {
  const entries = NAMES.map((name) => [name, tidyValue(name, values[name], today)])
  return Object.fromEntries(entries) as FormValues
}

export interface FormRules {
  type: FieldType
  /** The item that is chosen, where this device has it. */
  item?: ContractItem | undefined
  needsReason?: boolean
  /** Of the entry that is revised. */
  seen?: Fields | undefined
}

/** By field why it cannot be saved as it stands; empty: it can. */
export function findProblems(values: FormValues, { type, item, needsReason, seen }: FormRules): Problems {
  const fields = fieldsOf(type, values)
  const found = type === "note" ? checkNote(fields) : checkItemTransaction(fields, item)
  const problems = seen ? keepNewProblems(found, fields, seen) : found
  const reason = needsReason ? checkReason(values.reason) : undefined
  return reason ? { ...problems, reason } : problems
}

/** An entry is kept though it breaks a rule: who revises its place need not mend its item first. */
function keepNewProblems(problems: Problems, fields: Fields, seen: Fields): Problems {
  const typed = normaliseFields(fields)
  const isAsSeen = (name: string): boolean => isSameValue(typed[name] ?? null, seen[name] ?? null)
  const isKept = (name: string): boolean => !isAsSeen(name) || (name === "quantity" && !isAsSeen("item"))
  return Object.fromEntries(Object.entries(problems).filter(([name]) => isKept(name)))
}

/** Why somebody voids, brings back, or revises another person's entry. */
export function checkReason(typed: string): Problem | undefined {
  const length = countCharacters(typed.trim())
  if (length === 0) return { code: "needed" }
  return length > REASON_LENGTH_MAX ? { code: "too_long", length, most: REASON_LENGTH_MAX } : undefined
}

/** What stays for the next entry: the day, the item, and that the next stretch begins where this one ended. */
export function carryOver(type: FieldType, saved: FormValues): FormValues {
  const { note_type, project, work_date, item, side, station_to } = saved
  return beginValues(
    type === "note" ? { note_type, project, work_date } : { work_date, item, side, station_from: station_to },
  )
}

/** The rounded figure as the quantity; what was typed stays on record, in the documentation. */
export function takeRounded(values: FormValues, rounded: string, typedWords: string): FormValues {
  const documentation = [values.documentation.trimEnd(), typedWords].filter(Boolean).join("\n")
  return { ...values, quantity: rounded, documentation }
}

/** Whether two forms say the same. */
export function isSameForm(one: FormValues, other: FormValues): boolean {
  return NAMES.every((name) => one[name] === other[name])
}
