/** The store's promise: what one write does is durable when its promise resolves, or none of it is. */
import type { TableName, Tables } from "./tables.ts"

export type KeyPart = string | number
export type Key = KeyPart | KeyPart[]

/** Rows whose key (or index key) begins with `prefix`; the next part lies between `from` and `to`, both included. */
export interface Range {
  /** The primary key where none is named. */
  index?: string
  prefix: KeyPart[]
  from?: KeyPart
  to?: KeyPart
  limit?: number
}

/** One consistent look at the database. Wait for nothing in between but these. */
export interface ReadStore {
  get<T extends TableName>(table: T, key: Key): Promise<Tables[T] | undefined>
  /** In the order of the key or index. */
  list<T extends TableName>(table: T, range: Range): Promise<Tables[T][]>
  count(table: TableName, range: Range): Promise<number>
  /** How many rows there are for each value of the part after the prefix. Cost: the number of values. */
  countEach(table: TableName, range: Range): Promise<Map<string, number>>
}

/** The same within a write; what is put is read back by what follows. */
export interface WriteStore extends ReadStore {
  put<T extends TableName>(table: T, row: Tables[T]): void
  delete(table: TableName, key: Key): void
  /** By primary key alone. */
  deleteRange(table: TableName, range: Omit<Range, "index" | "limit">): void
}

/** Which tables a committed write changed, in this tab or another one. */
export interface StoreChange {
  tables: readonly TableName[]
}

/**
 * Everything in one `write` is durable when its promise resolves, or none of it is: then it rejects
 * with NotSaved. `change` may be run a second time after a dead handle, so it touches nothing outside.
 * Reads and writes name their tables: what does not share one does not wait for the other.
 */
export interface Store {
  read<T>(tables: readonly TableName[], look: (read: ReadStore) => Promise<T>): Promise<T>
  write<T>(tables: readonly TableName[], change: (write: WriteStore) => T | Promise<T>): Promise<T>
  /** Called after each committed write of any tab. Returns how to stop it. */
  subscribe(listener: (change: StoreChange) => void): () => void
  close(): void
}

/** Why nothing was saved: the disk is full, the database is gone, a newer program or an older one's tab has it, or unknown. */
export type NotSavedReason = "full" | "closed" | "newer_program" | "blocked" | "unknown"

const SENTENCES: Readonly<Record<NotSavedReason, string>> = {
  full: "This is not saved: there is no room left on this device. What you typed is still in the form.",
  closed:
    "This is not saved: the browser closed its database. What you typed is still in the form; reload the page.",
  newer_program: "This is not saved: a newer Tallybook is open in another tab. Reload this page.",
  blocked:
    "This is not saved: another tab of Tallybook holds this device's records. What you typed is still in the form; close that tab, then try again.",
  unknown:
    "This is not saved: the browser could not write it. What you typed is still in the form; try again.",
}

/** Nothing of a write was kept. */
export class NotSaved extends Error {
  override readonly name = "NotSaved"
  readonly reason: NotSavedReason

  constructor(reason: NotSavedReason, cause?: unknown) {
    super(SENTENCES[reason], { cause })
    this.reason = reason
  }
}

const UNREADABLE = "This device's records could not be read. Nothing is lost by that: reload the page."
const UNREADABLE_BECAUSE: Partial<Record<NotSavedReason, string>> = {
  newer_program: "A newer Tallybook keeps this device's records now. Nothing is lost: reload this page.",
  blocked: "Another tab of Tallybook holds this device's records: close it, then try again.",
}

/** The database could not be read. Nothing is lost by that. */
export class NotReadable extends Error {
  override readonly name = "NotReadable"
  readonly reason: NotSavedReason

  constructor(reason: NotSavedReason, cause?: unknown) {
    super(UNREADABLE_BECAUSE[reason] ?? UNREADABLE, { cause })
    this.reason = reason
  }
}
