/** A person's journal as files in a folder of the browser: each tab appends to its own, all are read together. */
import type { Operation } from "../core/operation.ts"
import { encodeFrames, readFrames, type JournalReading } from "./journal-frames.ts"
import type { JournalContent } from "./journal.ts"

/** So many files of tabs that are gone are left as they are; more are put into one. */
export const UNITE_FILES = 8
const ENDING = ".journal"
/** An empty file, whose name is all. */
const DEVICE_ENDING = ".device"
const READ_AGAIN_TIMES = 3

/** Runs `work` unless another tab is at it, or has that file open. */
export type IfFree = <T>(name: string, work: () => Promise<T>) => Promise<T | undefined>

interface ReadFile extends JournalReading {
  name: string
}

export class JournalFiles {
  private readonly folder: FileSystemDirectoryHandle
  private readonly own: string
  private readonly ifFree: IfFree
  private handle: FileSystemSyncAccessHandle | undefined

  /** `own` is this tab's file; nothing is opened yet. */
  constructor(folder: FileSystemDirectoryHandle, own: string, ifFree: IfFree) {
    this.folder = folder
    this.own = own
    this.ifFree = ifFree
  }

  /** Raises where this browser cannot write so. */
  async open(): Promise<void> {
    this.handle ??= await this.openFile(this.own)
  }

  /** On the disk when it resolves. A handle that fails is let go of: the next append opens it anew. */
  async append(operations: readonly Operation[]): Promise<void> {
    await this.open()
    const { handle } = this
    if (!handle) return
    try {
      writeAtEnd(handle, encodeFrames(operations))
    } catch (failure) {
      this.handle = undefined
      handle.close()
      throw failure
    }
  }

  async look(): Promise<JournalContent> {
    const files = await this.readAll()
    const all = files.flatMap((file) => file.operations)
    const named = (await this.listNames(DEVICE_ENDING)).map((name) => name.slice(0, -DEVICE_ENDING.length))
    const device = named.length > 0 ? theOnly(named) : theOnlyDevice(all)
    return {
      ids: [...new Set(all.map((one) => one.id))],
      lastNumber: all.reduce((highest, one) => Math.max(highest, one.number), 0),
      ...(device !== undefined && { device }),
      unreadableBytes: files.reduce((sum, file) => sum + file.unreadableBytes, 0),
    }
  }

  async find(ids: readonly string[]): Promise<Operation[]> {
    const wanted = new Set(ids)
    const found = new Map<string, Operation>()
    for (const { operations } of await this.readAll())
      for (const one of operations) if (wanted.has(one.id)) found.set(one.id, one)
    return [...found.values()].sort((one, other) => one.number - other.number)
  }

  /** Every tab of the device gives the same name, and the file is there once. */
  async nameDevice(device: string): Promise<void> {
    await this.folder.getFileHandle(`${device}${DEVICE_ENDING}`, { create: true })
  }

  /**
   * Put what tabs that are gone wrote into one new file, and remove theirs once it was read back from
   * there. Cut off anywhere, everything is still in one of the two. A damaged file stays as it is.
   */
  async unite(united: string): Promise<void> {
    await this.ifFree("unite", async () => {
      const gone: string[] = []
      for (const name of await this.listNames())
        if (name !== this.own && (await this.ifFree(name, async () => true))) gone.push(name)
      if (gone.length < UNITE_FILES) return
      const files = (await this.readFiles(gone)).filter((file) => file.unreadableBytes === 0)
      if (await this.writeUnited(united, uniqueOperations(files)))
        for (const { name } of files) await this.folder.removeEntry(name)
    })
  }

  close(): void {
    this.handle?.close()
    this.handle = undefined
  }

  private async writeUnited(name: string, operations: readonly Operation[]): Promise<boolean> {
    const handle = await this.openFile(name)
    try {
      writeAtEnd(handle, encodeFrames(operations))
      const back = readFrames(readWhole(handle)).operations
      return JSON.stringify(back) === JSON.stringify(operations)
    } finally {
      handle.close()
    }
  }

  private async openFile(name: string): Promise<FileSystemSyncAccessHandle> {
    const file = await this.folder.getFileHandle(name, { create: true })
    return file.createSyncAccessHandle()
  }

  private async listNames(ending = ENDING): Promise<string[]> {
    const names: string[] = []
    for await (const name of this.folder.keys()) if (name.endsWith(ending)) names.push(name)
    return names.sort()
  }

  private async readAll(): Promise<ReadFile[]> {
    return this.readFiles(await this.listNames())
  }

  private async readFiles(names: readonly string[]): Promise<ReadFile[]> {
    const files: ReadFile[] = []
    for (const name of names) {
      const bytes = name === this.own && this.handle ? readWhole(this.handle) : await this.readBytes(name)
      if (bytes) files.push({ name, ...readFrames(bytes) })
    }
    return files
  }

  /** Undefined where it is gone meanwhile: another tab has put it into one with others. */
  private async readBytes(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    for (let time = 1; ; time += 1) {
      try {
        const file = await (await this.folder.getFileHandle(name)).getFile()
        return new Uint8Array(await file.arrayBuffer())
      } catch (failure) {
        if (failure instanceof DOMException && failure.name === "NotFoundError") return undefined
        // The tab whose file it is has written meanwhile.
        if (time === READ_AGAIN_TIMES) throw failure
      }
    }
  }
}

export const journalFileName = (id: string): string => `${id}${ENDING}`

/** Files of before they had a name: where several made what is there, none may take another one's. */
export const theOnlyDevice = (operations: readonly Operation[]): string | undefined =>
  theOnly([...new Set(operations.map((one) => one.device))])

const theOnly = (devices: readonly string[]): string | undefined =>
  devices.length === 1 ? devices[0] : undefined

function uniqueOperations(files: readonly ReadFile[]): Operation[] {
  const byId = new Map(files.flatMap((file) => file.operations.map((one) => [one.id, one] as const)))
  return [...byId.values()]
}

function writeAtEnd(handle: FileSystemSyncAccessHandle, bytes: Uint8Array<ArrayBuffer>): void {
  const size = handle.getSize()
  const written = handle.write(bytes, { at: size })
  if (written !== bytes.length) {
    handle.truncate(size) // half a frame would stand between those that follow
    throw new DOMException("The journal could not be written whole.", "QuotaExceededError")
  }
  handle.flush()
}

function readWhole(handle: FileSystemSyncAccessHandle): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(handle.getSize())
  handle.read(bytes, { at: 0 })
  return bytes
}
