/** One transaction of IndexedDB behind the store's own words. */
import type { Key, KeyPart, Range, WriteStore } from "./store.ts"
import type { TableName, Tables } from "./tables.ts"

/** An array sorts after every number and every text: the end of all keys with a prefix. */
const AFTER_ALL: IDBValidKey = []

export class TableTransaction implements WriteStore {
  /** Committed, durably; rejects where it was not. */
  readonly completed: Promise<void>
  /** Committed or not, it is over. */
  readonly ended: Promise<void>
  readonly touched = new Set<TableName>()
  /** Why the browser ended it; undefined while it goes on, and after it committed. */
  failure: DOMException | undefined
  private readonly transaction: IDBTransaction

  constructor(handle: IDBDatabase, tables: readonly TableName[], mode: "readonly" | "readwrite") {
    this.transaction = handle.transaction(tables as TableName[], mode, { durability: "strict" })
    this.completed = new Promise((resolve, reject) => {
      this.transaction.oncomplete = () => resolve()
      this.transaction.onabort = () => {
        this.failure = this.transaction.error ?? undefined
        reject(this.failure ?? new DOMException("The transaction was ended.", "AbortError"))
      }
    })
    this.ended = this.completed.catch(() => undefined)
  }

  abort(): void {
    try {
      this.transaction.abort()
    } catch (failure) {
      // It has ended already, by committing or by itself: `completed` and `failure` say which.
      if (!(failure instanceof DOMException && failure.name === "InvalidStateError")) throw failure
    }
  }

  get<T extends TableName>(table: T, key: Key): Promise<Tables[T] | undefined> {
    return answerOf(this.transaction.objectStore(table).get(key) as IDBRequest<Tables[T] | undefined>)
  }

  list<T extends TableName>(table: T, range: Range): Promise<Tables[T][]> {
    return answerOf(
      this.source(table, range).getAll(this.keys(table, range), range.limit) as IDBRequest<Tables[T][]>,
    )
  }

  count(table: TableName, range: Range): Promise<number> {
    return answerOf(this.source(table, range).count(this.keys(table, range)))
  }

  async countEach(table: TableName, range: Range): Promise<Map<string, number>> {
    const source = this.source(table, range)
    const parts = await distinctParts(source, range)
    const counts = parts.map((part) => answerOf(source.count(keyRange({ prefix: [...range.prefix, part] }))))
    const counted = await Promise.all(counts)
    return new Map(parts.map((part, at) => [String(part), counted[at] ?? 0]))
  }

  put<T extends TableName>(table: T, row: Tables[T]): void {
    this.touched.add(table)
    this.transaction.objectStore(table).put(row)
  }

  delete(table: TableName, key: Key): void {
    this.touched.add(table)
    this.transaction.objectStore(table).delete(key)
  }

  deleteRange(table: TableName, range: Range): void {
    this.touched.add(table)
    this.transaction.objectStore(table).delete(this.keys(table, range) ?? IDBKeyRange.lowerBound(-Infinity))
  }

  private keys(table: TableName, range: Range): IDBKeyRange | undefined {
    const { keyPath } = this.source(table, range)
    return typeof keyPath === "string" ? keyRangeOfOne(range) : keyRange(range)
  }

  private source(table: TableName, range: Range): IDBObjectStore | IDBIndex {
    const source = this.transaction.objectStore(table)
    return range.index ? source.index(range.index) : source
  }
}

function keyRange({ prefix, from, to }: Range): IDBKeyRange | undefined {
  if (prefix.length === 0 && from === undefined && to === undefined) return undefined
  const lower = from === undefined ? prefix : [...prefix, from]
  const upper = to === undefined ? [...prefix, AFTER_ALL] : [...prefix, to, AFTER_ALL]
  return IDBKeyRange.bound(lower, upper)
}

/** Of keys that have one part and are no arrays. */
function keyRangeOfOne({ prefix: [only], from, to }: Range): IDBKeyRange | undefined {
  if (only !== undefined) return IDBKeyRange.only(only)
  if (from === undefined) return to === undefined ? undefined : IDBKeyRange.upperBound(to)
  return to === undefined ? IDBKeyRange.lowerBound(from) : IDBKeyRange.bound(from, to)
}

/** By leaps, not by a cursor for unique keys: over an empty range WebKit fails to open one. */
function distinctParts(source: IDBObjectStore | IDBIndex, range: Range): Promise<KeyPart[]> {
  const parts: KeyPart[] = []
  return new Promise((resolve, reject) => {
    const request = source.openKeyCursor(keyRange(range))
    request.onerror = () => reject(request.error ?? new DOMException("The cursor failed.", "UnknownError"))
    request.onsuccess = () => {
      const cursor = request.result
      if (!cursor) {
        resolve(parts)
        return
      }
      const part = (cursor.key as KeyPart[])[range.prefix.length]
      if (part === undefined) {
        cursor.continue()
        return
      }
      parts.push(part)
      cursor.continue([...range.prefix, part, AFTER_ALL])
    }
  })
}

function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new DOMException("The request failed.", "UnknownError"))
  })
}
