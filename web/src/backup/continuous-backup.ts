/** Continuous backup: after each burst of saves one more file in a folder that was chosen once; one tab writes it. */
import type { BackupFolder, BackupFolderPlace } from "../store/backup-folder.ts"
import type { Device } from "../store/device.ts"
import { countKept } from "../store/last-backup.ts"
import type { SyncEnvironment } from "../sync/environment.ts"
import { changeable } from "../sync/readable.ts"
import type { ReadableState } from "../sync/sync-service.ts"
import { type BackupTrouble, troubleOf } from "./backup-trouble.ts"
import { askToWrite, mayWrite } from "./file-access.ts"
import type { BackupWishes } from "./write-backup.ts"

/** Nobody types any more. */
export const QUIET_MS = 5_000
/** From the end of one file to the next, at least. */
export const BETWEEN_MS = 60_000
/** How often a drive that is gone is looked for. */
export const LOOK_AGAIN_MS = 60_000

export type ContinuousState =
  | { kind: "looking" }
  | { kind: "off" }
  /** The browser wants a press before it writes there again. */
  | { kind: "asks"; folder: string }
  | { kind: "on" | "writing"; folder: string; lastAt?: string }
  | { kind: "failed"; folder: string; trouble: BackupTrouble; lastAt?: string }

export interface ContinuousParts {
  device: Device
  place: BackupFolderPlace
  environment: SyncEnvironment
  /** What the tabs tell each other by. */
  channel: BroadcastChannel
  /** Tells of what is saved in the second copy alone: no write of the database does. */
  secondCopy: ReadableState<{ stranded: readonly unknown[] }>
  /** What goes in, asked anew each time. */
  wishes: () => Promise<BackupWishes>
}

export class ContinuousBackup {
  readonly state = changeable<ContinuousState>({ kind: "looking" })
  private readonly parts: ContinuousParts
  private readonly unwatch: (() => void)[] = []
  private readonly ending = new AbortController()
  private round: Promise<void> = Promise.resolve()
  /** Ends what is being written, and nothing that comes after it. */
  private cutOff = new AbortController()
  private cancelTimer: (() => void) | undefined
  private isRunning = false
  private isAgain = false
  private lastEndMs = -Infinity

  constructor(parts: ContinuousParts) {
    this.parts = parts
  }

  /** Look whether a folder is chosen, and keep it up to date from now on. */
  async start(): Promise<void> {
    if (this.ending.signal.aborted) return
    const { device, environment, channel } = this.parts
    let strandedBefore = 0
    this.unwatch.push(
      this.parts.secondCopy.subscribe(({ stranded }) => {
        if (stranded.length > strandedBefore && this.state.get().kind !== "off") this.setTimer(QUIET_MS)
        strandedBefore = stranded.length
      }),
      device.store.subscribe(({ tables }) => {
        if (tables.includes("operations") && this.state.get().kind !== "off") this.setTimer(QUIET_MS)
      }),
      environment.onChange(() => {
        if (this.state.get().kind === "failed" && environment.isVisible()) this.setTimer(QUIET_MS)
      }),
    )
    channel.onmessage = ({ data }: MessageEvent<ContinuousState>) => {
      if (data.kind === "failed") this.state.replace(data)
      else void this.look()
    }
    try {
      if ((await this.look()) && this.state.get().kind === "on") this.setTimer(QUIET_MS)
    } catch (failure) {
      if (!(failure instanceof DOMException)) throw failure
      this.setTimer(LOOK_AGAIN_MS)
    }
  }

  /** Begin with this folder; the first file is written at once. */
  async choose(handle: FileSystemDirectoryHandle): Promise<void> {
    await this.changePlace(() => this.parts.place.choose(handle))
    this.tell({ handle, files: [] }, "on")
    this.tellOthers()
    await this.writeNow()
  }

  /** After a press: the browser may ask. */
  async allow(): Promise<void> {
    const folder = await this.parts.place.read()
    if (folder && (await askToWrite(folder.handle))) {
      this.tellOthers()
      await this.writeNow()
    }
  }

  /** Whether anything is new or not. */
  writeNow(): Promise<void> {
    return this.run(true)
  }

  /** The files stay in the folder. */
  async stop(): Promise<void> {
    await this.changePlace(() => this.parts.place.forget())
    await this.look()
    this.tellOthers()
  }

  get isWriting(): boolean {
    return this.isRunning
  }

