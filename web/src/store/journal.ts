/** The second copy of every operation, beside the database: append-only, in files of its own, kept by a worker. */
import type { Operation } from "../core/operation.ts"

/** What the files of this person hold together, whichever tab wrote them. */
export interface JournalContent {
  ids: string[]
  /** The highest number that any of them has. */
  lastNumber: number
  /** Whose files these are; undefined where no one device is known to have written them. */
  device?: string
  /** Damaged, and skipped. */
  unreadableBytes: number
}

export interface Journal {
  /** On the disk when it resolves. */
  append(operations: readonly Operation[]): Promise<void>
  look(): Promise<JournalContent>
  /** In the order of their numbers. */
  find(ids: readonly string[]): Promise<Operation[]>
  /** Note whose files these are: of what is in them, a restored backup's operations were made elsewhere. */
  nameDevice(device: string): Promise<void>
  /** Put the files of tabs that are gone into one. */
  unite(): Promise<void>
  close(): void
}

export type JournalCall =
  | { call: "open"; person: string }
  | { call: "append"; operations: readonly Operation[] }
  | { call: "look" }
  | { call: "find"; ids: readonly string[] }
  | { call: "name"; device: string }
  | { call: "unite" }

export interface JournalReply {
  turn: number
  result?: unknown
  failure?: string
}

/** A worker that says nothing for so long is given up: nobody waits for a save longer than that. */
const ANSWER_TIMEOUT_MS = 5_000

/** The second copy could not be written, or not be read. */
export class JournalFailed extends Error {
  override readonly name = "JournalFailed"
}

/** The journal of a person, or undefined where this browser has no files of its own for a page. */
export async function openBrowserJournal(person: string): Promise<Journal | undefined> {
  if (!isSecureContext || typeof Worker === "undefined") return undefined
  const worker = new Worker(new URL("./journal-worker.ts", import.meta.url), { type: "module" })
  const journal = new WorkerJournal(worker)
  try {
    await journal.ask({ call: "open", person })
    return journal
  } catch (failure) {
    journal.close()
    if (!(failure instanceof JournalFailed)) throw failure
    return undefined
  }
}

export class WorkerJournal implements Journal {
  private readonly worker: Worker
  private readonly asked = new Map<number, (reply: JournalReply) => void>()
  private turn = 0
  private isGone = false
  private readonly timeoutMs: number

  constructor(worker: Worker, timeoutMs = ANSWER_TIMEOUT_MS) {
    this.worker = worker
    this.timeoutMs = timeoutMs
    worker.onmessage = (event: MessageEvent<JournalReply>) => this.asked.get(event.data.turn)?.(event.data)
    worker.onerror = () => this.giveUp("The journal's worker ended.")
  }

  async append(operations: readonly Operation[]): Promise<void> {
    await this.ask({ call: "append", operations })
  }

  look(): Promise<JournalContent> {
    return this.ask({ call: "look" }) as Promise<JournalContent>
  }

  find(ids: readonly string[]): Promise<Operation[]> {
    return this.ask({ call: "find", ids }) as Promise<Operation[]>
  }

  async nameDevice(device: string): Promise<void> {
    await this.ask({ call: "name", device })
  }

  async unite(): Promise<void> {
    await this.ask({ call: "unite" })
  }

  close(): void {
    this.giveUp("The journal is closed.")
  }

  /** Raises JournalFailed. */
  ask(call: JournalCall): Promise<unknown> {
    if (this.isGone) return Promise.reject(new JournalFailed("The journal is closed."))
    const turn = (this.turn += 1)
    return new Promise((resolve, reject) => {
      // Reading all of it may take long; a save waits for nothing of that.
      const isShort = ["append", "open", "name"].includes(call.call)
      const timer = isShort && setTimeout(() => this.giveUp("The journal does not answer."), this.timeoutMs)
      this.asked.set(turn, ({ result, failure }) => {
        if (timer !== false) clearTimeout(timer)
        this.asked.delete(turn)
        if (failure === undefined) resolve(result)
        else reject(new JournalFailed(failure))
      })
      this.worker.postMessage({ turn, ...call })
    })
  }

  /** Its worker is ended, and with it what it holds: the next tab may read what this one wrote. */
  private giveUp(failure: string): void {
    this.isGone = true
    this.worker.terminate()
    for (const [turn, answer] of [...this.asked]) answer({ turn, failure })
  }
}
