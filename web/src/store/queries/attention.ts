/** Reading what needs attention: holds of everybody, own ones on the way, and decisions that came too late. */
import type { Entry } from "../../core/entry.ts"
import { hasWritten, isHoldOver } from "../../core/view.ts"
import type { Fields, HeldOperation, Operation } from "../../core/operation.ts"
import { withoutNulls } from "../../core/merging.ts"
import { reachedOf } from "../contract-rows.ts"
import type { ReadStore, Store } from "../store.ts"
import type { ContractRow, TableName, UnconfirmedRow } from "../tables.ts"
import { imageKey, readSurroundingsOf, VIEW_TABLES, viewIn } from "./surroundings.ts"

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
    const contracts = await read.list("contracts", { prefix: [] })
    const decisions = await readDecisions(read)
    const views: HeldView[] = []
    for (const row of contracts) {
      const number = await readNumber(read, row)
      for (const found of await listHeldOf(read, row, dismissed)) {
        const decision = decisions.get(found.held.operation.id)
        views.push(await describeHeld(read, { ...row, number }, found, personId, decision))
      }
    }
    return views.sort((one, other) => (one.held.operation.id < other.held.operation.id ? -1 : 1))
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
    const contracts = await read.list("contracts", { prefix: [] })
    let count = 0
    for (const row of contracts) {
      if (contract === undefined || row.id === contract) count += await countAttentionOf(read, row)
    }
    return count
  })
}

export async function countAttentionOf(read: ReadStore, row: ContractRow): Promise<number> {
  const found = await listStuckOf(read, row)
  const held = await read.count("held", { prefix: [row.id, row.live?.copy ?? 0] })
  if (held === 0 && found.length === 0) return 0
  const decisions = await readDecisions(read)
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
async function readDecisions(read: ReadStore): Promise<Map<string, Operation>> {
  const rows = await read.list("unconfirmed", { index: "by_target", prefix: [] })
  const moving = rows.filter((row) => !row.stuck && row.operation.target !== undefined)
  return new Map(moving.map(({ operation }) => [operation.target ?? "", operation]))
}

async function describeHeld(
  read: ReadStore,
  row: ContractRow,
  { held, state }: FoundHeld,
  personId: string,
  myDecision: Operation | undefined,
): Promise<HeldView> {
  const { operation } = held
  const around = await readSurroundingsOf(read, row.id, operation.record)
  const entry = viewIn(
    around,
    operation.record,
    await read.get("records", imageKey(around, operation.record)),
  )
  const base = withoutNulls(operation.base ?? {})
  return {
    contract: row.id,
    contractNumber: row.number,
    state,
    held,
    base,
    theirs: entry?.image?.fields ?? {},
    mine: withoutNulls({ ...base, ...operation.set }),
    ...(entry && { entry }),
    mayDecide: state === "held" && held.seq > 0 && (await mayDecide(read, row, operation, entry, personId)),
    mayDismiss: state === "superseded" || held.seq === 0,
    ...(myDecision && { myDecision }),
  }
}

/** The author of either version, or the office; the server has the last word. */
async function mayDecide(
  read: ReadStore,
  row: ContractRow,
  operation: Operation,
  entry: Entry | undefined,
  personId: string,
): Promise<boolean> {
  if (row.right === "office" || operation.author === personId || entry?.image?.author === personId)
    return true
  const own = await read.list("operations", { index: "by_record", prefix: [row.id, operation.record] })
  return own.some((one) => one.author === personId && hasWritten(one.id, entry?.image))
}