  /** Nobody is here any more. */
  end(): void {
    this.ending.abort()
    this.cancelTimer?.()
    for (const stop of this.unwatch) stop()
    this.parts.channel.close()
  }

  /** Never while a file is written, in any tab: it would be noted as one of the new folder's. */
  private async changePlace(change: () => Promise<void>): Promise<void> {
    this.cutOff.abort()
    await this.round
    this.cancelTimer?.()
    await this.parts.environment.withLock(this.lock, true, change)
  }

  private get lock(): string {
    return `tallybook-continuous-backup-${this.parts.device.person.id}`
  }

  private tellOthers(): void {
    if (!this.ending.signal.aborted) this.parts.channel.postMessage(this.state.get())
  }

  /** How it stands; what another tab wrote counts as well. */
  private async look(): Promise<BackupFolder | undefined> {
    const folder = await this.parts.place.read()
    if (!folder) this.state.replace({ kind: "off" })
    else if (!(await mayWrite(folder.handle)))
      this.state.replace({ kind: "asks", folder: folder.handle.name })
    else if (!this.isRunning) this.tell(folder, "on")
    return folder
  }

  private tell({ handle, last }: BackupFolder, kind: "on" | "writing"): void {
    this.state.replace({ kind, folder: handle.name, ...(last && { lastAt: last.at }) })
  }

  private setTimer(delayMs: number): void {
    this.cancelTimer?.()
    if (this.ending.signal.aborted) return
    const sinceMs = this.parts.device.now().getTime() - this.lastEndMs
    const wait = Math.max(delayMs, BETWEEN_MS - Math.max(0, sinceMs))
    this.cancelTimer = this.parts.environment.startTimer(() => void this.run(false), wait)
  }

  private run(isAsked: boolean): Promise<void> {
    this.cancelTimer?.()
    if (this.isRunning) {
      this.isAgain = true
      return Promise.resolve()
    }
    this.isRunning = true
    this.cutOff = new AbortController()
    this.round = this.writeRound(isAsked)
    return this.round
  }

  private async writeRound(isAsked: boolean): Promise<void> {
    const round = await this.parts.environment
      .withLock(this.lock, isAsked, async () => ({ next: await this.bringUpToDate(isAsked) }))
      .finally(() => (this.isRunning = false))
    // Another tab is at it: it may have begun before what was saved here a moment ago.
    const next = round ? round.next : LOOK_AGAIN_MS
    if (next !== undefined) this.setTimer(next)
    else if (this.isAgain) this.setTimer(QUIET_MS)
    this.isAgain = false
  }

  /** Returns when to try again; undefined: when something is saved. */
  private async bringUpToDate(isAsked: boolean): Promise<number | undefined> {
    const { device, place } = this.parts
    const signal = AbortSignal.any([this.ending.signal, this.cutOff.signal])
    let folder: BackupFolder | undefined
    try {
      folder = await this.look()
      if (!folder || !(await mayWrite(folder.handle))) return undefined
      const wishes = await this.parts.wishes()
      let standing: BackupFolder | undefined
      if (isAsked || (await this.isBehind(folder, wishes))) {
        this.tell(folder, "writing")
        const { writeIntoFolder } = await import("./folder-files.ts")
        standing = await writeIntoFolder(place, folder, device, { ...wishes, signal })
        this.lastEndMs = device.now().getTime()
      }
      this.tell(standing ?? (await place.read()) ?? folder, "on")
      return undefined
    } catch (failure) {
      return signal.aborted ? undefined : this.tellTrouble(failure, folder)
    } finally {
      this.tellOthers()
    }
  }

  private async isBehind({ last }: BackupFolder, wishes: BackupWishes): Promise<boolean> {
    const kept = await countKept(this.parts.device.store, wishes.contracts, wishes.stranded ?? [])
    return [...kept].some(([contract, count]) => last?.kept.get(contract) !== count)
  }

  /** Where not even the choice of the folder can be read, it is the one that was told of last. */
  private tellTrouble(failure: unknown, known: BackupFolder | undefined): number {
    const state = this.state.get()
    const told = "folder" in state ? state : undefined
    const folder = known?.handle.name ?? told?.folder
    const lastAt = known ? known.last?.at : told && "lastAt" in told ? told.lastAt : undefined
    const last = lastAt !== undefined && { lastAt }
    if (folder !== undefined)
      this.state.replace({ kind: "failed", folder, trouble: troubleOf(failure), ...last })
    return LOOK_AGAIN_MS
  }
}
