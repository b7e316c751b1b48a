/** Reading what needs attention: holds of everybody, own ones on the way, and decisions that came too late. */
import type { Entry } from "../../core/entry.ts"
import { hasWritten, isHoldOver } from "../../core/view.ts"
import type { Fields, HeldOperation, Operation } from "../../core/operation.ts"
import { withoutNulls } from "../../core/merging.ts"
import { reachedOf } from "../contract-rows.ts"
import type { ReadStore, Store } from "../store.ts"
import type { ContractRow, TableName, UnconfirmedRow } from "../tables.ts"
import { imageKey, readSurroundings, VIEW_TABLES, viewIn } from "./surroundings.ts"

export interface HeldView {
  contract: string
  contractNumber: string
  /** `superseded`: an own decision that changed nothing; its author is told once. */
  state: "held" | "superseded"
  /** Its seq is 0 where the office keeps it outside the contract (`forbidden`). */
  held: HeldOperation
  /** What its author saw, what stands now, and what he wants. */
  base: Fields
  theirs: Fields
  mine: Fields
  /** The entry as it is shown here, with own operations on top: what a decision is typed upon. */
  entry?: Entry
  mayDecide: boolean
  mayDismiss: boolean
  /** Decided on this device; the office has not said yet. */
  myDecision?: Operation
}

/** Whether what is looked for was dismissed by its author. */
type Dismissed = 1 | undefined

const HELD_TABLES: readonly TableName[] = [...VIEW_TABLES, "operations"]

/** Everything that needs attention, of every contract on this device, oldest first. Cost: the number of holds. */
export function readHeld(store: Store, personId: string): Promise<HeldView[]> {
  return readViews(store, personId, undefined)
}

/** What its author dismissed: it came without a right, and the office may still hand it over. Cost: as above. */
export function readDismissed(store: Store, personId: string): Promise<HeldView[]> {
  return readViews(store, personId, 1)
}

function readViews(store: Store, personId: string, dismissed: Dismissed): Promise<HeldView[]> {
  return store.read(HELD_TABLES, async (read) => {
    const [contracts, decisions] = await Promise.all([
      read.list("contracts", { prefix: [] }),
      readDecisions(read),
    ])
    const views = await Promise.all(
      contracts.map(async (row) => {
        const found = await listHeldOf(read, row, dismissed)
        return found.length === 0 ? [] : describeHeldOf(read, row, found, { personId, decisions })
      }),
    )
    return views.flat().sort((one, other) => (one.held.operation.id < other.held.operation.id ? -1 : 1))
  })
}

/** The contract's own record is newer than the list that it was found in. */
async function readNumber(read: ReadStore, { id, live, number }: ContractRow): Promise<string> {
  const told = (await read.get("records", [id, live?.copy ?? 0, id]))?.fields["number"]
  return typeof told === "string" ? told : number
}

/** How many of them nobody on this device has decided yet; of one contract, or of all. */
export function countAttention(store: Store, contract?: string): Promise<number> {
  return store.read(VIEW_TABLES, async (read) => {
    const [contracts, decisions] = await Promise.all([
      read.list("contracts", { prefix: [] }),
      readDecisions(read),
    ])
    const asked = contracts.filter(({ id }) => contract === undefined || id === contract)
    const counts = await Promise.all(asked.map((row) => countAttentionOf(read, row, decisions)))
    return counts.reduce((sum, one) => sum + one, 0)
  })
}

/** The decisions are those of the whole device: who asks of several contracts reads them once. */
export async function countAttentionOf(
  read: ReadStore,
  row: ContractRow,
  decisions: ReadonlyMap<string, Operation>,
): Promise<number> {
  const found = await listStuckOf(read, row)
  const held = await read.count("held", { prefix: [row.id, row.live?.copy ?? 0] })
  if (held === 0 && found.length === 0) return 0
  const stuck = found.filter((one) => !decisions.has(one.answer?.id ?? one.id))
  const keys = [...decisions.keys()].map((target): [string, number, string] => [
    row.id,
    row.live?.copy ?? 0,
    target,
  ])
  const decided = await Promise.all(keys.map((key) => read.get("held", key)))
  return stuck.length + held - decided.filter(Boolean).length
}

interface FoundHeld {
  held: HeldOperation
  state: "held" | "superseded"
}

async function listHeldOf(read: ReadStore, row: ContractRow, dismissed: Dismissed): Promise<FoundHeld[]> {
  const held = dismissed ? [] : await read.list("held", { prefix: [row.id, row.live?.copy ?? 0] })
  const stuck = await listStuckOf(read, row, dismissed)
  return [...held.map((one): FoundHeld => ({ held: one, state: "held" })), ...stuck.map(asHeld)]
}

