/** Private files of the browser, of a page that needs them for a while: cleared when their tab is gone, killed or not. */

/** What is read of a locked file; and what is given to the browser as a download. */
export type PrivateFolder = "unlocked" | "downloads"

export interface PrivateFile {
  handle: FileSystemFileHandle
  /** Nothing of it is left afterwards. Not called: it stays as long as the tab. */
  close(): Promise<void>
}

/** Held as long as the file is needed: the browser lets go of it when the page ends, whatever ended it. */
const lockOf = (folder: PrivateFolder, name: string): string => `tallybook-${folder} ${name}`

/** Undefined where the browser has no private files that a page can write, or gives none in a private window. */
export async function makePrivateFile(folder: PrivateFolder): Promise<PrivateFile | undefined> {
  const opened = await openFolder(folder)
  if (!opened) return undefined
  const name = crypto.randomUUID()
  const release = await hold(lockOf(folder, name))
  const close = async (): Promise<void> => {
    await opened.removeEntry(name).catch(ignoreWithoutPlace)
    release()
  }
  try {
    return { handle: await opened.getFileHandle(name, { create: true }), close }
  } catch (failure) {
    await close()
    if (isWithoutPlace(failure)) return undefined
    throw failure
  }
}

/** What tabs that are gone left behind. A file of a living tab stays: somebody may still read it. */
export async function clearPrivateFiles(folder: PrivateFolder): Promise<void> {
  const opened = await openFolder(folder)
  if (!opened) return
  const names: string[] = []
  for await (const name of opened.keys()) names.push(name)
  for (const name of names)
    await navigator.locks.request(lockOf(folder, name), { ifAvailable: true }, async (free) => {
      if (free) await opened.removeEntry(name).catch(ignoreWithoutPlace) // another tab may be quicker
    })
}

async function openFolder(folder: PrivateFolder): Promise<FileSystemDirectoryHandle | undefined> {
  if (typeof FileSystemFileHandle === "undefined" || !("createWritable" in FileSystemFileHandle.prototype))
    return undefined
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true })
  } catch (failure) {
    ignoreWithoutPlace(failure)
    return undefined
  }
}

/** The disk is full, the quota reached, the file gone, or the browser forbids it. */
export const isWithoutPlace = (failure: unknown): boolean =>
  failure instanceof DOMException && failure.name !== "AbortError"

function ignoreWithoutPlace(failure: unknown): void {
  if (!isWithoutPlace(failure)) throw failure
}

/** Hold a lock until the function given back is called. */
function hold(name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, () => new Promise<void>((release) => resolve(release))).catch(reject)
  })
}
