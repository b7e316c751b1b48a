/** A person's store with its second copy: what is appended is saved when both have it, or the one that can be written. */
import type { Operation } from "../core/operation.ts"
import { DEVICE_ID } from "./device.ts"
import { JournalFailed, type Journal } from "./journal.ts"
import { appendWithoutDatabase, WatchedWrite, type Appended } from "./journaled-write.ts"
import { putBack, repairMutually, RESTORE_TABLES } from "./mutual-repair.ts"
import { SecondCopyState } from "./second-copy.ts"
import {
  NotReadable,
  NotSaved,
  type ReadStore,
  type Store,
  type StoreChange,
  type WriteStore,
} from "./store.ts"
import type { TableName } from "./tables.ts"

const TRY_AGAIN_MS = 5_000

export interface JournaledStoreOptions {
  /** Runs the comparison when nobody waits for the page any more. */
  whenIdle?: (work: () => void) => void
  tryAgainMs?: number
}

/** Open the store over a database that is open. A database that was lost is filled before anybody reads it. */
export async function openJournaledStore(
  database: Store,
  opening: Promise<Journal | undefined>,
  options: JournaledStoreOptions = {},
): Promise<JournaledStore> {
  const store = new JournaledStore(database, opening, options)
  const known = await database.read(["settings"], (read) => read.get("settings", DEVICE_ID))
  if (known) (options.whenIdle ?? ((work) => work()))(() => void store.compare())
  else await store.compare()
  return store
}

export class JournaledStore implements Store {
  readonly secondCopy = new SecondCopyState()
  private readonly database: Store
  private readonly opening: Promise<Journal | undefined>
  private readonly tryAgainMs: number
  /** In the journal alone. */
  private stranded: Pick<Appended<unknown>, "operations" | "endedDrafts">[] = []
  /** In the database alone: the journal gets them with the next one. */
  private unwritten: Operation[] = []
  private lastNumber = 0
  private isNamed = false
  private timer: ReturnType<typeof setTimeout> | undefined
  private isClosed = false

  constructor(database: Store, opening: Promise<Journal | undefined>, options: JournaledStoreOptions) {
    this.database = database
    this.opening = opening
    this.tryAgainMs = options.tryAgainMs ?? TRY_AGAIN_MS
    void opening.then((journal) => this.secondCopy.change({ kind: journal ? "written" : "missing" }))
  }

  read<T>(tables: readonly TableName[], look: (read: ReadStore) => Promise<T>): Promise<T> {
    return this.database.read(tables, look)
  }

  async write<T>(tables: readonly TableName[], change: (write: WriteStore) => T | Promise<T>): Promise<T> {
    if (!tables.includes("operations")) return this.database.write(tables, change)
    const runs: Appended<T>[] = []
    try {
      const result = await this.database.write(tables, async (write) => {
        const watched = new WatchedWrite(write, this.lastNumber)
        const result = await change(watched)
        runs.push({ result, operations: watched.operations, endedDrafts: watched.endedDrafts })
        return result
      })
      await this.copy(latestOf(runs))
      if (this.stranded.length > 0) void this.bringBack()
      return result
    } catch (failure) {
      if (!(failure instanceof NotSaved)) throw failure
      return this.keepInJournal(change, runs, failure)
    }
  }

  subscribe(listener: (change: StoreChange) => void): () => void {
    return this.database.subscribe(listener)
  }

  close(): void {
    this.isClosed = true
    clearTimeout(this.timer)
    this.database.close()
    void this.opening.then((journal) => journal?.close())
  }

  /** Compare both copies, each gets what it lacks; then tidy the journal's files. */
  async compare(): Promise<void> {
    const journal = await this.opening
    if (!journal || this.isClosed) return
    try {
      const { restored, copied, unreadableBytes } = await repairMutually(this.database, journal)
      this.secondCopy.change({ kind: "written", repaired: restored + copied, unreadableBytes })
      await this.nameDevice(journal)
      await journal.unite()
    } catch (failure) {
      // Nothing is lost by a comparison that failed: the next start compares again.
      if (!isOfACopy(failure)) throw failure
      if (failure instanceof JournalFailed) this.secondCopy.change({ kind: "failing" })
    }
  }

