/** What the rest of the program sees of syncing. */
import type { CheckInOutcome, CheckOutOutcome, SyncOutcome, SyncProgress, SyncSummary } from "./outcomes.ts"

export interface SyncState {
  kind: "idle" | "running"
  progress?: SyncProgress
  last?: SyncSummary
  /** What the browser says of the network; a captive portal is online too. */
  online: boolean
  workOffline: boolean
  /** Syncing by itself; turned off, only the arrows sync. */
  automatic: boolean
  /** A switch was pressed and the browser did not keep it: all stays as it was. */
  isUnchanged?: boolean
}

/** A Svelte readable: `$state` in a component, or `subscribe` anywhere. */
export interface ReadableState<T> {
  subscribe(run: (value: T) => void): () => void
}

export interface SyncService {
  readonly state: ReadableState<SyncState>
  /** One contract, or everything on this device. Never throws for a lost network. */
  syncNow(contract?: string): Promise<SyncSummary>
  checkOut(contract: string): Promise<CheckOutOutcome>
  checkIn(contract: string): Promise<CheckInOutcome>
  /** Bring a contract to this device and keep it up to date, without the promise of a checkout. */
  openContract(contract: string): Promise<SyncOutcome>
  refreshContracts(): Promise<SyncOutcome>
  /**
   * On: not one request leaves this device from the moment of the call, and what is on its way is ended.
   * What is not kept is not so: the state tells it, here and below.
   */
  setWorkOffline(on: boolean): Promise<void>
  setAutomatic(on: boolean): Promise<void>
  stop(): void
}
