/** What syncing by itself delivered a moment before somebody pressed the arrows: he is told of it with his own round. */
import type { SyncSummary } from "../../sync/outcomes.ts"

const FRESH_MS = 60_000

/** Else turning Work Offline off and pressing Sync would say, half of the time, that nothing was sent. */
export class UntoldRounds {
  private rounds: { summary: SyncSummary; atMs: number }[] = []

  /** A round ended, whoever began it. */
  hear(summary: SyncSummary, atMs: number): void {
    if (summary.sent > 0) this.rounds.push({ summary, atMs })
  }

  /** The round that somebody asked for is over: its outcome, with the counts of those before it that nobody saw. */
  tell(asked: SyncSummary, nowMs: number): SyncSummary {
    const fresh = this.rounds.filter(({ summary, atMs }) => summary !== asked && nowMs - atMs < FRESH_MS)
    this.rounds = []
    return fresh.reduce((all, { summary }) => add(all, summary), asked)
  }
}

const add = (all: SyncSummary, more: SyncSummary): SyncSummary => ({
  sent: all.sent + more.sent,
  received: all.received + more.received,
  merged: all.merged + more.merged,
  attention: all.attention + more.attention,
  outcome: all.outcome,
})
