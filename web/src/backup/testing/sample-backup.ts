/** Devices on real stores, and the bytes of their backup files. */
import { IDBFactory } from "fake-indexeddb"
import type { Operation } from "../../core/operation.ts"
import { openDevice, type Device, type Person } from "../../store/device.ts"
import { openIndexedDbStore } from "../../store/indexed-db-store.ts"
import { openJournaledStore } from "../../store/journaled-store.ts"
import { APPEND_TABLES, appendOperation, type NewOperation } from "../../store/outbox.ts"
import { MemoryJournal } from "../../store/testing/memory-journal.ts"
import { leaveSampleWork } from "../../store/testing/sample-work.ts"
import { type BackupWishes, writeBackup } from "../write-backup.ts"

/** Those of the sample work. */
export const CONTRACT = "01890000-0000-7000-8000-0000000000c1"
export const ANN: Person = {
  id: "01890000-0000-7000-8000-00000000000a",
  email: "ann@tallybook.example",
  name: "Ann Lindqvist",
  initials: "AL",
  role: "inspector",
}
export const BO: Person = {
  id: "01890000-0000-7000-8000-00000000000b",
  email: "bo@tallybook.example",
  name: "Bo Keller",
  initials: "BK",
  role: "office",
}
export const AGENCY = { id: "01890000-0000-7000-8000-0000000000aa", name: "Elm County" }
export const WISHES: BackupWishes = { contracts: [CONTRACT], agency: AGENCY, label: "Firefox on Linux" }
export const AT = new Date("2026-11-23T20:05:11.120Z")

export interface OpenedDevice {
  device: Device
  journal: MemoryJournal
}

/** A new browser profile. */
export async function openNew(person: Person): Promise<OpenedDevice> {
  const journal = new MemoryJournal()
  const database = await openIndexedDbStore(person.id, { factory: new IDBFactory(), channel: undefined })
  const store = await openJournaledStore(database, Promise.resolve(journal))
  return { device: await openDevice({ store, person, app: "0.1.0", now: () => AT }), journal }
}

/** A profile with a few days' work: answered, held and waiting, with a copy of the records. */
export async function openWithWork(): Promise<OpenedDevice> {
  const journal = new MemoryJournal()
  const database = await openIndexedDbStore(ANN.id, { factory: new IDBFactory(), channel: undefined })
  const store = await openJournaledStore(database, Promise.resolve(journal))
  await leaveSampleWork(store)
  return { device: await openDevice({ store, person: ANN, app: "0.1.0", now: () => AT }), journal }
}

export async function appendNotes(
  device: Device,
  count: number,
  author = ANN.id,
  textOf = (at: number): string => `Note ${at}`,
): Promise<void> {
  await device.store.write(APPEND_TABLES, async (write) => {
    for (let at = 0; at < count; at += 1) await appendOperation(write, noteOf(device, author, textOf(at)))
  })
}

export async function appendNote(device: Device, changes: Partial<NewOperation>): Promise<void> {
  await device.store.write(APPEND_TABLES, (write) =>
    appendOperation(write, { ...noteOf(device, ANN.id, "A note"), ...changes }),
  )
}

function noteOf(device: Device, author: string, text: string): NewOperation {
  return {
    id: device.newId(),
    device: device.id,
    contract: CONTRACT,
    type: "note",
    record: device.newId(),
    verb: "create",
    set: { text, work_date: "2026-11-23" },
    author,
    made_at: "2026-11-23T14:05:11.120-06:00",
    app: "0.1.0",
    schema: 1,
  }
}

export const operationsOf = ({ store }: Device): Promise<Operation[]> =>
  store.read(["operations"], (read) => read.list("operations", { index: "by_contract", prefix: [CONTRACT] }))

export async function backUp(
  device: Device,
  wishes: Partial<BackupWishes> = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes } = await writeBackup(device, { ...WISHES, ...wishes })
  return new Uint8Array(await new Response(bytes).arrayBuffer())
}
