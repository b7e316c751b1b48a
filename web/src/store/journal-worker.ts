/** The worker that keeps the journal: only a worker may write a file and wait until it is on the disk. */
import { JournalFiles, journalFileName, type IfFree } from "./journal-files.ts"
import type { JournalCall, JournalReply } from "./journal.ts"

declare const self: DedicatedWorkerGlobalScope

const FOLDER = "journal"

let files: JournalFiles | undefined
let turn: Promise<unknown> = Promise.resolve()

self.onmessage = (event: MessageEvent<JournalCall & { turn: number }>) => {
  // One after the other: a frame is never written into another one.
  turn = turn.then(() => reply(event.data))
}

async function reply(asked: JournalCall & { turn: number }): Promise<void> {
  try {
    tell({ turn: asked.turn, result: await answer(asked) })
  } catch (failure) {
    tell({ turn: asked.turn, failure: String(failure) })
  }
}

const tell = (reply: JournalReply): void => self.postMessage(reply)

async function answer(asked: JournalCall): Promise<unknown> {
  if (asked.call === "open") {
    files = await openFiles(asked.person)
    return undefined
  }
  if (!files) throw new DOMException("The journal is not open.", "InvalidStateError")
  if (asked.call === "append") return files.append(asked.operations)
  if (asked.call === "look") return files.look()
  if (asked.call === "find") return files.find(asked.ids)
  if (asked.call === "name") return files.nameDevice(asked.device)
  return files.unite(journalFileName(`united-${crypto.randomUUID()}`))
}

async function openFiles(person: string): Promise<JournalFiles> {
  const root = await navigator.storage.getDirectory()
  const folder = await (
    await root.getDirectoryHandle(FOLDER, { create: true })
  ).getDirectoryHandle(person, { create: true })
  const own = journalFileName(crypto.randomUUID())
  const lockOf = (name: string): string => `tallybook-journal ${person} ${name}`
  const ifFree: IfFree = (name, work) =>
    navigator.locks.request(lockOf(name), { ifAvailable: true }, async (lock) => (lock ? work() : undefined))
  await holdForLife(lockOf(own))
  const opened = new JournalFiles(folder, own, ifFree)
  await opened.open()
  return opened
}

/** Until this worker ends: by that other tabs know that its file is still written. */
function holdForLife(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, () => {
        resolve()
        return new Promise(() => undefined)
      })
      .catch(reject)
  })
}
