/** Reading one entry with its history here, and searching all of a contract. */
import type { Entry } from "../../core/entry.ts"
import type { Answer, HeldOperation, Operation } from "../../core/operation.ts"
import { FIELD_TYPES } from "../../core/record-types.ts"
import { isUuid } from "../../core/uuid.ts"
import type { Store } from "../store.ts"
import type { TableName } from "../tables.ts"
import {
  imageKey,
  readEntries,
  readSurroundings,
  readSurroundingsOf,
  VIEW_TABLES,
  viewIn,
} from "./surroundings.ts"

const FOUND_MAX = 200

/** What was done with an entry on this device, and what the office answered; no answer: it waits. */
export interface OwnHistory {
  operation: Operation
  answer?: Answer
}

export interface EntryDetail {
  entry: Entry
  /** In the order in which they were made. */
  operations: OwnHistory[]
  held: HeldOperation[]
}

const DETAIL_TABLES: readonly TableName[] = [...VIEW_TABLES, "operations", "answers"]

/** One entry as it is shown, or undefined where nothing of it is here. */
export function readEntry(store: Store, contract: string, record: string): Promise<EntryDetail | undefined> {
  return store.read(DETAIL_TABLES, async (read) => {
    const around = await readSurroundingsOf(read, contract, record)
    const entry = viewIn(around, record, await read.get("records", imageKey(around, record)))
    if (!entry) return undefined
    const own = await read.list("operations", { index: "by_record", prefix: [contract, record] })
    const answers = await Promise.all(own.map((operation) => read.get("answers", [contract, operation.id])))
    const operations = own.map((operation, at): OwnHistory => {
      const answer = answers[at]?.answer
      return answer ? { operation, answer } : { operation }
    })
    operations.sort((one, other) => one.operation.number - other.operation.number)
    return { entry, operations, held: around.held.get(record) ?? [] }
  })
}

/** Entries in which every word occurs, newest first, at most 200. Cost: one pass over the contract. */
export function searchEntries(store: Store, contract: string, words: string): Promise<Entry[]> {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  if (wanted.length === 0) return Promise.resolve([])
  return store.read(VIEW_TABLES, async (read) => {
    const around = await readSurroundings(read, contract)
    const items = await read.list("records", {
      index: "by_type",
      prefix: [contract, around.copy, "contract_item"],
    })
    const nameByItem = new Map(
      items.map(({ record, fields }) => [record, textOf(fields, ["line", "item_number", "description"])]),
    )
    const found: Entry[] = []
    for (const type of FIELD_TYPES) {
      const images = { index: "by_type", prefix: [contract, around.copy, type] }
      const all = await readEntries(read, around, { type, images, matches: () => true })
      found.push(...all.filter((entry) => hasAll(entry, nameByItem, wanted)))
    }
    return found.sort((one, other) => (one.record < other.record ? 1 : -1)).slice(0, FOUND_MAX)
  })
}

function hasAll(
  { fields }: Entry,
  nameByItem: ReadonlyMap<string, string>,
  wanted: readonly string[],
): boolean {
  const item = typeof fields["item"] === "string" ? nameByItem.get(fields["item"]) : undefined
  const text = `${textOf(fields, Object.keys(fields))} ${item ?? ""}`.toLocaleLowerCase()
  return wanted.every((word) => text.includes(word))
}

/** Without ids: nobody types them, and the digits of a number stand in many. */
const textOf = (fields: Entry["fields"], names: readonly string[]): string =>
  names
    .map((name) => fields[name])
    .filter((value): value is string => typeof value === "string" && !isUuid(value))
    .join(" ")
