/** A device's database as a file of texts: its version, its tables with their keys and indexes, and every row. */
import { TABLE_NAMES } from "../tables.ts"

export interface FrozenTable {
  key: string | string[]
  indexes: Record<string, string | string[]>
  rows: unknown[]
}

export interface FrozenDatabase {
  /** Of the database, and of the operations in it. */
  version: number
  schema: number
  tables: Record<string, FrozenTable>
}

export async function freeze(handle: IDBDatabase, schema: number): Promise<FrozenDatabase> {
  const tables: Record<string, FrozenTable> = {}
  for (const name of [...handle.objectStoreNames].sort()) {
    const table = handle.transaction(name).objectStore(name)
    const indexes = [...table.indexNames].sort().map((one) => [one, table.index(one).keyPath] as const)
    tables[name] = {
      key: table.keyPath as string | string[],
      indexes: Object.fromEntries(indexes),
      rows: await answerOf(table.getAll()),
    }
  }
  return { version: handle.version, schema, tables }
}

/** The database as the program of that time left it: made of the file alone, not of what stands in the code today. */
export async function thaw(factory: IDBFactory, name: string, frozen: FrozenDatabase): Promise<void> {
  const request = factory.open(name, frozen.version)
  request.onupgradeneeded = () => {
    for (const [table, { key, indexes, rows }] of Object.entries(frozen.tables)) {
      const made = request.result.createObjectStore(table, { keyPath: key })
      for (const [index, path] of Object.entries(indexes)) made.createIndex(index, path)
      for (const row of rows) made.put(row)
    }
  }
  const handle = await answerOf(request)
  handle.close()
}

export function answerOf<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new DOMException("It failed.", "UnknownError"))
  })
}

/** Tables that a sample has nothing of prove nothing. */
export const emptyTables = (frozen: FrozenDatabase): string[] =>
  TABLE_NAMES.filter((name) => frozen.tables[name]?.rows.length === 0)
