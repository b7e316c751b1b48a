/** When to sync by itself: soon after a save, when a connection comes, every minute while the page is looked at. */
import type { SyncOutcome } from "./outcomes.ts"

export const AFTER_SAVE_MS = 1_500
export const EVERY_MS = 60_000
export const BACKOFF_FIRST_MS = 5_000
export const BACKOFF_MAX_MS = 5 * 60_000

/** How long to wait after a round; undefined: until something happens, a sign-in, a network, a press on the arrows. */
export function delayAfter(outcome: SyncOutcome, failures: number, random: number): number | undefined {
  switch (outcome.kind) {
    case "done":
    case "diverged_and_reloaded":
    case "forbidden":
    case "disabled":
      return EVERY_MS
    case "no_network":
    case "not_the_server":
    case "failed":
      return backoff(failures, random)
    case "busy":
      return Math.max(outcome.retryAfterMs, backoff(failures, random))
    case "not_signed_in":
    case "work_offline":
      return undefined
  }
}

/** Whether a round that ended so counts as one more failure in a row. */
export function isFailure({ kind }: SyncOutcome): boolean {
  return kind === "no_network" || kind === "not_the_server" || kind === "failed" || kind === "busy"
}

/** Twice as long each time, and between half and the whole of it: a hundred phones do not come back at once. */
function backoff(failures: number, random: number): number {
  const whole = Math.min(BACKOFF_FIRST_MS * 2 ** Math.max(0, failures - 1), BACKOFF_MAX_MS)
  return Math.round(whole * (0.5 + random / 2))
}
