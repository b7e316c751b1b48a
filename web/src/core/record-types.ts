/** Record types: their fields, what belongs together, and the limits that the server holds to as well. */

export const VOIDED = "voided" // belongs together with every field
export const SCHEMA = 1 // of every record type of this version

export const NOTE_FIELDS = ["note_type", "work_date", "time", "project", "station", "text"] as const
export const MEASUREMENT_FIELDS = [
  "item",
  "work_date",
  "quantity",
  "calculation",
  "documentation",
  "measured_by",
  "measured_date",
  "calculated_by",
  "calculated_date",
  "funding",
  "tally_sheet",
] as const
export const PLACE_FIELDS = ["station_from", "station_to", "side", "offset", "location"] as const

/** The longest text of each field, in characters. */
export const TEXT_LENGTH_MAX: Readonly<Record<string, number>> = {
  note_type: 100,
  station: 40,
  text: 20_000,
  station_from: 40,
  station_to: 40,
  offset: 40,
  location: 200,
  documentation: 4_000,
}
/** The longest text in JSON: what is set and what was seen go in one operation, of 64 KiB at the most. */
export const TEXT_BYTES_MAX = 30_000
export const SIDES = ["LT", "RT", "CL", "LT-RT"] as const
export const QUANTITY_WHOLE_DIGITS_MAX = 12
export const QUANTITY_DECIMALS_MAX = 6
export const REASON_LENGTH_MAX = 2_000

const GROUPS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  note: [NOTE_FIELDS],
  item_transaction: [MEASUREMENT_FIELDS, PLACE_FIELDS],
}

const FIELD_NAMES: Readonly<Record<string, readonly string[]>> = {
  note: NOTE_FIELDS,
  item_transaction: [...MEASUREMENT_FIELDS, ...PLACE_FIELDS],
}

/** Groups of fields that settle together; a field that none names stands alone. */
export function groupsOf(type: string): readonly (readonly string[])[] {
  return GROUPS[type] ?? []
}

/** The fields of a type that this program knows, in the order of its forms. */
export function fieldNamesOf(type: string): readonly string[] {
  return FIELD_NAMES[type] ?? []
}

/** A field with all that belongs together with it, `voided` apart. */
export function togetherWith(type: string, name: string): readonly string[] {
  return groupsOf(type).find((group) => group.includes(name)) ?? [name]
}

/** The days and lists that an entry stands in: types that are written in the field. */
export const FIELD_TYPES = ["note", "item_transaction"] as const
export type FieldType = (typeof FIELD_TYPES)[number]

export function isFieldType(type: string): type is FieldType {
  return type === "note" || type === "item_transaction"
}
