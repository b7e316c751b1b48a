/** Where the bytes of an opened, locked file stay while it is read: a private file that goes when it is closed. */
import { BackupRefused } from "./backup-format.ts"

const FOLDER = "unlocked"
/** Where there is no private file for them, so many are kept in memory. */
export const IN_MEMORY_BYTES_MAX = 500 * 1024 ** 2

export interface Unlocked {
  bytes: Blob
  /** Nothing of it is left afterwards. */
  close(): Promise<void>
}

const lockOf = (name: string): string => `tallybook-unlocked ${name}`

/**
 * Keep what comes until it is closed. `unlockedPieces` is asked twice where the private file fails in the
 * middle. Raises BackupRefused where there is no place for as much as `size`.
 */
export async function keepUnlocked(
  unlockedPieces: () => AsyncIterable<Uint8Array>,
  size: number,
): Promise<Unlocked> {
  const folder = await openFolder()
  if (folder) {
    try {
      return await keepInFile(folder, unlockedPieces())
    } catch (failure) {
      if (!isWithoutPlace(failure)) throw failure
    }
  }
  if (size > IN_MEMORY_BYTES_MAX) throw new BackupRefused("locked_too_large")
  return keepInMemory(unlockedPieces())
}

/** What a tab that was killed left behind; files that another tab still reads stay. */
export async function clearUnlocked(): Promise<void> {
  const folder = await openFolder()
  if (!folder) return
  const names: string[] = []
  for await (const name of folder.keys()) names.push(name)
  for (const name of names)
    await navigator.locks.request(lockOf(name), { ifAvailable: true }, async (free) => {
      if (free) await folder.removeEntry(name).catch(ignoreWithoutPlace)
    })
}

/** Undefined where the browser has no private files that a page can write, or gives none in a private window. */
async function openFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  if (typeof FileSystemFileHandle === "undefined" || !("createWritable" in FileSystemFileHandle.prototype))
    return undefined
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })
  } catch (failure) {
    ignoreWithoutPlace(failure)
    return undefined
  }
}

/** The disk is full, the quota reached, or the browser forbids it. */
const isWithoutPlace = (failure: unknown): boolean =>
  failure instanceof DOMException && failure.name !== "AbortError"

function ignoreWithoutPlace(failure: unknown): void {
  if (!isWithoutPlace(failure)) throw failure
}

async function keepInFile(
  folder: FileSystemDirectoryHandle,
  pieces: AsyncIterable<Uint8Array>,
): Promise<Unlocked> {
  const name = crypto.randomUUID()
  const release = await hold(lockOf(name))
  const close = async (): Promise<void> => {
    await folder.removeEntry(name).catch(ignoreWithoutPlace)
    release()
  }
  try {
    const file = await folder.getFileHandle(name, { create: true })
    await writeInto(await file.createWritable(), pieces)
    return { bytes: await file.getFile(), close }
  } catch (failure) {
    await close()
    throw failure
  }
}

async function writeInto(
  writable: FileSystemWritableFileStream,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    for await (const piece of pieces) await writable.write(new Uint8Array(piece))
    await writable.close()
  } catch (failure) {
    await writable.abort().catch(() => undefined) // failed by itself already
    throw failure
  }
}

/** Hold a lock until the function given back is called: by that other tabs know that the file is read. */
function hold(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, () => new Promise<void>((release) => resolve(release))).catch(reject)
  })
}

/** Gathered into few parts: a part costs, however small it is. */
const PART_BYTES = 8 * 1024 ** 2

async function keepInMemory(pieces: AsyncIterable<Uint8Array>): Promise<Unlocked> {
  const parts: Blob[] = []
  let gathered: Uint8Array<ArrayBuffer>[] = []
  let size = 0
  for await (const piece of pieces) {
    gathered.push(new Uint8Array(piece))
    size += piece.length
    if (size < PART_BYTES) continue
    parts.push(new Blob(gathered))
    gathered = []
    size = 0
  }
  return { bytes: new Blob([...parts, ...gathered]), close: () => Promise.resolve() }
}
