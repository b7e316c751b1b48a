/** Reading days of inspection: what stands on one, and which ones have something. */
import type { Entry } from "../../core/entry.ts"
import { FIELD_TYPES, type FieldType } from "../../core/record-types.ts"
import type { Range, ReadStore, Store } from "../store.ts"
import {
  readEntries,
  readSurroundings,
  readUnsettledImage,
  VIEW_TABLES,
  viewIn,
  type Surroundings,
} from "./surroundings.ts"

export interface Day {
  notes: Entry[]
  transactions: Entry[]
}

export interface DayCounts {
  notes: number
  transactions: number
}

/** The entries of a date, newest last, void ones among them. Cost: the day and what is unsettled, not the contract. */
export function readDay(store: Store, contract: string, date: string): Promise<Day> {
  return store.read(VIEW_TABLES, async (read) =>
    readDayIn(read, await readSurroundings(read, contract), date),
  )
}

export async function readDayIn(
  read: ReadStore,
  around: Surroundings,
  date: string,
  broughtOf?: (type: FieldType) => readonly string[],
): Promise<Day> {
  const of = (type: FieldType): Promise<Entry[]> =>
    readEntries(read, around, {
      type,
      images: { index: "by_date", prefix: [around.contract, around.copy, type, date] },
      matches: (fields) => fields["work_date"] === date,
      ...(broughtOf && { brought: broughtOf(type) }),
    })
  const [notes, transactions] = await Promise.all([of("note"), of("item_transaction")])
  return { notes, transactions }
}

/**
 * Entries that stand on no day: their date was never typed, or cleared. Cost: what is unsettled; where the
 * office has some, one pass over the contract.
 */
export async function readUndatedIn(read: ReadStore, around: Surroundings): Promise<Day> {
  const [notes, transactions] = await Promise.all([
    readUndatedOf(read, around, "note"),
    readUndatedOf(read, around, "item_transaction"),
  ])
  return { notes, transactions }
}

/** No record has an empty type. */
const NONE: Range = { index: "by_type", prefix: ["", 0, ""] }

async function readUndatedOf(read: ReadStore, around: Surroundings, type: FieldType): Promise<Entry[]> {
  const [byType, byDate] = ["by_type", "by_date"].map((index) => ({
    index,
    prefix: [around.contract, around.copy, type],
  })) as [Range, Range]
  const isSome = (await read.count("records", byType)) > (await read.count("records", byDate))
  return readEntries(read, around, {
    type,
    images: isSome ? byType : NONE,
    matches: (fields) => typeof fields["work_date"] !== "string",
  })
}

/** How many entries each day has; of all days, or of those between two dates. Cost: days, not entries. */
export function readMarkedDays(
  store: Store,
  contract: string,
  between?: { from: string; to: string },
): Promise<Map<string, DayCounts>> {
  return store.read(VIEW_TABLES, async (read) =>
    readMarkedDaysIn(read, await readSurroundings(read, contract), between),
  )
}

export async function readMarkedDaysIn(
  read: ReadStore,
  around: Surroundings,
  between?: { from: string; to: string },
): Promise<Map<string, DayCounts>> {
  const days = new Map<string, DayCounts>()
  for (const type of FIELD_TYPES) {
    const range = { index: "by_date", prefix: [around.contract, around.copy, type], ...between }
    for (const [date, count] of await read.countEach("records", range)) addTo(days, date, type, count)
  }
  await countUnsettled(read, around, days)
  return keepBetween(days, between)
}

/** Unsettled operations bring entries into a day, or move them from one to another. */
async function countUnsettled(
  read: ReadStore,
  around: Surroundings,
  days: Map<string, DayCounts>,
): Promise<void> {
  const records = [...new Set([...around.own.keys(), ...around.held.keys()])]
  const images = await Promise.all(records.map((record) => readUnsettledImage(read, around, record)))
  records.forEach((record, at) => {
    const [image, entry] = [images[at], viewIn(around, record, images[at])]
    if (image) countOne(days, image, -1)
    if (entry) countOne(days, entry, 1)
  })
}

function countOne(
  days: Map<string, DayCounts>,
  { type, fields }: Pick<Entry, "type" | "fields">,
  by: number,
): void {
  const date = fields["work_date"]
  if ((type === "note" || type === "item_transaction") && typeof date === "string")
    addTo(days, date, type, by)
}

function addTo(days: Map<string, DayCounts>, date: string, type: FieldType, by: number): void {
  const counts = days.get(date) ?? { notes: 0, transactions: 0 }
  if (type === "note") counts.notes += by
  else counts.transactions += by
  days.set(date, counts)
}

function keepBetween(
  days: Map<string, DayCounts>,
  between: { from: string; to: string } | undefined,
): Map<string, DayCounts> {
  const isKept = (date: string, { notes, transactions }: DayCounts): boolean =>
    notes + transactions > 0 && (!between || (date >= between.from && date <= between.to))
  return new Map(
    [...days]
      .filter(([date, counts]) => isKept(date, counts))
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  )
}
