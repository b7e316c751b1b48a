/** What a browser's database failures mean. */
import type { NotSavedReason } from "./store.ts"

const REASON_BY_NAME: Readonly<Record<string, NotSavedReason>> = {
  QuotaExceededError: "full",
  InvalidStateError: "closed",
  NotFoundError: "closed",
  VersionError: "newer_program",
  BlockedError: "blocked",
}

/** Failures of a handle that died: nothing was committed, and another handle may do it. */
const DEAD_HANDLE = ["InvalidStateError", "UnknownError", "AbortError", "TransactionInactiveError"]

export function whyNotSaved(failure: unknown): NotSavedReason {
  return (failure instanceof DOMException && REASON_BY_NAME[failure.name]) || "unknown"
}

/** Whether the handle is of no use any more; one that is silent is given up, too. */
export function isDead(failure: unknown): boolean {
  return mayTryAgain(failure) || (failure instanceof DOMException && failure.name === "TimeoutError")
}

/** Not after silence: a second try would keep the person waiting as long again. */
export function mayTryAgain(failure: unknown): boolean {
  return failure instanceof DOMException && DEAD_HANDLE.includes(failure.name)
}
