/** Records of a contract that this device has none of: shown from the file until a pull has brought a whole copy. */
import type { Right } from "../core/contract-records.ts"
import type { Tally } from "../core/feed.ts"
import { changeContract, newContractRow, requireContract } from "../store/contract-rows.ts"
import type { Store } from "../store/store.ts"
import type { ContractRow } from "../store/tables.ts"
import type { OpenedBackup } from "./read-backup.ts"

const RIGHTS: readonly Right[] = ["inspection", "office", "view"]

/**
 * A file is no witness of the ledger: its copy is stale from the start, so that the next pull takes the
 * contract whole and swaps. A contract with a copy of its own keeps it.
 */
export async function bringRecords(
  store: Store,
  opened: OpenedBackup,
  contract: string,
  went: (records: number) => void = () => undefined,
): Promise<void> {
  const copy = await beginCopy(store, describeRow(opened, contract))
  if (copy === undefined) return
  const tally: Tally = { records: 0, revisions: 0 }
  for await (const images of opened.images(contract)) {
    went(images.length)
    // Of a record that stands twice the later line counts, as in a feed.
    const latest = new Map(images.map((one) => [one.record, one]))
    await store.write(["records"], async (write) => {
      for (const image of latest.values()) write.put("records", { ...image, contract, copy })
    })
    tally.records += latest.size
    for (const image of latest.values()) tally.revisions += image.revision
  }
  for await (const lines of opened.held(contract)) {
    await store.write(["held"], (write) => {
      for (const held of lines) {
        const { id, record } = held.operation
        write.put("held", { ...held, contract, copy, id, record })
      }
    })
  }
  await showCopy(store, contract, copy, tally)
}

/** What the person's own manifest says of a contract that this device does not know; the next listing says it anew. */
function describeRow({ manifest }: OpenedBackup, contract: string): ContractRow {
  const told = manifest?.contracts.find((one) => one.id === contract)
  return {
    ...newContractRow(contract),
    number: told?.number ?? "",
    name: told?.name ?? "",
    ...(told?.prime_contractor !== undefined && { primeContractor: told.prime_contractor }),
    status: told?.status ?? "",
    right: RIGHTS.find((one) => one === told?.right) ?? "",
  }
}

/** Until it is whole it stands among the copies to be cleared away: cut off, nothing is left behind. */
function beginCopy(store: Store, described: ContractRow): Promise<number | undefined> {
  return store.write(["contracts"], async (write) => {
    const row = (await write.get("contracts", described.id)) ?? described
    if (row.live) return undefined
    const copy = row.nextCopy
    const retired = [...row.retired, { copy, isStale: false }]
    write.put("contracts", { ...row, isWanted: true, retired, nextCopy: copy + 1 })
    return copy
  })
}

function showCopy(store: Store, contract: string, copy: number, tally: Tally): Promise<void> {
  return store.write(["contracts", "records", "held"], async (write) => {
    const { live, retired } = await requireContract(write, contract)
    const isThere = retired.some((one) => one.copy === copy)
    if (live || !isThere) {
      // A pull was faster, or cleared it away meanwhile.
      write.deleteRange("records", { prefix: [contract, copy] })
      write.deleteRange("held", { prefix: [contract, copy] })
      return
    }
    await changeContract(write, contract, (row) => ({
      ...row,
      live: { copy, cursor: 0, whole: 0, ...tally, isStale: true },
      retired: retired.filter((one) => one.copy !== copy),
    }))
  })
}
