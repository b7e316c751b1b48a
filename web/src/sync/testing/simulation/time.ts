/** Time in a story: no timer fires by itself, and what a tab has set is looked at. */
import type { SyncOutcome } from "../../outcomes.ts"
import { BACKOFF_FIRST_MS, isFailure } from "../../schedule.ts"
import type { Tab } from "./browser.ts"

/** The next timer of a tab fires, and the round that it begins comes to its end. */
export async function passTime(tab: Tab): Promise<void> {
  const [timer] = tab.timers
  if (!timer) return
  tab.timers.delete(timer)
  timer.run()
  await new Promise((resolve) => setImmediate(resolve))
  await tab.round
}

/** One timer at a time; and after a round that failed, none that is over soon. */
export function isBusyLoop({ timers, life, handle }: Tab, outcome: SyncOutcome): boolean {
  if (life.isOver || handle.isClosed) return false
  const least = outcome.kind === "busy" ? outcome.retryAfterMs : BACKOFF_FIRST_MS / 2
  return timers.size > 1 || (isFailure(outcome) && [...timers].some(({ delayMs }) => delayMs < least))
}
