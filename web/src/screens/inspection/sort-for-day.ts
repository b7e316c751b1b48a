/** The order of a day's list. */
import type { Entry } from "../../core/entry.ts"

/** What was recorded last stands on top, where the thumb is; void entries stand after the others. */
export function sortForDay(entries: readonly Entry[]): Entry[] {
  return [...entries].sort(
    (one, other) => Number(one.voided) - Number(other.voided) || (one.record < other.record ? 1 : -1),
  )
}
