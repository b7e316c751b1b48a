/** Backup files in the folder that somebody chose: written beside, swapped in whole, the last few kept. */
import type { BackupFolder, BackupFolderPlace, FolderFile } from "../store/backup-folder.ts"
import type { Device } from "../store/device.ts"
import { keepBackupMarks } from "../store/last-backup.ts"
import { beginBackup, endUnread, signalOf } from "./save-backup.ts"
import type { BackupWishes } from "./write-backup.ts"

export const FILES_KEPT = 3
const SAME_NAME_MAX = 99
/** What Chromium names the file beside, until it is swapped in. */
const BESIDE = ".crswap"

/**
 * Write one more file, and remove what is beyond the last few: of those that were written here, no other.
 * Cut off anywhere, the files of before are whole, and the next time clears what was begun.
 */
export async function writeIntoFolder(
  place: BackupFolderPlace,
  folder: BackupFolder,
  device: Device,
  wishes: BackupWishes,
): Promise<void> {
  const { handle } = folder
  await handle.keys().next() // a drive that is gone fails here, before anything is forgotten of it
  const whole = await clearBegun(folder)
  const begun = await beginBackup(device, wishes)
  const { bytes } = begun.backup
  let name: string
  try {
    name = await findFreeName(handle, begun.backup.name)
    // Noted before it is there: whatever happens next, it is known whose it is.
    await place.change({ files: [...whole, { name, isWhole: false }] })
    const file = await handle.getFileHandle(name, { create: true })
    await bytes.pipeTo(await file.createWritable(), signalOf(wishes))
  } catch (failure) {
    await endUnread(bytes)
    throw failure
  }
  const files = [...whole, { name, isWhole: true }]
  await place.change({ files, last: { at: begun.at, kept: begun.kept } })
  await keepBackupMarks(device.store, begun.kept, { at: begun.at, way: "written" })
  for (const old of files.slice(0, -FILES_KEPT)) await remove(handle, old.name)
  await place.change({ files: files.slice(-FILES_KEPT) })
}

/** What was being written when the power went, or the drive. */
async function clearBegun({ handle, files }: BackupFolder): Promise<FolderFile[]> {
  for (const { name } of files.filter((file) => !file.isWhole)) {
    await remove(handle, name)
    await remove(handle, name + BESIDE)
  }
  return files.filter((file) => file.isWhole)
}

async function remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name)
  } catch (failure) {
    if (!isNotFound(failure)) throw failure // somebody removed it himself
  }
}

/** `…-1405.tallybook`, or `…-1405-2.tallybook` where that is there already: nothing is ever written over. */
async function findFreeName(folder: FileSystemDirectoryHandle, name: string): Promise<string> {
  const [stem, ending] = [name.slice(0, name.indexOf(".")), name.slice(name.indexOf("."))]
  for (let time = 1; time <= SAME_NAME_MAX; time += 1) {
    const free = time === 1 ? name : `${stem}-${time}${ending}`
    if (!(await exists(folder, free))) return free
  }
  throw new DOMException("Too many files of this name.", "InvalidModificationError")
}

async function exists(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name)
    return true
  } catch (failure) {
    if (isNotFound(failure)) return false
    if (!(failure instanceof DOMException && failure.name === "TypeMismatchError")) throw failure
    return true // a folder
  }
}

const isNotFound = (failure: unknown): boolean =>
  failure instanceof DOMException && failure.name === "NotFoundError"
