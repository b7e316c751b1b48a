/** The folder that somebody chose for continuous backup, kept in this browser until he stops it. */
import { changeRow, loadRow, withDeviceDatabase } from "./device-database.ts"

/** A file that this program wrote into the folder: no other one is ever removed. */
export interface FolderFile {
  name: string
  /** Not yet: it is being written, or was when the power went. */
  isWhole: boolean
}

export interface BackupFolder {
  handle: FileSystemDirectoryHandle
  /** The oldest first. */
  files: FolderFile[]
  /** The last backup that is whole, and how much of each contract was kept when it began. */
  last?: { at: string; kept: Map<string, number> }
}

export interface BackupFolderPlace {
  read(): Promise<BackupFolder | undefined>
  /** Nothing happens where no folder is chosen any more. */
  change(patch: Partial<BackupFolder>): Promise<BackupFolder | undefined>
  choose(handle: FileSystemDirectoryHandle): Promise<void>
  forget(): Promise<void>
}

/** Of one person; others who sign in here have their own. */
export function openBackupFolderPlace(personId: string, factory: IDBFactory = indexedDB): BackupFolderPlace {
  const key = `backup_folder ${personId}`
  const change = (how: (known: BackupFolder | undefined) => BackupFolder | undefined) =>
    withDeviceDatabase(factory, (handle) => changeRow(handle, key, how))
  return {
    read: () => withDeviceDatabase(factory, (handle) => loadRow<BackupFolder>(handle, key)),
    change: (patch) => change((known) => known && { ...known, ...patch }),
    choose: async (handle) => {
      await change(() => ({ handle, files: [] }))
    },
    forget: async () => {
      await change(() => undefined)
    },
  }
}
