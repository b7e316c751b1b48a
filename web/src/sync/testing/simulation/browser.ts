/** One person's browser: a disk that outlives its tabs, a lock between them, a clock that may be years off. */
import { openDevice, type Device, type Person } from "../../../store/device.ts"
import type { DeviceSettings, SettingsStore } from "../../../store/device-settings.ts"
import { openJournaledStore, type JournaledStore } from "../../../store/journaled-store.ts"
import { openMemoryStore } from "../../../store/memory-store.ts"
import type { Store } from "../../../store/store.ts"
import { connect } from "../../../wire/connection.ts"
import { makeGate } from "../../../wire/gate.ts"
import { serverOver } from "../../../wire/server.ts"
import type { SyncEnvironment } from "../../environment.ts"
import { startSync } from "../../start-sync.ts"
import type { SyncService } from "../../sync-service.ts"
import type { Chance } from "./chance.ts"
import { DiskHandle, type DiskFault } from "./disk.ts"
import { KILLED, Life } from "./life.ts"
import type { FaultyLine } from "./line.ts"
import { SecondDisk, type JournalFault, type TabJournal } from "./second-disk.ts"

export interface BrowserParts {
  person: Person & { token: string }
  contract: string
  serverUrl: () => string
  line: FaultyLine
  chance: Chance
  /** What its clock says of the true time. */
  clockOffMs: number
  /** Over plain HTTP from elsewhere a browser has no locks: two tabs may both sync. */
  hasLocks: boolean
  /** In a private window, and in some browsers, there is no place for a second copy. */
  hasSecondDisk: boolean
  pageLines: number
  tell(fault: `disk: ${DiskFault}` | `journal: ${JournalFault}`): void
}

/** In a story no timer fires by itself: what only the second copy has comes back with the next write or start. */
const NEVER_MS = 2 ** 31 - 1

export interface Tab {
  life: Life
  handle: DiskHandle
  /** Over both copies. */
  store: JournaledStore
  journal: TabJournal | undefined
  device: Device
  sync: SyncService
  timers: Set<Timer>
  /** The round that began last. */
  round: Promise<unknown>
}

export interface Timer {
  run: () => void
  delayMs: number
}

export class Browser {
  /** Another one when it was lost. */
  disk: Store = openMemoryStore()
  readonly second: SecondDisk | undefined
  readonly parts: BrowserParts
  tabs: Tab[] = []
  private readonly settings = new SharedSettings()
  private readonly lock: Lock | undefined
  private instantMs: number

  constructor(parts: BrowserParts, startMs: number) {
    this.parts = parts
    this.instantMs = startMs + parts.clockOffMs
    this.lock = parts.hasLocks ? new Lock() : undefined
    this.second = parts.hasSecondDisk ? new SecondDisk() : undefined
  }

  get isOffline(): boolean {
    return this.settings.read().workOffline
  }

  /** The tab that the person looks at. */
  get tab(): Tab {
    return this.tabs[0]!
  }

  async openTab(): Promise<Tab> {
    const { person, line, chance } = this.parts
    const life = new Life()
    const copies = await this.openCopies(life)
    const { token, ...who } = person
    const random = (bytes: Uint8Array): Uint8Array => chance.fill(bytes)
    const device = await openDevice({
      store: copies.store,
      person: who,
      app: "simulation",
      now: () => this.tick(),
      random,
    })
    const gate = makeGate(false)
    const fetch = line.fetchOf(life)
    const request: ReturnType<typeof connect>["request"] = (asked) =>
      connect({ gate, bearer: token, fetch, baseUrl: this.parts.serverUrl() }).request(asked)
    const tab: Omit<Tab, "sync"> = {
      life,
      ...copies,
      device,
      timers: new Set(),
      round: Promise.resolve(),
    }
    const sync = startSync({
      device,
      gate,
      server: serverOver({ request }),
      settings: this.settings,
      environment: this.environmentOf(tab),
      pageLines: this.parts.pageLines,
      label: `${who.name}'s browser`,
      programIsStored: async () => true,
      askToKeep: async () => true,
    })
    const whole = Object.assign(tab, { sync })
    this.tabs.unshift(whole)
    return whole
  }

