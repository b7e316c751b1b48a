/** The store's promise without a disk: for tests, and to see what the promise is without a browser around it. */
import {
  NotReadable,
  NotSaved,
  type Key,
  type KeyPart,
  type Range,
  type ReadStore,
  type Store,
  type StoreChange,
  type WriteStore,
} from "./store.ts"
import { whyNotSaved } from "./store-failures.ts"
import { TABLE_NAMES, TABLES, type TableName, type Tables } from "./tables.ts"

type Row = Tables[TableName]
type Rows = Map<string, Row>

/** One after the other, as IndexedDB lets writes to the same tables happen. */
export function openMemoryStore(): Store {
  return new MemoryStore()
}

class MemoryStore implements Store {
  private readonly rows = Object.fromEntries(TABLE_NAMES.map((name) => [name, new Map()])) as Record<
    TableName,
    Rows
  >
  private readonly listeners = new Set<(change: StoreChange) => void>()
  private turn: Promise<unknown> = Promise.resolve()
  private isClosed = false

  read<T>(tables: readonly TableName[], look: (read: ReadStore) => Promise<T>): Promise<T> {
    return this.inTurn(() => look(new MemoryTransaction(this.rows, tables)), NotReadable)
  }

  write<T>(tables: readonly TableName[], change: (write: WriteStore) => T | Promise<T>): Promise<T> {
    return this.inTurn(async () => {
      const transaction = new MemoryTransaction(this.rows, tables)
      const result = await change(transaction)
      transaction.commit()
      const touched = [...transaction.touched]
      if (touched.length > 0) for (const listener of [...this.listeners]) listener({ tables: touched })
      return result
    }, NotSaved)
  }

  subscribe(listener: (change: StoreChange) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  close(): void {
    this.isClosed = true
    this.listeners.clear()
  }

  private inTurn<T>(work: () => Promise<T>, Failure: typeof NotSaved | typeof NotReadable): Promise<T> {
    const next = this.turn
      .then(() => {
        if (this.isClosed) throw new DOMException("The store is closed.", "InvalidStateError")
        return work()
      })
      .catch((failure: unknown) => {
        throw failure instanceof DOMException ? new Failure(whyNotSaved(failure), failure) : failure
      })
    this.turn = next.catch(() => undefined) // whoever asked is told; the next one's turn comes anyway
    return next
  }
}

/** Reads what stood there and what it put itself; nothing of it is seen by others before it commits. */
class MemoryTransaction implements ReadStore, WriteStore {
  readonly touched = new Set<TableName>()
  private readonly changed: Partial<Record<TableName, Map<string, Row | undefined>>> = {}
  private readonly rows: Record<TableName, Rows>
  private readonly tables: readonly TableName[]

  constructor(rows: Record<TableName, Rows>, tables: readonly TableName[]) {
    this.rows = rows
    this.tables = tables
  }

  async get<T extends TableName>(table: T, key: Key): Promise<Tables[T] | undefined> {
    const wanted = JSON.stringify(Array.isArray(key) ? key : [key])
    return structuredClone(this.see(table).get(wanted)) as Tables[T] | undefined
  }

  async list<T extends TableName>(table: T, range: Range): Promise<Tables[T][]> {
    const found = this.find(table, range).slice(0, range.limit)
    return structuredClone(found) as Tables[T][]
  }

  async count(table: TableName, range: Range): Promise<number> {
    return this.find(table, range).length
  }

  async countEach(table: TableName, range: Range): Promise<Map<string, number>> {
    const counts = new Map<string, number>()
    for (const row of this.find(table, range)) {
      const part = String(keyOf(row, pathsOf(table, range))?.[range.prefix.length])
      counts.set(part, (counts.get(part) ?? 0) + 1)
    }
    return counts
  }

  put<T extends TableName>(table: T, row: Tables[T]): void {
    const key = keyOf(row, pathsOf(table, {}))
    if (!key) throw new DOMException("The row has no key.", "DataError")
    this.change(table).set(JSON.stringify(key), structuredClone(row))
  }

