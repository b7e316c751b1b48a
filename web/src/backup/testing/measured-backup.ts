/** A program for bench/backup.py, run in the page of the person who is signed in: his device, and stand-ins for photos. */
import { addDays } from "../../core/calendar.ts"
import { spellInstant } from "../../core/dates.ts"
import { SCHEMA } from "../../core/record-types.ts"
import { openDevice, type Device, type Person } from "../../store/device.ts"
import { openIndexedDbStore } from "../../store/indexed-db-store.ts"
import { APPEND_TABLES, appendOperation, type NewOperation } from "../../store/outbox.ts"
import { openBackup } from "../read-backup.ts"
import { previewRestore } from "../restore-backup.ts"
import { saveForGivingOn } from "../save-backup.ts"
import { wishForAll } from "../whole-backup.ts"
import { hashOf, type KeptPhoto, type PhotoSource } from "../photos.ts"

const AGENCY = { id: "01890000-0000-7000-8000-0000000000aa", name: "Bench" }
const PERSON = { email: "ann@tallybook.example", name: "Ann", initials: "A", role: "inspector" } as const
const RANDOM_BYTES_AT_ONCE = 64 * 1024
const FOLDER = "bench-photos"
const TYPED_AT_ONCE = 500
const FIRST_DAY = "2026-03-02"
const NOTE_TEXT =
  "Crew of six placed pipe in the north ditch. Bedding checked at three places, all within tolerance. Rain from two o’clock."

/** How long something took, and how long the page did not answer meanwhile, at most; milliseconds. */
export interface Measured {
  took: number
  gap: number
  bytes: number
}

class Bench {
  private photos: KeptPhoto[] = []
  private file: File | undefined

  /** Make this many stand-ins of random bytes, in the browser's private files. */
  async makePhotos(count: number, bytes: number): Promise<void> {
    const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })
    const content = new Uint8Array(bytes)
    for (let made = 0; made < count; made += 1) {
      for (let at = 0; at < bytes; at += RANDOM_BYTES_AT_ONCE)
        crypto.getRandomValues(content.subarray(at, at + RANDOM_BYTES_AT_ONCE))
      const handle = await folder.getFileHandle(`${made}`, { create: true })
      await writeWhole(handle, content)
      this.photos.push({ sha256: await hashOf(content), bytes: await handle.getFile() })
    }
  }

  /** Type so many notes on the contract, in turn on so many days; none of them is answered. */
  async type(operations: number, days: number): Promise<void> {
    const device = await openHere()
    const contract = await device.store.read(["contracts"], async (read) =>
      (await read.list("contracts", { prefix: [] })).find((row) => row.live),
    )
    if (!contract) throw new Error("No contract is checked out.")
    const dates = Array.from({ length: days }, (_, at) => addDays(FIRST_DAY, at))
    for (let at = 0; at < operations; at += TYPED_AT_ONCE) {
      const count = Math.min(TYPED_AT_ONCE, operations - at)
      await device.store.write(APPEND_TABLES, async (write) => {
        for (let more = 0; more < count; more += 1) {
          await appendOperation(write, noteOf(device, contract.id, dates[(at + more) % days] ?? FIRST_DAY))
        }
      })
    }
  }

  /** What the machine needs to hash and copy the same bytes: the file that was written, in pieces of one photo. */
  hashAndCopy(piece: number): Promise<Measured> {
    return measure(async () => {
      const file = this.written()
      const handle = await (await navigator.storage.getDirectory()).getFileHandle("copy", { create: true })
      const copy = await handle.createWritable()
      for (let at = 0; at < file.size; at += piece) {
        const content = new Uint8Array(await file.slice(at, at + piece).arrayBuffer())
        await hashOf(content)
        await copy.write(content)
      }
      await copy.close()
      return file.size
    })
  }

  /** Write a backup of everything on the device, as the button does where nobody chooses a place. */
  async backUp(passphrase?: string): Promise<Measured> {
    const device = await openHere()
    const locked = passphrase === undefined ? {} : { passphrase }
    const wishes = await wishForAll(device.store, { agency: AGENCY, label: "Bench" })
    return measure(async () => {
      this.file = (await saveForGivingOn(device, { ...wishes, photos: this.source(), ...locked })).file
      return this.file.size
    })
  }

  /** From the choice of the file to what it would bring. */
  async preview(passphrase?: string): Promise<Measured> {
    const device = await openHere()
    return measure(async () => {
      const opened = await openBackup(this.written(), passphrase === undefined ? {} : { passphrase })
      const { contracts, findings } = await previewRestore(device, opened, { agency: AGENCY })
      await opened.close()
      if (findings.length > 0) throw new Error(JSON.stringify(findings))
      return contracts.reduce((sum, { operations }) => sum + operations, 0)
    })
  }

  private written(): File {
    if (!this.file) throw new Error("No backup was written yet.")
    return this.file
  }

  /** All of them on the first contract. */
  private source(): PhotoSource {
    let left = this.photos
    return {
      measure: () => Promise.resolve(this.photos.reduce((sum, { bytes }) => sum + bytes.size, 0)),
      async *of() {
        yield* left
        left = []
      },
    }
  }
}

async function openHere(): Promise<Device> {
  const names = (await indexedDB.databases()).map(({ name = "" }) => name)
  const id = names.find((name) => /^tallybook-[0-9a-f-]{36}$/.test(name))?.slice("tallybook-".length) ?? ""
  const person: Person = { id, ...PERSON }
  return openDevice({ store: await openIndexedDbStore(id), person, app: "bench" })
}

function noteOf(device: Device, contract: string, date: string): NewOperation {
  return {
    id: device.newId(),
    device: device.id,
    contract,
    type: "note",
    record: device.newId(),
    verb: "create",
    set: { note_type: "General", work_date: date, text: NOTE_TEXT },
    author: device.person.id,
    made_at: spellInstant(device.now()),
    app: "bench",
    schema: SCHEMA,
  }
}

async function measure(act: () => Promise<number>): Promise<Measured> {
  let [gap, last, isOver] = [0, performance.now(), false]
  const look = (): void => {
    const now = performance.now()
    gap = Math.max(gap, now - last)
    last = now
    if (!isOver) setTimeout(look)
  }
  look()
  const started = performance.now()
  const bytes = await act()
  const took = performance.now() - started
  isOver = true
  look()
  return { took, gap, bytes }
}

async function writeWhole(handle: FileSystemFileHandle, content: Uint8Array<ArrayBuffer>): Promise<void> {
  const writable = await handle.createWritable()
  await writable.write(content)
  await writable.close()
}

Object.assign(globalThis, { bench: new Bench() })
