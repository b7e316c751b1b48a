/** A sync that somebody asked for: while it runs, and what it said when it was over. */
import type { SyncSummary } from "../../sync/outcomes.ts"
import { useTallybook } from "../context.ts"

export class ManualSync {
  isRunning = $state(false)
  summary = $state.raw<SyncSummary>()
  /** The arrows were pressed while Work Offline was on: nothing was done, and it says why. */
  isStoppedByWorkOffline = $state(false)
  private readonly sync = useTallybook().sync

  async run(): Promise<void> {
    if (this.isRunning) return
    this.close()
    this.isRunning = true
    try {
      const summary = await this.sync.syncNow()
      if (summary.outcome.kind === "work_offline") this.isStoppedByWorkOffline = true
      else this.summary = summary
    } finally {
      this.isRunning = false
    }
  }

  async turnOnlineAndRun(): Promise<void> {
    await this.sync.setWorkOffline(false)
    await this.run()
  }

  close(): void {
    this.summary = undefined
    this.isStoppedByWorkOffline = false
  }
}
