/** The parts of a browser by which a page writes files of the machine: Chromium has them, others do not. */

interface Permission {
  mode: "readwrite"
}

/** What a handle can be asked where folders can be chosen. */
interface Permitted {
  queryPermission?(permission: Permission): Promise<PermissionState>
  requestPermission?(permission: Permission): Promise<PermissionState>
}

interface Removable {
  remove?(): Promise<void>
}

export interface SaveOptions {
  suggestedName: string
  id: string
}

interface Pickers {
  showSaveFilePicker?: (options: SaveOptions) => Promise<FileSystemFileHandle>
  showDirectoryPicker?: (options: Permission & { id: string }) => Promise<FileSystemDirectoryHandle>
}

const pickers = (): Pickers => globalThis as Pickers

/** The browser asks where to save next to what was saved last under this id. */
const PICKER_ID = "tallybook-backup"
const READWRITE: Permission = { mode: "readwrite" }

export const canChooseFile = (): boolean => pickers().showSaveFilePicker !== undefined
export const canChooseFolder = (): boolean => pickers().showDirectoryPicker !== undefined

/** What came of asking: the person thought better of it, or the browser does not let pages ask. */
export type Chosen<T> = T | "cancelled" | "barred"

export const chooseFile = (suggestedName: string): Promise<Chosen<FileSystemFileHandle>> =>
  hear(pickers().showSaveFilePicker?.({ suggestedName, id: PICKER_ID }))

export const chooseFolder = (): Promise<Chosen<FileSystemDirectoryHandle>> =>
  hear(pickers().showDirectoryPicker?.({ ...READWRITE, id: PICKER_ID }))

async function hear<T>(choosing: Promise<T> | undefined): Promise<Chosen<T>> {
  try {
    return (await choosing) ?? "barred"
  } catch (failure) {
    if (!(failure instanceof DOMException)) throw failure
    return failure.name === "AbortError" ? "cancelled" : "barred"
  }
}

/** Whether this page may write into it now, without asking. */
export async function mayWrite(handle: FileSystemHandle): Promise<boolean> {
  return ((await (handle as Permitted).queryPermission?.(READWRITE)) ?? "granted") === "granted"
}

/** The browser may ask the person: only after a press. */
export async function askToWrite(handle: FileSystemHandle): Promise<boolean> {
  return ((await (handle as Permitted).requestPermission?.(READWRITE)) ?? "granted") === "granted"
}

/** An empty file that was made for what did not come. A file that was there before keeps what it had. */
export async function removeIfEmpty(handle: FileSystemFileHandle): Promise<void> {
  try {
    if ((await handle.getFile()).size === 0) await (handle as Removable).remove?.()
  } catch (failure) {
    if (!(failure instanceof DOMException)) throw failure // the drive went with it
  }
}
