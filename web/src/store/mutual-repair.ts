/** Database and journal are compared by the ids of operations; each gets what only the other has. */
import type { Operation } from "../core/operation.ts"
import { DEVICE_ID } from "./device.ts"
import type { Journal } from "./journal.ts"
import { OPERATION_NUMBER, waitingRow } from "./outbox.ts"
import type { Store, WriteStore } from "./store.ts"
import type { TableName } from "./tables.ts"

export const RESTORE_TABLES: readonly TableName[] = [
  "operations",
  "unconfirmed",
  "answers",
  "settings",
  "drafts",
]
const COMPARE_ROWS = 500

export interface Repaired {
  /** Put into the database. */
  restored: number
  /** Put into the journal. */
  copied: number
  unreadableBytes: number
}

/** Compare all of it, some rows at a time: a person reads and types meanwhile. */
export async function repairMutually(store: Store, journal: Journal): Promise<Repaired> {
  const { ids, device, unreadableBytes } = await journal.look()
  const onlyThere = new Set(ids)
  const known = new Set(ids)
  let copied = 0
  let from: string | undefined
  for (;;) {
    const range = { prefix: [], ...(from !== undefined && { from }), limit: COMPARE_ROWS }
    const rows = await store.read(["operations"], (read) => read.list("operations", range))
    for (const { id } of rows) onlyThere.delete(id)
    const onlyHere = rows.filter(({ id }) => !known.has(id))
    if (onlyHere.length > 0) await journal.append(onlyHere)
    for (const { id } of onlyHere) known.add(id)
    copied += onlyHere.length
    if (rows.length < COMPARE_ROWS) break
    from = rows.at(-1)?.id
  }
  if (device !== undefined) await keepName(store, device)
  const restored = await restoreFrom(store, journal, [...onlyThere])
  return { restored, copied, unreadableBytes }
}

/** Where the database is gone, the device is not: its numbers go on, and the office knows it. */
async function keepName(store: Store, device: string): Promise<void> {
  if (await store.read(["settings"], (read) => read.get("settings", DEVICE_ID))) return
  await store.write(["settings"], async (write) => {
    // Another tab may have been quicker.
    if (!(await write.get("settings", DEVICE_ID))) write.put("settings", { key: DEVICE_ID, value: device })
  })
}

async function restoreFrom(store: Store, journal: Journal, ids: readonly string[]): Promise<number> {
  for (let at = 0; at < ids.length; at += COMPARE_ROWS) {
    const operations = await journal.find(ids.slice(at, at + COMPARE_ROWS))
    await store.write(RESTORE_TABLES, (write) => putBack(write, operations))
  }
  return ids.length
}

/**
 * Put operations back as they were made, number included: one that was ever sent under its id must
 * never come with another content. What has no answer here waits; the server answers what it knows.
 */
export async function putBack(write: WriteStore, operations: readonly Operation[]): Promise<void> {
  const device = (await write.get("settings", DEVICE_ID))?.value
  let number = Number((await write.get("settings", OPERATION_NUMBER))?.value ?? 0)
  for (const operation of operations) {
    if (operation.device === device) number = Math.max(number, operation.number)
    if (await write.get("operations", operation.id)) continue
    write.put("operations", operation)
    const answered = await write.get("answers", [operation.contract, operation.id])
    if (!answered) write.put("unconfirmed", waitingRow(operation))
  }
  write.put("settings", { key: OPERATION_NUMBER, value: number })
}
