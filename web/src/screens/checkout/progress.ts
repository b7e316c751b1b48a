/** How far a checkout is, from what the sync tells now and what is on the device already. */
import type { ContractOnDevice } from "../../store/queries.ts"
import type { SyncProgress } from "../../sync/outcomes.ts"
import type { RowStage } from "../../ui/words/checkout.ts"

export interface CheckoutProgress {
  done: number
  total: number
}

/**
 * Records received of all. A checkout that was cut off goes on counting where it was: the sync counts
 * what this run brings, the device what all runs brought.
 */
export function progressOf(contract: ContractOnDevice, running: SyncProgress | undefined): CheckoutProgress {
  const now = running?.contract === contract.id && running.phase === "receiving" ? running : undefined
  const here = contract.received ?? (contract.hasRecords ? contract.records : 0)
  const done = Math.max(here, now?.done ?? 0)
  return { done, total: Math.max(done, now?.total ?? 0, contract.recordsAtOffice) }
}

export function stageOf(
  contract: ContractOnDevice,
  isAsked: boolean,
  running: SyncProgress | undefined,
): RowStage {
  if (contract.state === "checked_out") return "out"
  const isRunning = running?.contract === contract.id
  if (contract.state !== "checking_out" && !isAsked) return "in"
  if (isRunning) return contract.hasRecords && contract.received === undefined ? "storing" : "receiving"
  if (!isAsked) return "cut_off"
  return contract.hasRecords ? "storing" : "waiting"
}
