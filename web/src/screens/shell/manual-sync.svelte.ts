/** A sync that somebody asked for: while it runs, and what it said when it was over. */
import type { SyncSummary } from "../../sync/outcomes.ts"
import { useTallybook } from "../context.ts"
import { UntoldRounds } from "./untold-rounds.ts"

export class ManualSync {
  isRunning = $state(false)
  summary = $state.raw<SyncSummary>()
  /** The arrows were pressed while Work Offline was on: nothing was done, and it says why. */
  isStoppedByWorkOffline = $state(false)
  private readonly tallybook = useTallybook()
  private readonly untold = new UntoldRounds()

  constructor() {
    let heard: SyncSummary | undefined
    const { device, sync } = this.tallybook
    $effect(() =>
      sync.state.subscribe(({ last }) => {
        if (last === heard) return // something else of the state changed
        heard = last
        if (last) this.untold.hear(last, device.now().getTime())
      }),
    )
  }

  async run(): Promise<void> {
    if (this.isRunning) return
    this.close()
    this.isRunning = true
    try {
      const summary = await this.tallybook.sync.syncNow()
      if (summary.outcome.kind === "work_offline") this.isStoppedByWorkOffline = true
      else this.summary = this.untold.tell(summary, this.tallybook.device.now().getTime())
    } finally {
      this.isRunning = false
    }
  }

  async turnOnlineAndRun(): Promise<void> {
    await this.tallybook.sync.setWorkOffline(false)
    await this.run()
  }

  close(): void {
    this.summary = undefined
    this.isStoppedByWorkOffline = false
  }
}
