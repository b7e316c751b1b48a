/** Contracts as this device knows them, and the copies of their records. */
import type { ListedContract } from "../core/feed.ts"
import type { Position } from "../core/operation.ts"
import type { Reached } from "../core/view.ts"
import type { ReadStore, WriteStore } from "./store.ts"
import type { ContractRow } from "./tables.ts"

const NOWHERE: Position = { known: 0, chain: "" }

export function newContractRow(id: string): ContractRow {
  return {
    id,
    number: "",
    name: "",
    status: "",
    right: "",
    recordsAtOffice: 0,
    bytes: 0,
    others: [],
    checkout: "none",
    isWanted: false,
    position: NOWHERE,
    retired: [],
    nextCopy: 1,
  }
}

/** Change one contract's row within a write; `undefined` leaves it as it is. */
export async function changeContract(
  write: WriteStore,
  id: string,
  change: (row: ContractRow) => ContractRow | undefined,
): Promise<ContractRow> {
  const row = (await write.get("contracts", id)) ?? newContractRow(id)
  const changed = change(row)
  if (changed) write.put("contracts", changed)
  return changed ?? row
}

/** The further of two places: what a device was told of once may be lost when a server is restored. */
export function furthest(one: Position, other: Position): Position {
  return other.known > one.known ? other : one
}

/** Nothing is pulled yet: no seq is reached. */
export function reachedOf(row: ContractRow | undefined): Reached {
  return { whole: row?.live?.whole ?? 0, isStale: row?.live?.isStale ?? false }
}

/** Keep what the server lists; a contract that it lists no longer keeps its records, without a right. */
export async function putListing(
  write: WriteStore,
  listed: readonly ListedContract[],
  device: string,
): Promise<void> {
  const known = await write.list("contracts", { prefix: [] })
  const listedIds = new Set(listed.map((one) => one.id))
  for (const row of known.filter((one) => !listedIds.has(one.id))) {
    if (isOnDevice(row)) write.put("contracts", { ...row, right: "", others: [] })
    else write.delete("contracts", row.id)
  }
  for (const one of listed) {
    const row = known.find((each) => each.id === one.id) ?? newContractRow(one.id)
    write.put("contracts", { ...row, ...describeListed(one, device) })
  }
}

function describeListed(one: ListedContract, device: string): Partial<ContractRow> {
  return {
    number: one.number,
    name: one.name,
    ...(one.primeContractor !== undefined && { primeContractor: one.primeContractor }),
    status: one.status,
    right: one.right,
    recordsAtOffice: one.records,
    bytes: one.bytes,
    others: one.checkouts.filter((checkout) => checkout.device !== device),
  }
}

/** Whether anything of it is here beside its name; its position stays too, as a witness. */
function isOnDevice(row: ContractRow): boolean {
  const copies = [row.live, row.staged, ...row.retired].filter((one) => one !== undefined)
  return row.isWanted || copies.length > 0 || row.position.known > 0
}

export async function requireContract(read: ReadStore, id: string): Promise<ContractRow> {
  return (await read.get("contracts", id)) ?? newContractRow(id)
}
