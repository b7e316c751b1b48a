/** The store over IndexedDB: strict durability, one reopening of a dead handle, and a clear failure after that. */
import { TableTransaction } from "./indexed-db-transaction.ts"
import { openDatabase, type DatabaseOptions } from "./open-database.ts"
import {
  NotReadable,
  NotSaved,
  type ReadStore,
  type Store,
  type StoreChange,
  type WriteStore,
} from "./store.ts"
import { isDead, mayTryAgain, whyNotSaved } from "./store-failures.ts"
import { TABLE_NAMES, type TableName } from "./tables.ts"

/** A write that the browser neither commits nor refuses is ended after this long. */
const WRITE_TIMEOUT_MS = 30_000
/** A dead handle may never say that its transaction was ended. */
const ABORT_TIMEOUT_MS = 1_000

export interface IndexedDbStoreOptions extends DatabaseOptions {
  /** Tells other tabs what changed. */
  channel?: BroadcastChannel | undefined
  /** Tells when a tab that was frozen is awake again; the document. */
  page?: EventTarget | undefined
  /** How long a write may take before it is ended. */
  writeTimeoutMs?: number
}

export const databaseNameOf = (personId: string): string => `tallybook-${personId}`

/** Open a person's database. Raises NotReadable where the browser has none. */
export async function openIndexedDbStore(
  personId: string,
  options: IndexedDbStoreOptions = {},
): Promise<Store> {
  const name = databaseNameOf(personId)
  const channel = "channel" in options ? options.channel : new BroadcastChannel(name)
  const store = new IndexedDbStore(name, { ...options, channel })
  try {
    await store.open()
  } catch (failure) {
    store.close()
    throw new NotReadable(whyNotSaved(failure), failure)
  }
  return store
}

class IndexedDbStore implements Store {
  private handle: Promise<IDBDatabase> | undefined
  private readonly listeners = new Set<(change: StoreChange) => void>()
  private readonly name: string
  private readonly options: IndexedDbStoreOptions
  private readonly page: EventTarget | undefined
  private isClosed = false

  constructor(name: string, options: IndexedDbStoreOptions) {
    this.name = name
    this.options = options
    this.page = options.page ?? (globalThis as Partial<typeof globalThis>).document
    options.channel?.addEventListener("message", this.hear)
    this.page?.addEventListener("resume", this.wake)
  }

  /** The handle that is open, or a new one: a browser may close ours while the device sleeps. */
  open(): Promise<IDBDatabase> {
    if (this.handle) return this.handle
    // Signed out: what still runs in the background must not open it again.
    if (this.isClosed) return Promise.reject(new DOMException("The store is closed.", "InvalidStateError"))
    const forget = (): void => {
      if (this.handle === opening) this.handle = undefined
    }
    const opening: Promise<IDBDatabase> = openDatabase(this.name, this.options, forget)
    this.handle = opening
    opening.catch(forget)
    return opening
  }

  async read<T>(tables: readonly TableName[], look: (read: ReadStore) => Promise<T>): Promise<T> {
    try {
      return await this.withHandle((handle) => look(new TableTransaction(handle, tables, "readonly")))
    } catch (failure) {
      if (!(failure instanceof DOMException)) throw failure
      throw new NotReadable(whyNotSaved(failure), failure)
    }
  }

  async write<T>(tables: readonly TableName[], change: (write: WriteStore) => T | Promise<T>): Promise<T> {
    try {
      const timeoutMs = this.options.writeTimeoutMs ?? WRITE_TIMEOUT_MS
      const { result, touched } = await this.withHandle((handle) => commit(handle, tables, change, timeoutMs))
      if (touched.length > 0) this.tell({ tables: touched })
      return result
    } catch (failure) {
      if (!(failure instanceof DOMException)) throw failure
      throw new NotSaved(whyNotSaved(failure), failure)
    }
  }

  subscribe(listener: (change: StoreChange) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  close(): void {
    this.isClosed = true
    this.options.channel?.removeEventListener("message", this.hear)
    this.options.channel?.close()
    this.page?.removeEventListener("resume", this.wake)
    this.listeners.clear()
    void this.handle?.then(
      (handle) => handle.close(),
      () => undefined, // it never opened: there is nothing to close
    )
    this.handle = undefined
  }

  /** Once more with a new handle where the old one was dead: then nothing of the first try was kept. */
  private async withHandle<T>(work: (handle: IDBDatabase) => Promise<T>): Promise<T> {
    const handle = this.open()
    try {
      return await work(await handle)
    } catch (failure) {
      if (isDead(failure) && this.handle === handle) this.handle = undefined
      if (!mayTryAgain(failure)) throw failure
      return work(await this.open())
    }
  }

  private tell(change: StoreChange): void {
    this.options.channel?.postMessage(change)
    this.tellThisTab(change)
  }

  private tellThisTab(change: StoreChange): void {
    for (const listener of [...this.listeners]) listener(change)
  }

  private readonly hear = (event: MessageEvent): void => this.tellThisTab(event.data as StoreChange)

  /** What other tabs told a frozen one, it never heard: anything may have changed. */
  private readonly wake = (): void => this.tellThisTab({ tables: TABLE_NAMES })
}

const pause = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs))

interface Committed<T> {
  result: T
  touched: TableName[]
}

/** Run a change and wait for `complete`: only then is it on the disk. */
async function commit<T>(
  handle: IDBDatabase,
  tables: readonly TableName[],
  change: (write: WriteStore) => T | Promise<T>,
  timeoutMs: number,
): Promise<Committed<T>> {
  const transaction = new TableTransaction(handle, tables, "readwrite")
  const whole = async (): Promise<Committed<T>> => {
    const result = await change(transaction)
    await transaction.completed
    return { result, touched: [...transaction.touched] }
  }
  const timer = makeTimer(timeoutMs)
  try {
    return await Promise.race([whole(), timer.ended])
  } catch (failure) {
    transaction.abort()
    // Whatever the change raised, an abort that the browser caused says more: a full disk, a dead handle.
    await Promise.race([transaction.ended, pause(ABORT_TIMEOUT_MS)])
    throw transaction.failure ?? failure
  } finally {
    timer.stop()
  }
}

/** Rejects where a browser says nothing for so long: a dead handle may never tell how its transaction ended. */
function makeTimer(timeoutMs: number): { ended: Promise<never>; stop: () => void } {
  let timer: ReturnType<typeof setTimeout> | undefined
  const ended = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new DOMException("The browser did not answer.", "TimeoutError")),
      timeoutMs,
    )
  })
  return { ended, stop: () => clearTimeout(timer) }
}
