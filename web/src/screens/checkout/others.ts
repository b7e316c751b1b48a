/** In which order the others who have a contract are told. */
import type { CheckoutOfOthers } from "../../core/feed.ts"

/** Who has something unsent first; among them, and after them, the one that was not heard from for the longest. */
export function sortOthers(others: readonly CheckoutOfOthers[]): CheckoutOfOthers[] {
  return others.toSorted(
    (one, other) =>
      Number(other.waiting > 0) - Number(one.waiting > 0) || compare(one.lastHeardAt, other.lastHeardAt),
  )
}

const compare = (one: string, other: string): number => (one === other ? 0 : one < other ? -1 : 1)
