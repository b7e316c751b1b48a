/** Where the bytes of an opened, locked file stay while it is read: a private file, or memory where there is none. */
import { BackupRefused } from "./backup-format.ts"
import { GatheredBytes } from "./gathered-bytes.ts"
import { LargePieces } from "./large-pieces.ts"
import { isWithoutPlace, makePrivateFile, type PrivateFile } from "./private-files.ts"

/** Where there is no private file for them, so many are kept in memory. */
const IN_MEMORY_BYTES_MAX = 500 * 1024 ** 2

export interface Unlocked {
  bytes: Blob
  /** Nothing of it is left afterwards. */
  close(): Promise<void>
}

/**
 * Keep what comes until it is closed. `unlockedPieces` is asked twice where the private file fails in the
 * middle. Raises BackupRefused where there is no place for as much as `size`.
 */
export async function keepUnlocked(
  unlockedPieces: () => AsyncIterable<Uint8Array>,
  size: number,
): Promise<Unlocked> {
  const file = await makePrivateFile("unlocked")
  if (file) {
    try {
      return await keepInFile(file, unlockedPieces())
    } catch (failure) {
      if (!isWithoutPlace(failure)) throw failure
    }
  }
  if (size > IN_MEMORY_BYTES_MAX) throw new BackupRefused("locked_too_large")
  return keepInMemory(unlockedPieces())
}

async function keepInFile(file: PrivateFile, pieces: AsyncIterable<Uint8Array>): Promise<Unlocked> {
  try {
    await writeInto(await file.handle.createWritable(), pieces)
    return { bytes: await file.handle.getFile(), close: () => file.close() }
  } catch (failure) {
    await file.close()
    throw failure
  }
}

async function writeInto(
  writable: FileSystemWritableFileStream,
  pieces: AsyncIterable<Uint8Array>,
): Promise<void> {
  try {
    const gathered = new LargePieces()
    for await (const piece of pieces) {
      const large = gathered.add(piece)
      if (large) await writable.write(large)
    }
    await writable.write(gathered.take())
    await writable.close()
  } catch (failure) {
    await writable.abort().catch(() => undefined) // failed by itself already
    throw failure
  }
}

async function keepInMemory(pieces: AsyncIterable<Uint8Array>): Promise<Unlocked> {
  const gathered = new GatheredBytes()
  for await (const piece of pieces) gathered.add(piece)
  return { bytes: gathered.whole(), close: () => Promise.resolve() }
}
