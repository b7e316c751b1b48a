/** An entry in the words of the screen: what was typed, where, by whom. Pure, so it is tested without a browser. */
import type { Entry, Whereabouts } from "../../core/entry.ts"
import type { Fields } from "../../core/operation.ts"
import { sayClock, sayWhen } from "../days.ts"
import { readerLocale, sayQuantity } from "../figures.ts"
import { entryWords as words } from "../words/entry.ts"

/** What is shown of an item beside an entry. */
export interface ItemFacts {
  record: string
  line: string
  itemNumber: string
  description: string
  unit: string
}

export interface PersonFacts {
  name: string
  initials: string
}

/** What a description needs to know beside the entry itself. */
export interface Surroundings {
  items: ReadonlyMap<string, ItemFacts>
  people: ReadonlyMap<string, PersonFacts>
  me: string
  today: string
  locale?: string
}

export interface EntryView {
  record: string
  kind: "note" | "transaction"
  /** What was typed: the largest thing on the row. */
  what: string
  quantity: string
  unit: string
  /** Station, side, location; of a note its type, time and station. */
  place: string
  detail: string
  where: Whereabouts
  voided: boolean
  /** "AL, 2:40 PM". */
  signed: string
  beside: string
  workDate: string
}

/** A field's text; empty where it is absent, null or no text at all. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name]
  return typeof value === "string" ? value : ""
}

export function nameOf(person: string, around: Surroundings): string {
  return around.people.get(person)?.name ?? words.someone
}

export function initialsOf(person: string, around: Surroundings): string {
  return around.people.get(person)?.initials ?? words.someone
}

/** "12+50 to 31+00 RT, offset 12 · Northbound lane": as much of it as was typed. */
export function describePlace(fields: Fields): string {
  const from = textOf(fields, "station_from")
  const to = textOf(fields, "station_to")
  const side = textOf(fields, "side")
  const offset = textOf(fields, "offset")
  const stations = from && to ? words.fromTo(from, to) : from || (to && words.upTo(to))
  const along = [stations, side].filter(Boolean).join(" ")
  const across = offset && words.offsetOf(offset)
  return [[along, across].filter(Boolean).join(", "), textOf(fields, "location")].filter(Boolean).join(" · ")
}

/** "Traffic · 14:05 · at 12+50". */
export function describeOccasion(fields: Fields, locale = readerLocale()): string {
  const time = textOf(fields, "time")
  const station = textOf(fields, "station")
  return [
    textOf(fields, "note_type"),
    /^\d\d:\d\d$/.test(time) ? sayClock(time, locale) : time,
    station && words.atStation(station),
  ]
    .filter(Boolean)
    .join(" · ")
}

export function describeEntry(entry: Entry, around: Surroundings): EntryView {
  const { fields } = entry
  const isNote = entry.type === "note"
  const item = around.items.get(textOf(fields, "item"))
  const quantity = textOf(fields, "quantity")
  return {
    record: entry.record,
    kind: isNote ? "note" : "transaction",
    what: isNote ? textOf(fields, "text") : (item?.description ?? words.unknownItem),
    quantity: !isNote && quantity ? sayExactly(quantity, around.locale) : "",
    unit: item?.unit ?? "",
    place: isNote ? describeOccasion(fields, around.locale) : describePlace(fields),
    detail: isNote ? "" : textOf(fields, "documentation"),
    where: entry.where,
    voided: entry.voided,
    signed: `${initialsOf(entry.author, around)}, ${sayWhen(entry.madeAt, around.today, around.locale)}`,
    beside: describeBeside(entry, around),
    workDate: textOf(fields, "work_date"),
  }
}

/** Whoever else's change waits beside this entry. */
function describeBeside(entry: Entry, around: Surroundings): string {
  const others = new Set(entry.beside.map((operation) => operation.author))
  others.delete(entry.author)
  const [first] = others
  if (first === undefined) return ""
  return first === around.me ? words.yoursBeside : words.waitingBeside(nameOf(first, around))
}

/** What is no number is shown as it was typed: nothing is made up. */
export function sayExactly(quantity: string, locale = readerLocale()): string {
  return /^-?\d+(\.\d+)?$/.test(quantity) ? sayQuantity(quantity, locale) : quantity
}

/** One field of an entry, in words: items and people by name, numbers and dates by locale. */
export function describeField(name: string, fields: Fields, around: Surroundings): string {
  const value = fields[name]
  if (value === undefined || value === null) return ""
  if (name === "voided") return value === true ? words.voidedWord : words.countsWord
  if (typeof value !== "string") return typeof value === "object" ? JSON.stringify(value) : String(value)
  if (name === "item") return describeItem(around.items.get(value))
  if (name === "quantity") {
    const unit = around.items.get(textOf(fields, "item"))?.unit ?? ""
    return `${sayExactly(value, around.locale)} ${unit}`.trim()
  }
  if (name.endsWith("_by")) return nameOf(value, around)
  if (name.endsWith("_date") && /^\d{4}-\d\d-\d\d$/.test(value)) return words.dayOf(value, around.locale)
  return value
}

export function describeItem(item: ItemFacts | undefined): string {
  return item ? `${item.description} (${words.itemLine(item.line)})` : words.unknownItem
}
