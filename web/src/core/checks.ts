/** What a form checks before it saves: the same limits as the server's, so that nothing is held for them. */
import type { ContractItem } from "./contract-records.ts"
import { isCalendarDate, isClockTime } from "./dates.ts"
import { countDecimals, countWholeDigits, normaliseDecimal, roundHalfUp } from "./decimals.ts"
import type { Fields, FieldValue } from "./operation.ts"
import {
  MEASUREMENT_FIELDS,
  NOTE_FIELDS,
  PLACE_FIELDS,
  QUANTITY_DECIMALS_MAX,
  QUANTITY_WHOLE_DIGITS_MAX,
  SIDES,
  TEXT_BYTES_MAX,
  TEXT_LENGTH_MAX,
} from "./record-types.ts"
import { isUuid } from "./uuid.ts"

/** Why a field cannot be as it is; its sentence stands in ui/words. */
export type Problem =
  | { code: "needed" }
  | { code: "too_long"; length: number; most: number }
  | { code: "not_a_number" }
  | { code: "zero" }
  | { code: "too_large" }
  | { code: "too_many_decimals"; decimals: number; most: number; rounded: string }
  | { code: "no_such_date" }
  | { code: "not_a_time" }
  | { code: "not_a_choice" }
  | { code: "unknown_item" }
  | { code: "voided_item" }
  | { code: "not_text" }
  | { code: "strange_character" }

export type Problems = Record<string, Problem>

type Check = (text: string) => Problem | undefined

// NUL, and a surrogate without its partner (one with it is no surrogate to a pattern that reads whole
// characters): no database takes them.
// eslint-disable-next-line no-control-regex
const UNSTORABLE = /[\u0000\ud800-\udfff]/u

const date: Check = (text) => (isCalendarDate(text) ? undefined : { code: "no_such_date" })
const time: Check = (text) => (isClockTime(text) ? undefined : { code: "not_a_time" })
const side: Check = (text) =>
  (SIDES as readonly string[]).includes(text) ? undefined : { code: "not_a_choice" }
const reference: Check = (text) => (isUuid(text) ? undefined : { code: "not_a_choice" })

const CHECK_BY_FIELD: Readonly<Record<string, Check>> = {
  work_date: date,
  measured_date: date,
  calculated_date: date,
  time,
  side,
  project: reference,
  measured_by: reference,
  calculated_by: reference,
}

/** By field why a note cannot be kept as it is; empty: it can. Null and empty text are the same as absent. */
export function checkNote(fields: Fields): Problems {
  return check(fields, NOTE_FIELDS, ["note_type", "work_date", "text"], {})
}

/** The same for a transaction of `item`; undefined where the item that it names is not on this device. */
export function checkItemTransaction(fields: Fields, item: ContractItem | undefined): Problems {
  const names = [...MEASUREMENT_FIELDS, ...PLACE_FIELDS]
  return check(fields, names, ["item", "work_date", "quantity"], {
    item: () => (!item ? { code: "unknown_item" } : item.voided ? { code: "voided_item" } : undefined),
    quantity: (text) => checkQuantity(text, item?.accuracy ?? QUANTITY_DECIMALS_MAX),
  })
}

/** A quantity: not zero, below 10^12, with at most so many decimals. */
export function checkQuantity(typed: string, accuracy: number): Problem | undefined {
  const normal = normaliseDecimal(typed)
  if (normal === null) return { code: "not_a_number" }
  if (countWholeDigits(normal) > QUANTITY_WHOLE_DIGITS_MAX) return { code: "too_large" }
  const decimals = countDecimals(normal)
  if (decimals > accuracy) {
    return { code: "too_many_decimals", decimals, most: accuracy, rounded: roundHalfUp(normal, accuracy) }
  }
  return normal === "0" ? { code: "zero" } : undefined
}

function check(
  fields: Fields,
  names: readonly string[],
  needed: readonly string[],
  special: Readonly<Record<string, Check>>,
): Problems {
  const problems: Problems = {}
  for (const name of names) {
    const value = fields[name] ?? null
    const problem = isBlank(value)
      ? needed.includes(name) && ({ code: "needed" } as const)
      : checkValue(name, value, special[name] ?? CHECK_BY_FIELD[name])
    if (problem) problems[name] = problem
  }
  return problems
}

const isBlank = (value: FieldValue): boolean =>
  value === null || (typeof value === "string" && value.trim() === "")

function checkValue(name: string, value: FieldValue, special: Check | undefined): Problem | undefined {
  const most = TEXT_LENGTH_MAX[name]
  if (most === undefined && !special) return undefined // kept as it is: calculation, funding
  if (typeof value !== "string") return { code: "not_text" }
  const text = value.trim()
  if (UNSTORABLE.test(text)) return { code: "strange_character" }
  const length = countCharacters(text)
  if (most !== undefined && length > most) return { code: "too_long", length, most }
  const fitting = countFitting(text)
  if (fitting < length) return { code: "too_long", length, most: fitting }
  return special?.(text)
}

/** How many of a text's characters fit into an operation: all, but for very long ones of large characters. */
function countFitting(text: string): number {
  const encoder = new TextEncoder()
  const sizeOf = (part: string): number => encoder.encode(JSON.stringify(part)).length
  if (sizeOf(text) <= TEXT_BYTES_MAX) return countCharacters(text)
  let [fitting, bytes] = [0, 2] // the quotation marks
  for (const character of text) {
    bytes += sizeOf(character) - 2
    if (bytes > TEXT_BYTES_MAX) break
    fitting += 1
  }
  return fitting
}

/** Characters as the server counts them: a pair of surrogates is one. */
export function countCharacters(text: string): number {
  return Array.from(text).length
}

/** Values in their one spelling, as they are kept: trimmed, decimals normal, empty text null. */
export function normaliseFields(fields: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, normaliseValue(name, value)]),
  )
}

function normaliseValue(name: string, value: FieldValue): FieldValue {
  if (typeof value !== "string") return value
  const text = value.trim()
  if (name === "quantity") return normaliseDecimal(text) ?? (text || null)
  return text || null
}
