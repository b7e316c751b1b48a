/** Contracts that this device gave back: should a restored server lack what was typed here, it is noticed all the same. */
import type { ListedContract } from "../core/feed.ts"
import { forgetConfirmed } from "../store/recovery.ts"
import type { ReadStore } from "../store/store.ts"
import type { ContractRow } from "../store/tables.ts"
import type { SyncContext } from "./context.ts"
import type { SyncSummary } from "./outcomes.ts"
import { syncContract } from "./sync-contract.ts"

/** A request for each contract ever given back: too much for every round. */
const ASK_EVERY_MS = 86_400_000
const ASKED_AT = "left_contracts_asked_at"

export interface LeftContracts {
  due: string[]
  /** All of them were asked for. */
  isDaily: boolean
}

/**
 * Those to ask for in this round: at once where the list shows a ledger shorter than this device was told of.
 * A restored one may have grown past that since, so all of them once a day.
 */
export function listLeft({ device }: SyncContext, listed: readonly ListedContract[]): Promise<LeftContracts> {
  return device.store.read(["contracts", "operations", "settings"], async (read) => {
    const rows = await read.list("contracts", { prefix: [] })
    const askedAt = (await read.get("settings", ASKED_AT))?.value
    const sinceMs = typeof askedAt === "number" ? Math.abs(device.now().getTime() - askedAt) : Infinity
    const isDaily = sinceMs >= ASK_EVERY_MS
    const headOf = new Map(listed.map((one) => [one.id, one.head]))
    const isShorter = (row: ContractRow): boolean => (headOf.get(row.id) ?? Infinity) < row.position.known
    const left = rows.filter((row) => !row.isWanted && row.position.known > 0)
    const asked = left.filter((one) => isDaily || isShorter(one)).map(({ id }) => id)
    const own = await Promise.all(asked.map((id) => hasOwn(read, id)))
    return { due: asked.filter((_id, at) => own[at]), isDaily }
  })
}

/** Where nothing was typed here, there is nothing to give back. */
async function hasOwn(read: ReadStore, contract: string): Promise<boolean> {
  const own = await read.list("operations", { index: "by_contract", prefix: [contract], limit: 1 })
  return own.length > 0
}

/** An empty push that says how far this device was told; where the server diverged, everything typed here goes again. */
export async function syncLeft(context: SyncContext, contract: string): Promise<SyncSummary> {
  const summary = await syncContract({ ...context, givesSignOfLife: true }, contract)
  await forgetConfirmed(context.device.store, contract)
  return summary
}

/** Every one of them was asked for: not again before tomorrow. */
export async function noteAsked({ device }: SyncContext): Promise<void> {
  await device.store.write(["settings"], (write) =>
    write.put("settings", { key: ASKED_AT, value: device.now().getTime() }),
  )
}