  delete(table: TableName, key: Key): void {
    this.change(table).set(JSON.stringify(Array.isArray(key) ? key : [key]), undefined)
  }

  deleteRange(table: TableName, range: Range): void {
    for (const row of this.find(table, range)) this.delete(table, keyOf(row, pathsOf(table, {})) ?? [])
  }

  commit(): void {
    for (const [table, changes] of Object.entries(this.changed)) {
      const rows = this.rows[table as TableName]
      for (const [key, row] of changes) {
        if (row) rows.set(key, row)
        else rows.delete(key)
      }
    }
  }

  private change(table: TableName): Map<string, Row | undefined> {
    this.check(table)
    this.touched.add(table)
    return (this.changed[table] ??= new Map<string, Row | undefined>())
  }

  /** As IndexedDB does: a table that was not named cannot be touched. */
  private check(table: TableName): void {
    if (!this.tables.includes(table))
      throw new DOMException(`${table} is not in this transaction.`, "NotFoundError")
  }

  private see(table: TableName): Rows {
    this.check(table)
    const changes = this.changed[table]
    if (!changes) return this.rows[table]
    const seen = new Map(this.rows[table])
    for (const [key, row] of changes) {
      if (row) seen.set(key, row)
      else seen.delete(key)
    }
    return seen
  }

  private find(table: TableName, range: Range): Row[] {
    const paths = pathsOf(table, range)
    const primary = pathsOf(table, {})
    const keyed = [...this.see(table).values()].flatMap((row) => {
      const key = keyOf(row, paths)
      // Rows that an index does not tell apart stand in the order of their own keys.
      return key && isWithin(key, range) ? [{ row, key: [...key, ...(keyOf(row, primary) ?? [])] }] : []
    })
    return keyed.sort((one, other) => compareKeys(one.key, other.key)).map(({ row }) => row)
  }
}

/** The names that lead to each part of a key. */
type Paths = readonly (readonly string[])[]

const pathsByName = new Map<string, Paths>()

function pathsOf(table: TableName, range: { index?: string }): Paths {
  const name = `${table} ${range.index ?? ""}`
  const known = pathsByName.get(name)
  if (known) return known
  const paths = range.index ? TABLES[table].indexes[range.index] : TABLES[table].key
  if (!paths) throw new DOMException(`${table} has no index ${range.index ?? ""}.`, "NotFoundError")
  const split = (Array.isArray(paths) ? paths : [paths]).map((path) => path.split("."))
  pathsByName.set(name, split)
  return split
}

/** Undefined where a part is absent: the row is not in that index. */
function keyOf(row: Row, paths: Paths): KeyPart[] | undefined {
  const key: KeyPart[] = []
  for (const path of paths) {
    let value: unknown = row
    for (const name of path) value = (value as Record<string, unknown> | undefined)?.[name]
    if (typeof value !== "string" && typeof value !== "number") return undefined
    key.push(value)
  }
  return key
}

function isWithin(key: readonly KeyPart[], { prefix, from, to }: Range): boolean {
  if (prefix.some((part, at) => part !== key[at])) return false
  const next = key[prefix.length]
  if (from !== undefined && (next === undefined || comparePart(next, from) < 0)) return false
  return to === undefined || (next !== undefined && comparePart(next, to) <= 0)
}

function compareKeys(one: readonly KeyPart[], other: readonly KeyPart[]): number {
  for (let at = 0; at < Math.min(one.length, other.length); at += 1) {
    const order = comparePart(one[at] ?? 0, other[at] ?? 0)
    if (order !== 0) return order
  }
  return one.length - other.length
}

/** Numbers before texts, as IndexedDB sorts. */
function comparePart(one: KeyPart, other: KeyPart): number {
  if (typeof one === typeof other) return one < other ? -1 : one > other ? 1 : 0
  return typeof one === "number" ? -1 : 1
}
