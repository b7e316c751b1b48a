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
 * Cut off anywhere, the files of before are whole, and the next time clears what was begun. Where this
 * browser has no room to note it, the file is written all the same, and none is removed.
 */
export async function writeIntoFolder(
  place: BackupFolderPlace,
  folder: BackupFolder,
  device: Device,
  wishes: BackupWishes,
): Promise<BackupFolder> {
  const { handle } = folder
  await handle.keys().next() // a drive that is gone fails here, before anything is forgotten of it
  const whole = await clearBegun(folder)
  const begun = await beginBackup(device, wishes)
  const { bytes } = begun.backup
  let name: string
  let isNoted: boolean
  try {
    name = await findFreeName(handle, begun.backup.name)
    // Noted before it is there: whatever happens next, it is known whose it is.
    isNoted = await note(() => place.change({ files: [...whole, { name, isWhole: false }] }))
    const file = await handle.getFileHandle(name, { create: true })
    await bytes.pipeTo(await file.createWritable(), signalOf(wishes))
  } catch (failure) {
    await endUnread(bytes)
    throw failure
  }
  const written: BackupFolder = {
    handle,
    files: [...whole, { name, isWhole: true }],
    last: { at: begun.at, kept: begun.kept },
  }
  const { files, last } = written
  if (!(await note(() => place.change({ files, ...(last && { last }) })))) isNoted = false
  await keepBackupMarks(device.store, begun.kept, { at: begun.at, way: "written" })
  if (!isNoted) return written
  for (const old of files.slice(0, -FILES_KEPT)) await remove(handle, old.name)
  await note(() => place.change({ files: files.slice(-FILES_KEPT) }))
  return written
}

/** Whether it could be: the file on the drive is worth more than what this browser knows of it. */
async function note(keep: () => Promise<unknown>): Promise<boolean> {
  try {
    await keep()
    return true
  } catch (failure) {
    if (!(failure instanceof DOMException)) throw failure
    return false
  }
}

/** What was being written when the power went, or the drive. One that is not empty was swapped in: it is whole. */
async function clearBegun({ handle, files }: BackupFolder): Promise<FolderFile[]> {
  const whole: FolderFile[] = []
  for (const file of files) {
    if (file.isWhole || (await hasContent(handle, file.name))) whole.push({ ...file, isWhole: true })
    else await remove(handle, file.name)
    if (!file.isWhole) await remove(handle, file.name + BESIDE)
  }
  return whole
}

async function hasContent(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    return (await (await folder.getFileHandle(name)).getFile()).size > 0
  } catch (failure) {
    if (!isNotFound(failure)) throw failure
    return false
  }
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
