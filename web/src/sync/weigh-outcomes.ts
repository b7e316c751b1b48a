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
  "forbidden",
  "diverged_and_reloaded",
  "done",
]

export function worse(one: SyncOutcome, other: SyncOutcome): SyncOutcome {
  return BY_WEIGHT.indexOf(other.kind) < BY_WEIGHT.indexOf(one.kind) ? other : one
}

/** Of the other contracts nothing else can come: it is the person, or the switch, that stops all. */
export const stopsAll = ({ kind }: SyncOutcome): boolean =>
  kind === "work_offline" || kind === "not_signed_in"
