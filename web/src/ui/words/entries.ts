/** What entries and their fields are called, and where they are. */
import type { Whereabouts } from "../../core/entry.ts"
import type { Fields } from "../../core/operation.ts"
import type { FieldType } from "../../core/record-types.ts"
import { formatQuantity } from "../format.ts"

export const whereaboutsWords: Readonly<Record<Whereabouts, string>> = {
  device: "Saved on this device",
  office: "At the office",
  attention: "Needs attention",
}

export const typeWords: Readonly<Record<FieldType, string>> = {
  note: "Note",
  item_transaction: "Transaction",
}

/** The name of each field: on its form, in an entry, wherever two versions stand side by side. */
export const fieldLabels = {
  note_type: "Type",
  project: "Project",
  work_date: "Date",
  time: "Time",
  station: "Station",
  text: "Note",
  item: "Item",
  quantity: "Quantity",
  station_from: "Station from",
  station_to: "Station to",
  side: "Side",
  offset: "Offset",
  location: "Location",
  documentation: "Documentation",
  measured_by: "Measured by",
  measured_date: "Measured on",
  calculated_by: "Calculated by",
  calculated_date: "Calculated on",
  voided: "Void",
  reason: "Reason",
} as const

export const entryWords = {
  void: "Void",
  unknownItem: "An item that is not on this device",
  unknownPerson: "Somebody",
  you: "You",
  noType: "Note",
} as const

/** "412.65", with the unit that stands beside it. */
export function describeQuantity(fields: Fields, unit: string): { figure: string; unit: string } {
  return { figure: formatQuantity(textOf(fields, "quantity")), unit }
}

/** Where it was, in one line: "12+50 to 31+00 RT · offset 12 ft · northbound lane"; empty where nobody said. */
export function describePlace(fields: Fields): string {
  const [from, to] = [textOf(fields, "station_from"), textOf(fields, "station_to")]
  const stretch = from && to ? `${from} to ${to}` : from || (to && `to ${to}`)
  const offset = textOf(fields, "offset")
  const along = [stretch, textOf(fields, "side")].filter(Boolean).join(" ")
  return [
    along,
    offset && `offset ${offset}`,
    textOf(fields, "station") && `station ${textOf(fields, "station")}`,
    textOf(fields, "location"),
  ]
    .filter(Boolean)
    .join(" · ")
}

/** "Line 140 · 2360.509/22200 · ton" */
export function describeItem(item: { line: string; itemNumber: string; unit: string }): string {
  return [item.line && `Line ${item.line}`, item.itemNumber, item.unit].filter(Boolean).join(" · ")
}

const NAME_LENGTH_IN_SIGHT = 32 // a phone's field shows no more of it

/** Below the field in which the item was chosen: its name again where the field cuts it off. */
export function describeChosenItem(item: {
  description: string
  line: string
  itemNumber: string
  unit: string
}): string {
  const isCut = item.description.length > NAME_LENGTH_IN_SIGHT
  return [isCut && item.description, describeItem(item)].filter(Boolean).join(" · ")
}

/** A field of text; empty where it is absent or something else. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === "string" ? value : ""
}
