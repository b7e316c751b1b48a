/** What a device keeps of a contract, row by row, for a backup file. Memory: one page of rows. */
import type { Image, Operation } from "../core/operation.ts"
import { newContractRow } from "../store/contract-rows.ts"
import { countWaitingOf } from "../store/outbox.ts"
import type { Store } from "../store/store.ts"
import type { ContractRow } from "../store/tables.ts"
import type { ManifestContract } from "./backup-format.ts"

const PAGE_ROWS = 500

/** What was written of a contract. */
export interface Counted {
  records: number
  revisions: number
  operations: number
  held: number
  firstMadeAt?: string
  lastMadeAt?: string
}

export async function countOperations(
  store: Store,
  contracts: readonly string[],
  stranded: readonly Operation[],
): Promise<number> {
  const kept = await store.read(["operations"], (read) =>
    Promise.all(contracts.map((id) => read.count("operations", { index: "by_contract", prefix: [id] }))),
  )
  const alone = stranded.filter((one) => contracts.includes(one.contract)).length
  return kept.reduce((sum, one) => sum + one, alone)
}

/** In the copies that are shown. */
export function countRecords(store: Store, contracts: readonly string[]): Promise<number> {
  return store.read(["contracts", "records"], async (read) => {
    const counts = await Promise.all(
      contracts.map(async (id) => {
        const copy = (await read.get("contracts", id))?.live?.copy
        return copy === undefined ? 0 : read.count("records", { prefix: [id, copy] })
      }),
    )
    return counts.reduce((sum, one) => sum + one, 0)
  })
}

/** By device, number and id; those that only the second copy has come last. */
export async function* operationLines(
  store: Store,
  contract: string,
  stranded: readonly Operation[],
  counted: Counted,
): AsyncGenerator<Operation> {
  const devices = await store.read(["operations"], (read) =>
    read.countEach("operations", { index: "by_contract", prefix: [contract] }),
  )
  const alone = new Map(stranded.map((one) => [one.id, one]))
  for (const device of [...devices.keys()].sort()) {
    for await (const operation of operationsOf(store, contract, device)) {
      alone.delete(operation.id) // came back meanwhile
      yield count(operation, counted)
    }
  }
  for (const operation of alone.values()) yield count(operation, counted)
}

async function* operationsOf(store: Store, contract: string, device: string): AsyncGenerator<Operation> {
  let from: number | undefined
  // A number may stand twice, where a profile was copied: the page begins with it once more.
  let seen = new Set<string>()
  for (;;) {
    const prefix = [contract, device]
    const limit = PAGE_ROWS + seen.size
    const range = { index: "by_contract", prefix, ...(from !== undefined && { from }), limit }
    const rows = await store.read(["operations"], (read) => read.list("operations", range))
    for (const row of rows) if (!seen.has(row.id)) yield row
    if (rows.length < limit) return
    from = rows.at(-1)?.number
    seen = new Set(rows.filter((row) => row.number === from).map((row) => row.id))
  }
}

function count(operation: Operation, counted: Counted): Operation {
  const { made_at: madeAt } = operation
  counted.operations += 1
  if (isBefore(madeAt, counted.firstMadeAt)) counted.firstMadeAt = madeAt
  if (counted.lastMadeAt === undefined || isBefore(counted.lastMadeAt, madeAt)) counted.lastMadeAt = madeAt
  return operation
}

/** Instants carry their zones: they are compared as instants. */
export const isBefore = (one: string, other: string | undefined): boolean =>
  other === undefined || Date.parse(one) < Date.parse(other)

/** The live copy as it is shown, spelled as the feed spells it. */
export async function* imageLines(
  store: Store,
  contract: string,
  copy: number | undefined,
  counted: Counted,
): AsyncGenerator<Image> {
  let from: string | undefined
  while (copy !== undefined) {
    const range = { prefix: [contract, copy], ...(from !== undefined && { from }), limit: PAGE_ROWS }
    const rows = await store.read(["records"], (read) => read.list("records", range))
    for (const { contract: _contract, copy: _copy, ...image } of rows) {
      if (image.record === from) continue // the last one of the rows before
      counted.records += 1
      counted.revisions += image.revision
      yield image
    }
    if (rows.length < PAGE_ROWS) return
    from = rows.at(-1)?.record
  }
}

export async function* heldLines(
  store: Store,
  contract: string,
  copy: number | undefined,
  counted: Counted,
): AsyncGenerator<object> {
  let from: string | undefined
  while (copy !== undefined) {
    const range = { prefix: [contract, copy], ...(from !== undefined && { from }), limit: PAGE_ROWS }
    const rows = await store.read(["held"], (read) => read.list("held", range))
    for (const { id, seq, operation, reason, detail } of rows) {
      if (id === from) continue
      counted.held += 1
      yield { seq, held: operation, reason, ...(detail && { detail }) }
    }
    if (rows.length < PAGE_ROWS) return
    from = rows.at(-1)?.id
  }
}

export async function describeContract(
  store: Store,
  id: string,
  known: ContractRow | undefined,
  counted: Counted,
): Promise<ManifestContract> {
  const row = known ?? newContractRow(id)
  const unanswered = await store.read(["unconfirmed"], (read) => countWaitingOf(read, id))
  const { firstMadeAt, lastMadeAt, ...counts } = counted
  return {
    id,
    number: row.number,
    name: row.name,
    ...(row.primeContractor !== undefined && { prime_contractor: row.primeContractor }),
    status: row.status,
    right: row.right,
    cursor: row.live?.cursor ?? 0,
    whole: row.live?.whole ?? 0,
    known: row.position.known,
    chain: row.position.chain,
    ...counts,
    unanswered,
    photos: 0,
    ...(firstMadeAt !== undefined && { first_made_at: firstMadeAt }),
    ...(lastMadeAt !== undefined && { last_made_at: lastMadeAt }),
  }
}