  private async openCopies(life: Life): Promise<Pick<Tab, "handle" | "journal" | "store">> {
    const { tell } = this.parts
    const handle = new DiskHandle(this.disk, life, (fault) => tell(`disk: ${fault}`))
    const journal = await this.second?.open(life, (fault) => tell(`journal: ${fault}`))
    const store = await openJournaledStore(handle, Promise.resolve(journal), {
      whenIdle: () => undefined, // it is waited for here
      tryAgainMs: NEVER_MS,
    })
    await store.compare()
    return { handle, journal, store }
  }

  /** Tabs that were killed, or whose database was closed for good, are gone; one is open again. */
  async reopen(): Promise<void> {
    for (const tab of this.tabs.filter(isUseless)) this.close(tab)
    if (this.tabs.length === 0) await this.openTab()
  }

  /** No fault any more; what only the second copy of a tab has comes back at its next start. */
  async calmDown(): Promise<void> {
    for (const tab of this.tabs) {
      tab.life.endAfter(Infinity)
      tab.handle.fault = undefined
      if (tab.journal) tab.journal.fault = undefined
      if (tab.store.secondCopy.get().stranded.length > 0) this.close(tab)
    }
    await this.reopen()
    await this.tab.store.compare() // a comparison that failed, or was cut off, is made again at the next start
  }

  /** Killed with everything in it, as by the system, or closed by the person: the engine is told nothing. */
  kill(tab: Tab): void {
    tab.life.kill()
    this.close(tab)
  }

  close(tab: Tab): void {
    tab.life.kill()
    tab.store.close()
    tab.journal?.close()
    tab.sync.stop()
    this.tabs = this.tabs.filter((one) => one !== tab)
  }

  /** What a person would find after the next start: in either copy. */
  async listKept(): Promise<Set<string>> {
    const rows = await this.disk.read(["operations"], (read) => read.list("operations", { prefix: [] }))
    return new Set([...rows.map((one) => one.id), ...((await this.second?.look())?.ids ?? [])])
  }

  letPass(durationMs: number): void {
    this.instantMs += durationMs
  }

  private tick(): Date {
    this.instantMs += 1 + this.parts.chance.below(3)
    return new Date(this.instantMs)
  }

  private environmentOf(tab: Omit<Tab, "sync">): SyncEnvironment {
    const { chance } = this.parts
    return {
      isOnline: () => true,
      isVisible: () => true,
      onChange: () => () => undefined,
      now: () => 0, // no timer fires by itself
      startTimer: (run, delayMs) => {
        const timer = { run, delayMs }
        tab.timers.add(timer)
        return () => tab.timers.delete(timer)
      },
      random: () => chance.below(1_000) / 1_000,
      withLock: (_name, isPatient, work) => {
        const round = this.lock ? this.lock.request(isPatient, tab.life, work) : work()
        tab.round = round.catch(() => undefined) // whoever asked for the round is told
        return round
      },
    }
  }
}

export const isUseless = (tab: Tab): boolean => tab.life.isOver || tab.handle.isClosed

/** A Web Lock: whoever has it loses it by dying. */
class Lock {
  private turn: Promise<unknown> = Promise.resolve()
  private isTaken = false

  request<T>(isPatient: boolean, life: Life, work: () => Promise<T>): Promise<T | undefined> {
    if (!isPatient && this.isTaken) return Promise.resolve(undefined)
    const whole = this.turn.then(async () => {
      if (life.isOver) return undefined
      this.isTaken = true
      try {
        const done = await life.outlives(work())
        return done === KILLED ? undefined : done
      } finally {
        this.isTaken = false
      }
    })
    this.turn = whole.catch(() => undefined) // whoever asked is told; the next one's turn comes anyway
    return whole
  }
}

/** What all tabs of a browser share beside the database. */
class SharedSettings implements SettingsStore {
  private settings: DeviceSettings = { workOffline: false, automaticSync: true }
  private readonly listeners = new Set<(settings: DeviceSettings) => void>()

  read(): DeviceSettings {
    return this.settings
  }

  async change(patch: Partial<DeviceSettings>): Promise<void> {
    this.settings = { ...this.settings, ...patch }
    for (const listener of [...this.listeners]) listener(this.settings)
  }

  subscribe(listener: (settings: DeviceSettings) => void): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  close(): void {
    this.listeners.clear()
  }
}
