/** Which outcome of several a person should hear of, and which one ends the round. */
import type { SyncOutcome } from "./outcomes.ts"

/** The worst first: the one that a person should hear of. */
const BY_WEIGHT: readonly SyncOutcome["kind"][] = [
  "work_offline",
  "not_signed_in",
  "not_the_server",
  "no_network",
  "busy",
  "failed",
  "disabled",
  "forbidden",
  "diverged_and_reloaded",
  "done",
]

export function worse(one: SyncOutcome, other: SyncOutcome): SyncOutcome {
  return BY_WEIGHT.indexOf(other.kind) < BY_WEIGHT.indexOf(one.kind) ? other : one
}

/**
 * Whether the other contracts would fare no better: it is the person, the switch, the line, or an office that
 * asks for a pause. A network that answers nothing costs its whole time limit with each request.
 */
export function stopsAll(outcome: SyncOutcome): boolean {
  switch (outcome.kind) {
    case "work_offline":
    case "not_signed_in":
    case "not_the_server":
      return true
    case "no_network":
      return !outcome.wasCut
    case "busy":
      // Told by nobody, it may be this contract alone at which the server fails.
      return outcome.isTold === true
    case "failed":
    case "disabled":
    case "forbidden":
    case "diverged_and_reloaded":
    case "done":
      return false
  }
}
