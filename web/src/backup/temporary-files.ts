/** Files of the browser's own for what is given to it as a download: cleared when their tab is gone, killed or not. */

const FOLDER = "downloads"
const lockOf = (name: string): string => `tallybook-download ${name}`

/** Undefined where this browser has no private files that a page can write. */
export async function makeTemporaryFile(): Promise<FileSystemFileHandle | undefined> {
  const folder = await openFolder()
  if (!folder) return undefined
  await clearTemporaryFiles()
  const name = crypto.randomUUID()
  await holdUntilThisTabIsGone(lockOf(name))
  return folder.getFileHandle(name, { create: true })
}

/** What tabs that are gone left behind. A file of a living tab stays: the browser may still copy it. */
export async function clearTemporaryFiles(): Promise<void> {
  const folder = await openFolder()
  if (!folder) return
  const names: string[] = []
  for await (const name of folder.keys()) names.push(name)
  for (const name of names)
    await navigator.locks.request(lockOf(name), { ifAvailable: true }, async (free) => {
      if (free) await remove(folder, name)
    })
}

async function remove(folder: FileSystemDirectoryHandle, name: string): Promise<void> {
  try {
    await folder.removeEntry(name)
  } catch (failure) {
    if (!(failure instanceof DOMException)) throw failure // another tab was quicker, or the next one will be
  }
}

async function openFolder(): Promise<FileSystemDirectoryHandle | undefined> {
  if (typeof FileSystemFileHandle === "undefined" || !("createWritable" in FileSystemFileHandle.prototype))
    return undefined
  try {
    return await (await navigator.storage.getDirectory()).getDirectoryHandle(FOLDER, { create: true })
  } catch (failure) {
    if (!(failure instanceof DOMException)) throw failure // a private window
    return undefined
  }
}

/** Never given back by the page: the browser does when the page ends, whatever ended it. */
function holdUntilThisTabIsGone(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    navigator.locks.request(name, () => new Promise<never>(() => resolve())).catch(reject)
  })
}
