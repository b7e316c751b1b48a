/** The sentences of view.html: for whoever opens it in a browser, with no program and no network. */
import type { Whereabouts } from "../core/entry.ts"

export const viewWords = {
  title: "Notes and transactions",
  about:
    "What the device showed when the backup was made. Nothing can be changed here, and nothing needs to be: to get the entries back, see README.txt beside this page.",
  find: "To find a word, use your browser’s own search (Ctrl+F, or Find in page).",
  contracts: "Contracts",
  whose: "Whose",
  agency: "Agency",
  device: "Device",
  made: "Made",
  empty: "No notes or transactions of this contract on the device.",
  undated: "Without a date",
  note: "Note",
  unknownItem: "An item that was not on the device",
  somebody: "Somebody",
  void: "Void",
  device_mark: "Not yet at the office",
  attention_mark: "Needs attention",
  office_mark: "At the office",
  nothing: "nothing",
  unnamedContract: "A contract without a number here",
} as const

const countOf = (count: number, one: string, many: string): string =>
  `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`

/** "3 notes, 1 transaction" */
export const describeCounts = (notes: number, transactions: number): string =>
  `${countOf(notes, "note", "notes")}, ${countOf(transactions, "transaction", "transactions")}`

export const describeStranded = (count: number): string =>
  `${countOf(count, "entry", "entries")} could not be read from the device’s database when this was made, and ${
    count === 1 ? "is" : "are"
  } not on this page. Nothing is lost: operations.ndjson of this contract has them.`

export const describeItem = (description: string, line: string): string => `${description}, line ${line}`

/**
 * Another version: "Waits for a decision, typed by Bo Keller: Quantity 413". Where the office has not seen what does
 * not fit here, nobody decides yet: "Not yet at the office, typed by…".
 */
export const describeBeside = (where: Whereabouts, who: string, what: string): string =>
  `${where === "attention" ? "Waits for a decision" : viewWords.device_mark}, typed by ${who}: ${what}`

export const describeVoiding = (isVoided: boolean): string =>
  isVoided ? "void this entry" : "bring this entry back"

const LABELS: Readonly<Record<string, string>> = {
  note_type: "Type",
  work_date: "Date",
  station_from: "Station from",
  station_to: "Station to",
  measured_by: "Measured by",
  measured_date: "Measured on",
  calculated_by: "Calculated by",
  calculated_date: "Calculated on",
  tally_sheet: "Tally sheet",
}

/** A field by its name; one of a newer program by the name that it has there. */
export function labelOf(name: string): string {
  const plain = name.replaceAll("_", " ")
  return LABELS[name] ?? plain.slice(0, 1).toUpperCase() + plain.slice(1)
}

export const describeUntil = (to: string): string => `to ${to}`
export const describeStretch = (from: string, to: string): string => `${from} to ${to}`
export const describeOffset = (offset: string): string => `offset ${offset}`
export const describeStation = (station: string): string => `station ${station}`

const dayFormat = new Intl.DateTimeFormat("en-US", {
  weekday: "long",
  month: "long",
  day: "numeric",
  year: "numeric",
  timeZone: "UTC",
})

/** "Thursday, November 19, 2026"; what is no date as it was typed. */
export function formatDay(date: string): string {
  const at = new Date(`${date}T00:00:00Z`)
  if (date === "") return viewWords.undated
  return Number.isNaN(at.getTime()) ? date : dayFormat.format(at)
}

/** By the clock of who made it, with its zone: "2026-11-19 14:40 -06:00". */
export const formatMadeAt = (instant: string): string =>
  instant.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d):[\d.]+(Z|[+-]\d\d:\d\d)$/, "$1 $2 $3")
