/** Reading which contracts are here, how fresh they are and what waits. */
import type { CheckoutOfOthers } from "../../core/feed.ts"
import type { Fields } from "../../core/operation.ts"
import { countWaitingOf } from "../outbox.ts"
import type { ReadStore, Store } from "../store.ts"
import type { ContractRow, TableName } from "../tables.ts"
import { countAttentionOf, readDecisions } from "./attention.ts"
import { VIEW_TABLES } from "./surroundings.ts"

/** listed: only its name is here; opened: its records as well; checked out: with the promise that all of it stays. */
export type ContractState = "listed" | "opened" | "checking_out" | "checked_out"

export interface ContractOnDevice {
  id: string
  number: string
  name: string
  primeContractor?: string
  status: string
  /** Empty where the server lists it for this person no longer. */
  right: "" | "inspection" | "office" | "view"
  state: ContractState
  /** Whether its pages can be shown: a whole copy of its records is here. */
  hasRecords: boolean
  cursor: number
  /** Records here, and at the office as last listed. */
  records: number
  recordsAtOffice: number
  bytes: number
  checkedOutAt?: string
  lastSyncAt?: string
  waiting: number
  attention: number
  others: CheckoutOfOthers[]
  noteTypes: string[]
  /** Records received of a copy that is on its way. */
  received?: number
}

/** Every contract that this device knows, by number. */
export function readContracts(store: Store): Promise<ContractOnDevice[]> {
  return store.read(VIEW_TABLES, async (read) => {
    const [rows, decisions] = await Promise.all([read.list("contracts", { prefix: [] }), readDecisions(read)])
    const contracts = await Promise.all(rows.map((row) => describeContract(read, row, decisions)))
    return contracts.sort((one, other) => byNumber.compare(one.number, other.number))
  })
}

/** Those of which something is kept here; of the others only the name is. */
export async function readContractsHere(store: Store): Promise<ContractOnDevice[]> {
  return (await readContracts(store)).filter(
    ({ hasRecords, state, waiting }) => hasRecords || state !== "listed" || waiting > 0,
  )
}

export function readContract(store: Store, id: string): Promise<ContractOnDevice | undefined> {
  return store.read(VIEW_TABLES, async (read) => {
    const row = await read.get("contracts", id)
    return row && describeContract(read, row, await readDecisions(read))
  })
}

/** Operations that the office has not answered; of one contract, or of all. */
export function countWaiting(store: Store, contract?: string): Promise<number> {
  const tables: TableName[] = ["unconfirmed"]
  return store.read(tables, (read) =>
    contract === undefined
      ? read.count("unconfirmed", { index: "by_waiting", prefix: [1] })
      : countWaitingOf(read, contract),
  )
}

export const byNumber = new Intl.Collator("en", { numeric: true })

async function describeContract(
  read: ReadStore,
  row: ContractRow,
  decisions: Awaited<ReturnType<typeof readDecisions>>,
): Promise<ContractOnDevice> {
  const { live, staged } = row
  const [waiting, attention, image] = await Promise.all([
    countWaitingOf(read, row.id),
    countAttentionOf(read, row, decisions),
    read.get("records", [row.id, live?.copy ?? 0, row.id]),
  ])
  return {
    ...withImage(row, image?.fields ?? {}),
    state: stateOf(row),
    hasRecords: live !== undefined,
    cursor: live?.cursor ?? 0,
    records: live?.records ?? 0,
    recordsAtOffice: row.recordsAtOffice,
    bytes: row.bytes,
    ...(row.checkedOutAt !== undefined && { checkedOutAt: row.checkedOutAt }),
    ...(row.lastSyncAt !== undefined && { lastSyncAt: row.lastSyncAt }),
    waiting,
    attention,
    others: row.others,
    ...(staged && { received: staged.received }),
  }
}

export function stateOf(row: ContractRow): ContractState {
  if (row.checkout !== "none") return row.checkout
  return row.isWanted ? "opened" : "listed"
}

type Described = Pick<
  ContractOnDevice,
  "id" | "number" | "name" | "primeContractor" | "status" | "right" | "noteTypes"
>

/** The contract's own record is newer than the list it was found in. */
function withImage(row: ContractRow, fields: Fields): Described {
  const text = (name: string, listed: string): string =>
    typeof fields[name] === "string" ? fields[name] : listed
  const prime = text("prime_contractor", row.primeContractor ?? "")
  const noteTypes = fields["note_types"]
  return {
    id: row.id,
    number: text("number", row.number),
    name: text("name", row.name),
    ...(prime && { primeContractor: prime }),
    status: text("status", row.status),
    right: row.right,
    noteTypes: Array.isArray(noteTypes) ? noteTypes.filter((one) => typeof one === "string") : [],
  }
}
