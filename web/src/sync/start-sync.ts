/** The sync service of one signed-in person in one tab. */
import type { Device } from "../store/device.ts"
import type { DeviceSettings, SettingsStore } from "../store/device-settings.ts"
import { NotSaved } from "../store/store.ts"
import type { Gate } from "../wire/gate.ts"
import type { Server } from "../wire/server.ts"
import {
  advanceCheckOut,
  beginCheckOut,
  beginOpening,
  checkInContract,
  giveUp,
  type CheckOutParts,
} from "./check-out.ts"
import { NOTHING, type SyncContext } from "./context.ts"
import type { SyncEnvironment } from "./environment.ts"
import type { CheckInOutcome, CheckOutOutcome, SyncOutcome, SyncSummary } from "./outcomes.ts"
import { changeable, type Changeable } from "./readable.ts"
import { orStoreTrouble, type Failed } from "./store-trouble.ts"
import { startScheduler } from "./scheduler.ts"
import { refreshListing, syncAll, type RoundPlace } from "./sync-all.ts"
import { syncContract } from "./sync-contract.ts"
import type { SyncService, SyncState } from "./sync-service.ts"

const PAGE_LINES = 1_000

export interface SyncParts extends CheckOutParts {
  device: Device
  server: Server
  gate: Gate
  settings: SettingsStore
  environment: SyncEnvironment
  pageLines?: number
}

/** Start syncing by itself, and return what the screens call. */
export function startSync(parts: SyncParts): SyncService {
  const engine = new SyncEngine(parts)
  const scheduler = startScheduler({
    store: parts.device.store,
    environment: parts.environment,
    isWanted: () => engine.isAutomatic(),
    run: async () => (await engine.round(false))?.outcome,
  })
  const unwatch = [
    parts.settings.subscribe(() => {
      if (engine.follow()) scheduler.wake()
    }),
    parts.environment.onChange(() => engine.state.change({ online: parts.environment.isOnline() })),
  ]
  scheduler.wake()
  return {
    state: engine.state,
    syncNow: async (contract) => {
      const summary = await engine.round(true, contract)
      scheduler.hear(summary.outcome)
      return summary
    },
    checkOut: (contract) => engine.checkOut(contract),
    checkIn: (contract) => engine.checkIn(contract),
    openContract: (contract) => engine.openContract(contract),
    refreshContracts: () => orStoreTrouble(() => refreshListing(engine.context(true)), asItIs),
    setWorkOffline: (on) => engine.setWorkOffline(on),
    setAutomatic: (on) => engine.change({ automaticSync: on }),
    stop: () => {
      engine.stop()
      scheduler.stop()
      for (const end of unwatch) end()
    },
  }
}

const asItIs = (failed: Failed): Failed => failed
const asSummary = (outcome: Failed): SyncSummary => ({ ...NOTHING, outcome })

class SyncEngine {
  readonly state: Changeable<SyncState>
  private readonly parts: SyncParts
  private isStopped = false
  /** Rounds of this tab, one after the other; the Web Lock does the same across tabs. */
  private turn: Promise<unknown> = Promise.resolve()
  private readonly place: RoundPlace = {}
  /** Whether another tab took over the turn that runs, because this one was frozen. */
  private isPassedOver = (): boolean => false

  constructor(parts: SyncParts) {
    this.parts = parts
    const { workOffline, automaticSync } = parts.settings.read()
    const online = parts.environment.isOnline()
    this.state = changeable<SyncState>({ kind: "idle", online, workOffline, automatic: automaticSync })
    if (workOffline) parts.gate.close()
  }

  isAutomatic(): boolean {
    const { workOffline, automaticSync } = this.parts.settings.read()
    return !this.isStopped && !workOffline && automaticSync
  }

  context(isAsked: boolean): SyncContext {
    return {
      device: this.parts.device,
      server: this.parts.server,
      pageLines: this.parts.pageLines ?? PAGE_LINES,
      givesSignOfLife: isAsked,
      tell: (progress) => this.state.change({ progress }),
      // What somebody waits for is brought to an end, so that he is told how it ended.
      isStopped: () => this.isStopped || (!isAsked && this.isPassedOver()),
    }
  }