function asHeld({ operation, answer, ended }: UnconfirmedRow): FoundHeld {
  const isSuperseded = answer?.state === "superseded" || ended?.how === "superseded"
  const { seq = 0, reason = "", detail } = answer ?? { state: "held" }
  return {
    state: isSuperseded ? "superseded" : "held",
    held: { seq, operation, reason, ...(detail && { detail }) },
  }
}

/** Own operations that are stuck and do not stand in the list of holds (yet): on their way, forbidden, superseded. */
async function listStuckOf(
  read: ReadStore,
  row: ContractRow,
  dismissed?: Dismissed,
): Promise<UnconfirmedRow[]> {
  const all = await read.list("unconfirmed", { index: "by_stuck", prefix: [1, row.id] })
  const rows = all.filter((one) => (one.ended ? undefined : one.dismissed) === dismissed)
  const reached = reachedOf(row)
  const still = await Promise.all(
    rows.map(async (one) => {
      if (one.answer?.state === "superseded" || one.ended?.how === "superseded") return true
      const copy = row.live?.copy ?? 0
      const [held, image] = await Promise.all([
        read.get("held", [row.id, copy, one.answer?.id ?? one.id]),
        read.get("records", [row.id, copy, one.record]),
      ])
      return !held && !one.ended && !isHoldOver(one, image, reached)
    }),
  )
  return rows.filter((_, at) => still[at])
}

/** Own decisions that the feed has not confirmed, by what they decide. */
export async function readDecisions(read: ReadStore): Promise<Map<string, Operation>> {
  const rows = await read.list("unconfirmed", { index: "by_target", prefix: [] })
  const moving = rows.filter((row) => !row.stuck && row.operation.target !== undefined)
  return new Map(moving.map(({ operation }) => [operation.target ?? "", operation]))
}

interface Asker {
  personId: string
  /** His decisions that are on their way, by what they decide. */
  decisions: ReadonlyMap<string, Operation>
}

/**
 * All of one contract. What is unsettled is read once; what else a hold needs, for all of them at once:
 * one after the other, a hundred of them would keep a phone busy for longer than a step may take.
 */
async function describeHeldOf(
  read: ReadStore,
  row: ContractRow,
  found: readonly FoundHeld[],
  { personId, decisions }: Asker,
): Promise<HeldView[]> {
  const records = [...new Set(found.map((one) => one.held.operation.record))]
  const [number, around] = await Promise.all([readNumber(read, row), readSurroundings(read, row.id)])
  const images = await Promise.all(records.map((record) => read.get("records", imageKey(around, record))))
  const entries = new Map(records.map((record, at) => [record, viewIn(around, record, images[at])]))
  const mayDecide = await findWhatHeMayDecide(read, row, found, entries, personId)
  return found.map((one) => {
    const { id, record } = one.held.operation
    const [entry, myDecision] = [entries.get(record), decisions.get(id)]
    return {
      contract: row.id,
      contractNumber: number,
      ...one,
      ...versionsOf(one.held.operation, entry),
      mayDecide: mayDecide.has(id),
      mayDismiss: one.state === "superseded" || one.held.seq === 0,
      ...(myDecision && { myDecision }),
    }
  })
}

function versionsOf(
  operation: Operation,
  entry: Entry | undefined,
): Pick<HeldView, "base" | "theirs" | "mine" | "entry"> {
  const base = withoutNulls(operation.base ?? {})
  return {
    base,
    theirs: entry?.image?.fields ?? {},
    mine: withoutNulls({ ...base, ...operation.set }),
    ...(entry && { entry }),
  }
}

/** Ids of the holds of which he is the author of either version, or the office; the server has the last word. */
async function findWhatHeMayDecide(
  read: ReadStore,
  { id: contract, right }: ContractRow,
  found: readonly FoundHeld[],
  entries: ReadonlyMap<string, Entry | undefined>,
  personId: string,
): Promise<Set<string>> {
  const may = await Promise.all(
    found.map(async ({ state, held: { seq, operation } }) => {
      if (state !== "held" || seq === 0) return false
      const image = entries.get(operation.record)?.image
      if (right === "office" || operation.author === personId || image?.author === personId) return true
      const own = await read.list("operations", { index: "by_record", prefix: [contract, operation.record] })
      return own.some((one) => one.author === personId && hasWritten(one.id, image))
    }),
  )
  return new Set(found.filter((_, at) => may[at]).map((one) => one.held.operation.id))
}
