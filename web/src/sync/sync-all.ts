/** A round of everything on this device: the list of contracts, then each in turn. */
import type { ListedContract } from "../core/feed.ts"
import { changeContract, putListing } from "../store/contract-rows.ts"
import { clearRetiredCopies } from "../store/recovery.ts"
import type { ContractRow, TableName } from "../store/tables.ts"
import { addCounted, NOTHING, outcomeOf, type Counted, type SyncContext } from "./context.ts"
import type { Reply } from "../wire/replies.ts"
import { listLeft, noteAsked, syncLeft } from "./left-contracts.ts"
import type { SyncOutcome, SyncSummary } from "./outcomes.ts"
import { orStoreTrouble } from "./store-trouble.ts"
import { stopsAll, worse } from "./weigh-outcomes.ts"

const LOOK_TABLES: readonly TableName[] = ["contracts", "unconfirmed"]

export type SyncOne = (context: SyncContext, contract: string) => Promise<SyncSummary>

/** From one round to the next. */
export interface RoundPlace {
  /** The contract at which the last round was ended: the next one begins behind it, so that it keeps none away for ever. */
  endedAt?: string | undefined
}

/** One failing contract does not stop the others, unless they would fare no better. */
export async function syncAll(
  context: SyncContext,
  syncOne: SyncOne,
  place: RoundPlace = {},
): Promise<SyncSummary> {
  const listing = await askListing(context)
  const left = listing.kind === "ok" ? await listLeft(context, listing.value) : { due: [], isDaily: false }
  if (listing.kind === "ok") await registerAnew(context, listing.value)
  const wanted = await listToSync(context)
  let [counted, outcome]: [Counted, SyncOutcome] = [NOTHING, asOutcome(listing)]
  if (stopsAll(outcome)) return { ...counted, outcome }
  for (const contract of beginBehind(place.endedAt, [...new Set([...wanted, ...left.due])])) {
    if (context.isStopped()) return { ...counted, outcome }
    const sync = wanted.includes(contract) ? syncOne : syncLeft
    const { outcome: next, ...more } = await orTold(() => sync(context, contract))
    counted = addCounted(counted, more)
    place.endedAt = stopsAll(next) ? contract : undefined
    if (place.endedAt !== undefined) return { ...counted, outcome: next }
    outcome = worse(outcome, next)
  }
  if (left.isDaily) await noteAsked(context)
  return { ...counted, outcome }
}

/**
 * A copy that stands as checked out here while the office lists nobody: the answer to a check-in was lost,
 * something was typed while it was on its way, or the server was restored. This round registers it again.
 * Only here, where nothing else checks out or in: the list is older than what a person did meanwhile.
 */
async function registerAnew({ device }: SyncContext, listed: readonly ListedContract[]): Promise<void> {
  const listedById = new Map(listed.map((one) => [one.id, one]))
  const isLost = ({ id, checkout }: ContractRow): boolean =>
    checkout === "checked_out" &&
    listedById.get(id)?.checkouts.every((one) => one.device !== device.id) === true
  const rows = await device.store.read(["contracts"], (read) => read.list("contracts", { prefix: [] }))
  const lost = rows.filter(isLost)
  if (lost.length === 0) return
  await device.store.write(["contracts"], async (write) => {
    for (const { id } of lost)
      await changeContract(write, id, (row) =>
        row.checkout === "checked_out" ? { ...row, checkout: "checking_out" } : undefined,
      )
  })
}

/**
 * What nobody foresaw is this contract's own failure, and is told as one; whoever watches the program hears of
 * it too. A database that fails is told in its own words.
 */
async function orTold(sync: () => Promise<SyncSummary>): Promise<SyncSummary> {
  const asSummary = (outcome: SyncOutcome): SyncSummary => ({ ...NOTHING, outcome })
  try {
    return await orStoreTrouble(sync, asSummary)
  } catch (fault) {
    void Promise.reject(fault instanceof Error ? fault : new Error(String(fault)))
    return asSummary({ kind: "failed", code: "unexpected" })
  }
}

/** Ask what this person may take offline, and who else has it. */
export async function refreshListing(context: SyncContext): Promise<SyncOutcome> {
  return asOutcome(await askListing(context))
}

async function askListing({ device, server }: SyncContext): Promise<Reply<ListedContract[]>> {
  const reply = await server.listContracts()
  if (reply.kind === "ok")
    await device.store.write(["contracts"], (write) => putListing(write, reply.value, device.id))
  return reply
}

const asOutcome = (reply: Reply<unknown>): SyncOutcome =>
  reply.kind === "ok" ? { kind: "done" } : outcomeOf(reply)

/** Contracts whose records are here, and those for which something waits; what is left over is cleared away. */
async function listToSync({ device }: SyncContext): Promise<string[]> {
  const found = await device.store.read(LOOK_TABLES, async (read) => {
    const rows = await read.list("contracts", { prefix: [] })
    const waiting = await read.list("unconfirmed", { index: "by_waiting", prefix: [1] })
    return { rows, waiting: waiting.map((one) => one.contract) }
  })
  for (const row of found.rows.filter(isLeftOver)) await clearRetiredCopies(device.store, row.id)
  const wanted = found.rows.filter((row) => row.isWanted).map((row) => row.id)
  return [...new Set([...wanted, ...found.waiting])]
}

function beginBehind(last: string | undefined, contracts: readonly string[]): string[] {
  const at = contracts.indexOf(last ?? "") + 1
  return [...contracts.slice(at), ...contracts.slice(0, at)]
}

const isLeftOver = (row: ContractRow): boolean => row.retired.length > 0 && !row.staged
