/** The value of any field as a person reads it: with its unit, by name instead of by id, dates in his spelling. */
import type { ContractItem } from "../../core/contract-records.ts"
import type { Fields, FieldValue } from "../../core/operation.ts"
import { formatDate, formatQuantity, formatTime } from "../format.ts"
import { entryWords, textOf } from "./entries.ts"

/** What the ids in a record's fields stand for. */
export interface NamedIds {
  itemById: ReadonlyMap<string, Pick<ContractItem, "line" | "description" | "unit">>
  personById: ReadonlyMap<string, string>
  projectById: ReadonlyMap<string, string>
  /** What is said of one that is not there; nothing: that it is not on this device. */
  unknownItem?: string
  unknownProject?: string
}

/** The same, with all that is kept of the items. */
export interface Named extends NamedIds {
  itemById: ReadonlyMap<string, ContractItem>
}

export const valueWords = {
  nothing: "nothing",
  voided: "void",
  notVoided: "not void",
  unknownItem: entryWords.unknownItem,
  unknownProject: "A project that is not on this device",
  unknownPerson: "somebody",
} as const

/** `fields` are all of its version: a quantity takes its unit from the item there. */
export function describeValue(name: string, value: FieldValue, fields: Fields, named: NamedIds): string {
  if (name === "voided") return value === true ? valueWords.voided : valueWords.notVoided
  if (value === null || value === "") return valueWords.nothing
  if (typeof value !== "string") return describeParts(value)
  switch (name) {
    case "quantity":
      return describeAmount(value, named.itemById.get(textOf(fields, "item"))?.unit)
    case "item":
      return nameItem(value, named)
    case "project":
      return named.projectById.get(value) ?? named.unknownProject ?? valueWords.unknownProject
    case "work_date":
    case "measured_date":
    case "calculated_date":
      return formatDate(value)
    case "time":
      return formatTime(value)
    case "measured_by":
    case "calculated_by":
      return nameSomebody(value, named)
    default:
      return value
  }
}

const describeAmount = (quantity: string, unit: string | undefined): string =>
  [formatQuantity(quantity), unit].filter(Boolean).join(" ")

/** "Adjust manhole casting, line 90" */
export function nameItem(
  record: string,
  { itemById, unknownItem }: Pick<NamedIds, "itemById" | "unknownItem">,
): string {
  const item = itemById.get(record)
  return item ? `${item.description}, line ${item.line}` : (unknownItem ?? valueWords.unknownItem)
}

export function nameSomebody(person: string, { personById }: Pick<NamedIds, "personById">): string {
  return personById.get(person) ?? valueWords.unknownPerson
}

/** What is more than a text (a calculation, a list of splits): its parts by name. */
function describeParts(value: Exclude<FieldValue, string | null>): string {
  if (Array.isArray(value)) return value.map(describePart).join("; ")
  if (typeof value !== "object") return String(value)
  return Object.entries(value)
    .map(([name, part]) => `${name.replaceAll("_", " ")}: ${describePart(part)}`)
    .join(", ")
}

function describePart(value: FieldValue): string {
  if (value === null) return valueWords.nothing
  return typeof value === "string" ? value : describeParts(value)
}
