/** What a view of entries is made of: images, own unconfirmed operations and holds of one contract. */
import type { Entry } from "../../core/entry.ts"
import type { Operation } from "../../core/operation.ts"
import { viewRecord, type Reached } from "../../core/view.ts"
import { reachedOf } from "../contract-rows.ts"
import type { Range, ReadStore } from "../store.ts"
import type { HeldRow, ImageRow, TableName, UnconfirmedRow } from "../tables.ts"

export const VIEW_TABLES: readonly TableName[] = ["contracts", "records", "held", "unconfirmed"]

export interface Surroundings {
  contract: string
  /** The copy that is shown; 0, which no copy has, where none is here. */
  copy: number
  reached: Reached
  own: Map<string, UnconfirmedRow[]>
  held: Map<string, HeldRow[]>
  /** The images of all that is unsettled, where they were read already. */
  images?: ReadonlyMap<string, ImageRow | undefined>
}

/** Everything of a contract that is not settled: few rows, whatever its size. */
export async function readSurroundings(read: ReadStore, contract: string): Promise<Surroundings> {
  const row = await read.get("contracts", contract)
  const copy = row?.live?.copy ?? 0
  const [own, held] = await Promise.all([
    read.list("unconfirmed", { index: "by_contract", prefix: [contract] }),
    read.list("held", { prefix: [contract, copy] }),
  ])
  return { contract, copy, reached: reachedOf(row), own: byRecord(own), held: byRecord(held) }
}

/** The same for one record alone. */
export async function readSurroundingsOf(
  read: ReadStore,
  contract: string,
  record: string,
): Promise<Surroundings> {
  const row = await read.get("contracts", contract)
  const copy = row?.live?.copy ?? 0
  const [own, held] = await Promise.all([
    read.list("unconfirmed", { index: "by_record", prefix: [contract, record] }),
    read.list("held", { index: "by_record", prefix: [contract, copy, record] }),
  ])
  own.sort((one, other) => compareOrder(one.operation, other.operation))
  return { contract, copy, reached: reachedOf(row), own: byRecord(own), held: byRecord(held) }
}

const compareOrder = (one: Operation, other: Operation): number =>
  one.device === other.device ? one.number - other.number : one.device < other.device ? -1 : 1

export const imageKey = (around: Surroundings, record: string): [string, number, string] => [
  around.contract,
  around.copy,
  record,
]

/** Of a record that has something unsettled. */
export async function readUnsettledImage(
  read: ReadStore,
  around: Surroundings,
  record: string,
): Promise<ImageRow | undefined> {
  return around.images ? around.images.get(record) : read.get("records", imageKey(around, record))
}

export function viewIn(around: Surroundings, record: string, image: ImageRow | undefined): Entry | undefined {
  const { contract, reached } = around
  const [own, held] = [around.own.get(record) ?? [], around.held.get(record) ?? []]
  return viewRecord({ contract, record, image, own, held, reached })
}

/** Which entries are wanted: an index range that finds their images, and what their fields must be. */
export interface Wanted {
  type: string
  images: Range
  matches(fields: Entry["fields"]): boolean
  /** The records that unsettled operations may bring into it, where that is known; else all operations are looked through. */
  brought?: readonly string[]
}

/**
 * Return the entries that a range of images holds, and those that unsettled operations bring into it;
 * without those that they take out of it. Newest last: ids of records begin with their time.
 * Cost: the range, and the unsettled operations of the contract.
 */
export async function readEntries(read: ReadStore, around: Surroundings, wanted: Wanted): Promise<Entry[]> {
  const images = new Map<string, ImageRow | undefined>()
  for (const image of await read.list("records", wanted.images)) images.set(image.record, image)
  const brought = (wanted.brought ?? touchedRecords(around, wanted)).filter((record) => !images.has(record))
  const more = await Promise.all(brought.map((record) => readUnsettledImage(read, around, record)))
  brought.forEach((record, at) => images.set(record, more[at]))
  const entries = [...images].map(([record, image]) => viewIn(around, record, image))
  return entries
    .filter((entry) => entry !== undefined)
    .filter((entry) => entry.type === wanted.type && wanted.matches(entry.fields))
    .sort((one, other) => (one.record < other.record ? -1 : 1))
}

function touchedRecords(around: Surroundings, wanted: Wanted): string[] {
  // What was seen as well: a revise whose record is gone is shown upon that.
  const brings = ({ operation }: { operation: Operation }): boolean =>
    operation.type === wanted.type && wanted.matches({ ...operation.base, ...operation.set })
  const found = [...around.own, ...around.held]
    .filter(([, rows]) => rows.some(brings))
    .map(([record]) => record)
  return [...new Set(found)]
}

function byRecord<T extends { record: string }>(rows: readonly T[]): Map<string, T[]> {
  const map = new Map<string, T[]>()
  for (const row of rows) {
    const known = map.get(row.record)
    if (known) known.push(row)
    else map.set(row.record, [row])
  }
  return map
}
