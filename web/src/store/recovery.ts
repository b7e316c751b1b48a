/** When the server was restored from a backup, and when a contract leaves the device: nothing own is lost by either. */
import { writersOf } from "../core/merging.ts"
import { requireContract } from "./contract-rows.ts"
import { countWaitingOf, waitingRow } from "./outbox.ts"
import type { ReadStore, Store, WriteStore } from "./store.ts"
import type { ContractRow, ImageRow, TableName } from "./tables.ts"

const DIVERGE_TABLES: readonly TableName[] = ["operations", "answers", "unconfirmed", "contracts"]
const LEAVE_TABLES: readonly TableName[] = ["contracts", "unconfirmed"]
const CLEAR_TABLES: readonly TableName[] = ["contracts", "records", "held", "kept_aside"]
const KEEP_ASIDE_TABLES: readonly TableName[] = ["records", "kept_aside", "operations"]
const KEEP_ASIDE_ROWS = 1_000

/**
 * The ledger that this device was told of is gone. In one write: answers and position are forgotten,
 * every operation waits again. The records stay on the screen until a new copy is whole.
 */
export function forgetAnswers(store: Store, contract: string): Promise<void> {
  return store.write(DIVERGE_TABLES, async (write) => {
    const row = await requireContract(write, contract)
    write.deleteRange("answers", { prefix: [contract] })
    for (const operation of await write.list("operations", { index: "by_contract", prefix: [contract] })) {
      write.put("unconfirmed", waitingRow(operation))
    }
    const { live, staged, ...rest } = row
    write.put("contracts", {
      ...rest,
      position: { known: 0, chain: "" },
      ...(live && { live: { ...live, whole: 0, isStale: true } }),
      retired: staged ? [...row.retired, { copy: staged.copy, isStale: true }] : row.retired,
    })
  })
}

/** Give the copy up, unless something typed is not at the office: then how many stay behind, and nothing is done. */
export function leaveContract(store: Store, contract: string): Promise<number> {
  return store.write(LEAVE_TABLES, async (write) => {
    const waiting = await countWaitingOf(write, contract)
    if (waiting > 0) return waiting
    const {
      live,
      staged,
      checkedOutAt: _at,
      lastSyncAt: _last,
      ...rest
    } = await requireContract(write, contract)
    const copies = [
      live && { copy: live.copy, isStale: live.isStale },
      staged && { copy: staged.copy, isStale: false },
    ]
    write.put("contracts", {
      ...rest,
      checkout: "none",
      isWanted: false,
      retired: [...rest.retired, ...copies.filter((one) => one !== undefined)],
    })
    await deleteConfirmed(write, contract)
    return 0
  })
}

/** Whether something here is still to be compared with what a restored server has: cleared away, it would be lost. */
export const isToBeCompared = ({ live, retired }: ContractRow): boolean =>
  (live?.isStale ?? false) || retired.some((one) => one.isStale)

/** Of a contract that was given back no record is here that could confirm what the office answered since. */
export function forgetConfirmed(store: Store, contract: string): Promise<void> {
  return store.write(LEAVE_TABLES, async (write) => {
    if (!(await requireContract(write, contract)).isWanted) await deleteConfirmed(write, contract)
  })
}

async function deleteConfirmed(write: WriteStore, contract: string): Promise<void> {
  const rows = await write.list("unconfirmed", { index: "by_contract", prefix: [contract] })
  // What the office has an own place for, or has told nobody yet, stays: nothing else on the device says it.
  for (const row of rows)
    if (row.answer?.seq !== undefined && row.answer.state !== "superseded")
      write.delete("unconfirmed", row.id)
}

/** Clear away the rows of copies that nobody sees. Of a stale one what the server lost is kept aside first. */
export async function clearRetiredCopies(store: Store, contract: string): Promise<void> {
  for (;;) {
    const row = await store.read(["contracts"], (read) => read.get("contracts", contract))
    const isComparable = row?.live !== undefined && !row.live.isStale
    // A stale one is compared once the new copy is whole; until then it keeps back none behind it.
    const retired = row?.retired.find((one) => isComparable || !one.isStale)
    if (!row || !retired) return
    if (retired.isStale) await keepLostImages(store, row, retired.copy)
    await store.write(CLEAR_TABLES, async (write) => {
      const now = await requireContract(write, contract)
      write.deleteRange("records", { prefix: [contract, retired.copy] })
      write.deleteRange("held", { prefix: [contract, retired.copy] })
      write.put("contracts", { ...now, retired: now.retired.filter((one) => one.copy !== retired.copy) })
    })
  }
}

/** Images that this device had and the restored server lacks: their authors' devices may be gone. */
async function keepLostImages(store: Store, row: ContractRow, copy: number): Promise<void> {
  let from: string | undefined
  for (;;) {
    const range = { prefix: [row.id, copy], ...(from !== undefined && { from }), limit: KEEP_ASIDE_ROWS }
    const last: ImageRow | undefined = await store.write(KEEP_ASIDE_TABLES, async (write) => {
      const images = await write.list("records", range)
      const now = await Promise.all(
        images.map((one) => write.get("records", [row.id, row.live?.copy ?? 0, one.record])),
      )
      for (const [at, image] of images.entries()) {
        if (await isLost(write, image, now[at]))
          write.put("kept_aside", { contract: row.id, record: image.record, seq: image.seq, image })
      }
      return images.length < KEEP_ASIDE_ROWS ? undefined : images.at(-1)
    })
    if (!last) return
    from = last.record
  }
}

/**
 * Whether something stood there that another person typed and that stands there no more. Not by the
 * revision: on a restored server other writes give the same number.
 */
async function isLost(read: ReadStore, image: ImageRow, now: ImageRow | undefined): Promise<boolean> {
  const writers = new Set(now ? [now.by, ...Object.values(writersOf(now))] : [])
  for (const writer of new Set([image.by, ...Object.values(writersOf(image))])) {
    // Own operations are sent again: they are lost by nothing.
    if (!writers.has(writer) && !(await read.get("operations", writer))) return true
  }
  return false
}
