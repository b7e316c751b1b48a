/** A backup from its first byte to a file that is whole, and the marks that say so; loaded when somebody wants one. */
import { countKept, keepBackupMarks, type BackupWay } from "../store/last-backup.ts"
import type { Device } from "../store/device.ts"
import { troubleOf } from "./backup-trouble.ts"
import { chooseFile, type Chosen, removeIfEmpty } from "./file-access.ts"
import { GatheredBytes } from "./gathered-bytes.ts"
import { clearPrivateFiles, makePrivateFile, type PrivateFile } from "./private-files.ts"
import { writeBackup, type BackupWishes, type WrittenBackup } from "./write-backup.ts"

export interface SavedBackup {
  name: string
  size: number
  operations: number
  /** Say that it is there, and how it went. */
  mark(way: BackupWay): Promise<void>
}

/** Into a file that the person chooses, piece by piece. */
export async function saveToChosenFile(device: Device, wishes: BackupWishes): Promise<Chosen<SavedBackup>> {
  const begun = await beginBackup(device, wishes)
  const { name, bytes } = begun.backup
  const handle = await chooseFile(name)
  if (typeof handle === "string") {
    await endUnread(bytes)
    return handle
  }
  try {
    await bytes.pipeTo(await handle.createWritable(), signalOf(wishes))
  } catch (failure) {
    await removeIfEmpty(handle)
    await endUnread(bytes)
    throw failure
  }
  return describe(device, begun, await handle.getFile(), handle.name)
}

/** Nobody reads it any more; one that ended by itself is left alone. */
export async function endUnread(bytes: ReadableStream<Uint8Array>): Promise<void> {
  if (!bytes.locked) await bytes.cancel().catch(() => undefined)
}

/** What this tab gave on last. The browser may copy it still: it stays until the next one is whole, or needs its room. */
let givenOn: PrivateFile | undefined

/** Into a file of the browser's own, or in memory where it has none or no room: to be given on as a download, or shared. */
export async function saveForGivingOn(
  device: Device,
  wishes: BackupWishes,
): Promise<SavedBackup & { file: File }> {
  await clearPrivateFiles("downloads")
  const place = await makePrivateFile("downloads")
  try {
    const saved = await keepForGivingOn(device, wishes, place?.handle)
    await replaceGivenOn(place)
    return saved
  } catch (failure) {
    await place?.close()
    if (troubleOf(failure) !== "full") throw failure
    const hadOne = givenOn !== undefined
    await replaceGivenOn(undefined)
    // What this page may keep is used up; what the browser copies for a download is counted elsewhere.
    return hadOne ? saveForGivingOn(device, wishes) : keepForGivingOn(device, wishes, undefined)
  }
}

async function replaceGivenOn(next: PrivateFile | undefined): Promise<void> {
  const before = givenOn
  givenOn = next
  await before?.close()
}

async function keepForGivingOn(
  device: Device,
  wishes: BackupWishes,
  handle: FileSystemFileHandle | undefined,
): Promise<SavedBackup & { file: File }> {
  const begun = await beginBackup(device, wishes)
  const { name, type, bytes } = begun.backup
  const blob = handle ? await keep(bytes, handle, wishes) : await gather(bytes, wishes)
  const file = new File([blob], name, { type })
  return { ...describe(device, begun, file, name), file }
}

async function keep(
  bytes: ReadableStream<Uint8Array>,
  handle: FileSystemFileHandle,
  wishes: BackupWishes,
): Promise<Blob> {
  await bytes.pipeTo(await handle.createWritable(), signalOf(wishes))
  return handle.getFile()
}

export interface BegunBackup {
  backup: WrittenBackup
  kept: Map<string, number>
  at: string
}

/** What is kept is counted first: what comes while it is written may be in the file, or not. */
export async function beginBackup(device: Device, wishes: BackupWishes): Promise<BegunBackup> {
  const at = device.now().toISOString()
  const kept = await countKept(device.store, wishes.contracts, wishes.stranded ?? [])
  return { backup: await writeBackup(device, wishes), kept, at }
}

function describe({ store }: Device, begun: BegunBackup, { size }: Blob, name: string): SavedBackup {
  const { backup, kept, at } = begun
  return {
    name,
    size,
    operations: backup.operations,
    mark: (way) => keepBackupMarks(store, kept, { at, way }),
  }
}

export const signalOf = ({ signal }: BackupWishes): StreamPipeOptions => (signal ? { signal } : {})

async function gather(bytes: ReadableStream<Uint8Array>, wishes: BackupWishes): Promise<Blob> {
  const gathered = new GatheredBytes()
  await bytes.pipeTo(new WritableStream({ write: (piece) => gathered.add(piece) }), signalOf(wishes))
  return gathered.whole()
}
