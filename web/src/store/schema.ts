/** The versions of a person's database, and the step that leads to each. */
import { TABLES, type TableShape } from "./tables.ts"

/** What a step may do: make tables and indexes, and move rows, in the upgrade's own transaction. */
export type UpgradeStep = (database: IDBDatabase, upgrade: IDBTransaction) => void

/**
 * Step n leads from version n to n + 1; a step that was ever released is never changed. A database of
 * any earlier version walks through all that it lacks, in one transaction: whole, or not at all.
 */
export const UPGRADES: readonly UpgradeStep[] = [
  (database) => {
    for (const [name, shape] of Object.entries(TABLES)) makeTable(database, name, shape)
  },
]

function makeTable(database: IDBDatabase, name: string, shape: TableShape): void {
  const table = database.createObjectStore(name, { keyPath: shape.key })
  for (const [index, parts] of Object.entries(shape.indexes)) table.createIndex(index, parts)
}
