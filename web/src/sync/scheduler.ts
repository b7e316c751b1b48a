/** The clockwork that syncs by itself: one timer, never a busy loop. */
import { countWaiting } from "../store/queries.ts"
import type { Store } from "../store/store.ts"
import type { SyncEnvironment } from "./environment.ts"
import type { SyncOutcome } from "./outcomes.ts"
import { AFTER_SAVE_MS, delayAfter, isFailure } from "./schedule.ts"

const WAKE_MAX_MS = 500 // spread, so that every tab of every phone does not come at once

export interface SchedulerParts {
  store: Store
  environment: SyncEnvironment
  /** Whether syncing by itself is wanted now: not stopped, not Work Offline, not turned off. */
  isWanted: () => boolean
  /** Undefined where another tab is at it. */
  run: () => Promise<SyncOutcome | undefined>
}

export interface Scheduler {
  /** A round ended that somebody asked for: count the failures, and set the timer. */
  hear(outcome: SyncOutcome): void
  /** Something changed for the better: soon, whatever went wrong before; but not before the time that the office told. */
  wake(): void
  stop(): void
}

export function startScheduler(parts: SchedulerParts): Scheduler {
  return new Clockwork(parts)
}

class Clockwork implements Scheduler {
  private readonly parts: SchedulerParts
  private readonly unwatch: (() => void)[]
  private failures = 0
  private isStopped = false
  private isRunning = false
  /** Something was saved while a round ran: another one soon after it. */
  private isAgain = false
  private wasOnline: boolean
  private cancel: (() => void) | undefined
  /** By the environment's `now`: until then the office asked to be left alone. */
  private notBefore = -Infinity

  constructor(parts: SchedulerParts) {
    this.parts = parts
    const { store, environment } = parts
    this.wasOnline = environment.isOnline()
    this.unwatch = [
      store.subscribe(({ tables }) => {
        if (tables.includes("operations")) this.hearSave()
      }),
      environment.onChange(() => this.hearChange()),
    ]
  }

  hear(outcome: SyncOutcome): void {
    if (!this.isRunning) this.setNext(outcome)
  }

  wake(): void {
    if (!this.parts.environment.isOnline()) return
    this.failures = 0
    const { environment } = this.parts
    const soon = Math.round(environment.random() * WAKE_MAX_MS)
    this.set(Math.max(soon, this.notBefore - environment.now()))
  }

  stop(): void {
    this.isStopped = true
    this.cancel?.()
    for (const end of this.unwatch) end()
  }

  /** A network that comes is for what waits, also where nobody looks; all else is for whoever looks. */
  private hearChange(): void {
    const { environment } = this.parts
    const isBack = environment.isOnline() && !this.wasOnline
    this.wasOnline = environment.isOnline()
    if (environment.isVisible()) this.wake()
    else if (isBack) void this.wakeIfWaiting()
  }

  private async wakeIfWaiting(): Promise<void> {
    // A database that cannot be read is told by the round itself.
    const waiting = await countWaiting(this.parts.store).catch(() => Infinity)
    if (waiting > 0) this.wake()
  }

  /** While it backs off, only a longer wait that is over, or somebody who wakes it, begins the next round. */
  private hearSave(): void {
    if (this.isRunning) this.isAgain = true
    else if (this.failures === 0) this.set(AFTER_SAVE_MS)
  }

  private set(delayMs: number): void {
    this.cancel?.()
    this.cancel = this.isStopped
      ? undefined
      : this.parts.environment.startTimer(() => void this.fire(), delayMs)
  }

  private async fire(): Promise<void> {
    this.cancel = undefined
    if (this.isStopped || !this.parts.isWanted() || !this.parts.environment.isOnline()) return
    if (this.isRunning) {
      this.isAgain = true
      return
    }
    this.isRunning = true
    let outcome: SyncOutcome | undefined = { kind: "failed", code: "unexpected" }
    try {
      outcome = await this.parts.run()
    } finally {
      // A fault of the program is for whoever watches it; the next round comes all the same.
      this.isRunning = false
      this.setNext(outcome ?? { kind: "done" })
    }
  }

  private setNext(outcome: SyncOutcome): void {
    const { environment } = this.parts
    this.failures = isFailure(outcome) ? this.failures + 1 : 0
    const delay = delayAfter(outcome, this.failures, environment.random())
    const isTold = outcome.kind === "busy" && outcome.isTold
    this.notBefore = isTold ? environment.now() + outcome.retryAfterMs : -Infinity
    this.cancel?.()
    this.cancel = undefined
    // A page that nobody looks at asks for nothing by itself, but what failed is still tried again.
    if (delay !== undefined && (this.failures > 0 || environment.isVisible())) {
      this.set(this.isAgain && this.failures === 0 ? AFTER_SAVE_MS : delay)
    }
    this.isAgain = false
  }
}