  /** A round somebody asked for waits for its turn; one by itself gives way to another tab's. */
  round(isAsked: true, contract?: string): Promise<SyncSummary>
  round(isAsked: false): Promise<SyncSummary | undefined>
  round(isAsked: boolean, contract?: string): Promise<SyncSummary | undefined> {
    const context = this.context(isAsked)
    return this.inTurn(isAsked, async () => {
      const sync = (): Promise<SyncSummary> =>
        contract === undefined
          ? syncAll(context, (_, one) => this.syncOne(context, one), this.place)
          : this.syncOne(context, contract)
      const summary = await orStoreTrouble(sync, asSummary)
      if (!isAsked && this.isPassedOver()) return undefined
      this.state.change({ last: summary })
      return summary
    })
  }

  checkOut(contract: string): Promise<CheckOutOutcome> {
    const context = this.context(true)
    return orStoreTrouble<CheckOutOutcome>(async () => {
      await beginCheckOut(context, contract)
      const done = await this.inTurn(true, () => advanceCheckOut(context, this.parts, contract, true))
      this.state.change({ last: done.summary })
      return done.outcome
    }, asItIs)
  }

  checkIn(contract: string): Promise<CheckInOutcome> {
    const checkIn = (): Promise<CheckInOutcome> => checkInContract(this.context(true), contract)
    return orStoreTrouble(() => this.inTurn(true, checkIn), asItIs)
  }

  openContract(contract: string): Promise<SyncOutcome> {
    const context = this.context(true)
    return orStoreTrouble<SyncOutcome>(async () => {
      await beginOpening(context, contract)
      const { outcome } = await this.inTurn(true, () => syncContract(context, contract))
      if (outcome.kind === "forbidden") await giveUp(context, contract)
      return outcome
    }, asItIs)
  }

  /** The gate closes before anything is waited for. */
  async setWorkOffline(on: boolean): Promise<void> {
    if (on) this.parts.gate.close()
    // Told by `follow`, when it is kept: a page that is loaded a moment later stands by what the switch shows.
    await this.change({ workOffline: on })
  }

  /** What is not kept is as it was, the gate too, and the state says so. */
  async change(patch: Partial<DeviceSettings>): Promise<void> {
    try {
      await this.parts.settings.change(patch)
      this.state.change({ isUnchanged: false })
    } catch (failure) {
      if (!(failure instanceof NotSaved)) throw failure
      this.follow()
      this.state.change({ isUnchanged: true })
    }
  }

  /** Do as the settings say, whichever tab changed them. Returns whether syncing may begin again. */
  follow(): boolean {
    const { workOffline, automaticSync } = this.parts.settings.read()
    if (workOffline) this.parts.gate.close()
    else this.parts.gate.open()
    this.state.change({ workOffline, automatic: automaticSync })
    return this.isAutomatic()
  }

  stop(): void {
    this.isStopped = true
  }

  /** A checkout that was cut off goes on with any round. */
  private async syncOne(context: SyncContext, contract: string): Promise<SyncSummary> {
    const { store } = this.parts.device
    const row = await store.read(["contracts"], (read) => read.get("contracts", contract))
    if (row?.checkout !== "checking_out") return syncContract(context, contract)
    return (await advanceCheckOut(context, this.parts, contract, false)).summary
  }

  private inTurn<T>(isPatient: true, work: () => Promise<T>): Promise<T>
  private inTurn<T>(isPatient: boolean, work: () => Promise<T>): Promise<T | undefined>
  private inTurn<T>(isPatient: boolean, work: () => Promise<T>): Promise<T | undefined> {
    const { environment, device } = this.parts
    const next = this.turn.then(() =>
      environment.withLock(`tallybook-sync-${device.person.id}`, isPatient, async (isLost = () => false) => {
        this.isPassedOver = isLost
        this.state.change({ kind: "running" })
        try {
          return await work()
        } finally {
          const { progress: _done, ...idle } = this.state.get()
          this.state.replace({ ...idle, kind: "idle" })
        }
      }),
    )
    this.turn = next.catch(() => undefined) // whoever asked is told; the next one's turn comes anyway
    return next
  }
}