  /** The database has it. What the journal cannot take now, it gets later. */
  private async copy(operations: readonly Operation[]): Promise<void> {
    const journal = await this.opening
    if (!journal || operations.length === 0) return
    for (const { number } of operations) this.lastNumber = Math.max(this.lastNumber, number)
    const all = [...this.unwritten, ...operations]
    try {
      await this.nameDevice(journal)
      await journal.append(all)
      this.unwritten = this.unwritten.filter((one) => !all.includes(one))
      if (this.secondCopy.get().kind !== "written") this.secondCopy.change({ kind: "written" })
    } catch (failure) {
      if (!(failure instanceof JournalFailed)) throw failure
      this.unwritten.push(...operations)
      this.secondCopy.change({ kind: "failing" })
    }
  }

  /** Before anything of it, and once: the database may be lost when it is read again. */
  private async nameDevice(journal: Journal): Promise<void> {
    if (this.isNamed) return
    try {
      const known = await this.database.read(["settings"], (read) => read.get("settings", DEVICE_ID))
      if (typeof known?.value !== "string") return
      await journal.nameDevice(known.value)
      this.isNamed = true
    } catch (failure) {
      if (!isOfACopy(failure)) throw failure // it is tried again with the next one
    }
  }

  /** The database has nothing of it. In the journal it is as durable; where that cannot be, nothing is saved. */
  private async keepInJournal<T>(
    change: (write: WriteStore) => T | Promise<T>,
    runs: readonly Appended<T>[],
    failure: NotSaved,
  ): Promise<T> {
    const journal = await this.opening
    // Beside a newer program this one must not go on: it could not show what it keeps.
    if (!journal || failure.reason === "newer_program") throw failure
    try {
      const kept = runs.at(-1) ?? (await appendWithoutDatabase(change, await this.findLastNumber(journal)))
      if (!kept || kept.operations.length === 0) throw failure
      await journal.append(kept.operations)
      this.strand(kept)
      return kept.result
    } catch (second) {
      if (second instanceof JournalFailed) this.secondCopy.change({ kind: "failing" })
      throw isOfACopy(second) ? failure : second
    }
  }

  private async findLastNumber(journal: Journal): Promise<number> {
    const { lastNumber } = await journal.look()
    return Math.max(lastNumber, this.lastNumber)
  }

  private strand(kept: Pick<Appended<unknown>, "operations" | "endedDrafts">): void {
    this.stranded.push(kept)
    for (const { number } of kept.operations) this.lastNumber = Math.max(this.lastNumber, number)
    this.tellStranded()
    this.tryAgainLater()
  }

  private async bringBack(): Promise<void> {
    const brought = [...this.stranded]
    try {
      await this.database.write(RESTORE_TABLES, async (write) => {
        for (const { endedDrafts } of brought) for (const key of endedDrafts) write.delete("drafts", key)
        await putBack(
          write,
          brought.flatMap((one) => one.operations),
        )
      })
    } catch (failure) {
      if (!isOfACopy(failure)) throw failure
      this.tryAgainLater()
      return
    }
    this.stranded = this.stranded.filter((one) => !brought.includes(one))
    this.tellStranded()
  }

  private tellStranded(): void {
    this.secondCopy.change({ stranded: this.stranded.flatMap((one) => one.operations) })
  }

  private tryAgainLater(): void {
    clearTimeout(this.timer)
    if (!this.isClosed) this.timer = setTimeout(() => void this.bringBack(), this.tryAgainMs)
  }
}

/** One of the two copies failed, and said so. */
const isOfACopy = (failure: unknown): boolean =>
  failure instanceof JournalFailed || failure instanceof NotSaved || failure instanceof NotReadable

/** A change that was run twice may have found its operation there: then the first run's is what was committed. */
function latestOf(runs: readonly Appended<unknown>[]): Operation[] {
  return [...new Map(runs.flatMap((run) => run.operations.map((one) => [one.id, one] as const))).values()]
}
