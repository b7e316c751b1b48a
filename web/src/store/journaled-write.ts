/** A write that is watched: what it appends goes into the journal too, and stands by itself where the database fails. */
import type { Operation } from "../core/operation.ts"
import { OPERATION_NUMBER } from "./outbox.ts"
import { NotSaved, type Key, type Range, type WriteStore } from "./store.ts"
import type { TableName, Tables } from "./tables.ts"

/** What a whole run of a change appended, and which drafts that ends. */
export interface Appended<T> {
  result: T
  operations: Operation[]
  endedDrafts: string[]
}

/** Passes everything on, and remembers what the journal needs. */
export class WatchedWrite implements WriteStore {
  readonly operations: Operation[] = []
  readonly endedDrafts: string[] = []
  private readonly within: WriteStore
  private readonly lastNumber: number

  /** `lastNumber` is the last one known here: the database has not seen those that only the journal has. */
  constructor(within: WriteStore, lastNumber: number) {
    this.within = within
    this.lastNumber = lastNumber
  }

  async get<T extends TableName>(table: T, key: Key): Promise<Tables[T] | undefined> {
    const row = await this.within.get(table, key)
    if (table !== "settings" || key !== OPERATION_NUMBER) return row
    const number = Number((row as Tables["settings"] | undefined)?.value ?? 0)
    return { key: OPERATION_NUMBER, value: Math.max(number, this.lastNumber) } as Tables[T]
  }

  list<T extends TableName>(table: T, range: Range): Promise<Tables[T][]> {
    return this.within.list(table, range)
  }

  count(table: TableName, range: Range): Promise<number> {
    return this.within.count(table, range)
  }

  countEach(table: TableName, range: Range): Promise<Map<string, number>> {
    return this.within.countEach(table, range)
  }

  put<T extends TableName>(table: T, row: Tables[T]): void {
    this.within.put(table, row)
    if (table === "operations") this.operations.push(row as Operation)
  }

  delete(table: TableName, key: Key): void {
    this.within.delete(table, key)
    if (table === "drafts" && typeof key === "string") this.endedDrafts.push(key)
  }

  deleteRange(table: TableName, range: Omit<Range, "index" | "limit">): void {
    this.within.deleteRange(table, range)
  }
}

/** No database: it has no operation and no number, and says so when asked for more. */
class NoDatabase implements WriteStore {
  async get<T extends TableName>(table: T, key: Key): Promise<Tables[T] | undefined> {
    if (table === "operations" || (table === "settings" && key === OPERATION_NUMBER)) return undefined
    throw new NotSaved("closed")
  }

  list(): Promise<never> {
    return Promise.reject(new NotSaved("closed"))
  }

  count(): Promise<never> {
    return Promise.reject(new NotSaved("closed"))
  }

  countEach(): Promise<never> {
    return Promise.reject(new NotSaved("closed"))
  }

  put(): void {
    // Only what is watched is kept: the operation goes into the journal.
  }

  delete(): void {
    // There is nothing here to delete.
  }

  deleteRange(): void {
    throw new NotSaved("closed")
  }
}

/** What a change would append, without its database. Undefined where it needs more than the last number. */
export async function appendWithoutDatabase<T>(
  change: (write: WriteStore) => T | Promise<T>,
  lastNumber: number,
): Promise<Appended<T> | undefined> {
  const watched = new WatchedWrite(new NoDatabase(), lastNumber)
  try {
    const result = await change(watched)
    return { result, operations: watched.operations, endedDrafts: watched.endedDrafts }
  } catch (failure) {
    if (failure instanceof NotSaved) return undefined
    throw failure
  }
}
