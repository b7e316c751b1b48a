/** Reading what is only on this device. */
import type { Operation } from "../../core/operation.ts"
import type { Store } from "../store.ts"

/** Every operation that the office has not answered, of all contracts, in the order in which they were made. */
export function readUnsent(store: Store): Promise<Operation[]> {
  return store.read(["unconfirmed"], async (read) =>
    (await read.list("unconfirmed", { index: "by_waiting", prefix: [1] })).map((row) => row.operation),
  )
}

export interface UnsentSummary {
  count: number
  /** When the oldest was made, by this device's clock. */
  oldestAt?: string
  /** When any contract was last brought up to date. */
  lastSyncAt?: string
}

export function readUnsentSummary(store: Store): Promise<UnsentSummary> {
  return store.read(["unconfirmed", "contracts"], async (read) => {
    const waiting = await read.list("unconfirmed", { index: "by_waiting", prefix: [1] })
    const synced = (await read.list("contracts", { prefix: [] })).map((row) => row.lastSyncAt)
    const oldestAt = earliest(waiting.map((row) => row.operation.made_at))
    const lastSyncAt = synced
      .filter((at) => at !== undefined)
      .sort(compareInstants)
      .at(-1)
    return {
      count: waiting.length,
      ...(oldestAt !== undefined && { oldestAt }),
      ...(lastSyncAt !== undefined && { lastSyncAt }),
    }
  })
}

/** Forms that are half typed, in any tab. */
export function countDrafts(store: Store): Promise<number> {
  return store.read(["drafts"], (read) => read.count("drafts", { prefix: [] }))
}

const earliest = (instants: string[]): string | undefined => instants.sort(compareInstants)[0]

/** Not as texts: each has the zone in which it was made. */
const compareInstants = (one: string, other: string): number => Date.parse(one) - Date.parse(other)
