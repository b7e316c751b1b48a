/** Checking a contract out and in: a copy with a promise, never a lock. */
import { spellInstant } from "../core/dates.ts"
import { changeContract } from "../store/contract-rows.ts"
import { countWaitingOf } from "../store/outbox.ts"
import { clearRetiredCopies, isToBeCompared, leaveContract } from "../store/recovery.ts"
import type { ReadStore } from "../store/store.ts"
import type { SyncContext } from "./context.ts"
import { NOTHING, outcomeOf } from "./context.ts"
import type { CheckInOutcome, CheckOutOutcome, SyncOutcome, SyncSummary } from "./outcomes.ts"
import { stopsAll, worse } from "./weigh-outcomes.ts"
import { syncContract } from "./sync-contract.ts"

export interface CheckOutParts {
  /** How the office tells this device from others. */
  label: string
  /** The service worker is active and every file of the program is in its cache. */
  programIsStored(isPatient: boolean): Promise<boolean>
  /** Asks the browser never to clear this site's data by itself; false where it does not promise. */
  askToKeep(): Promise<boolean>
}

export interface CheckedOut {
  outcome: CheckOutOutcome
  summary: SyncSummary
}

/**
 * Begin a checkout, or go on with one that was cut off: every part of it may be done twice. Only who asked for
 * it waits for the program: a round would keep the contracts behind this one, and every other round, waiting.
 */
export async function advanceCheckOut(
  context: SyncContext,
  parts: CheckOutParts,
  contract: string,
  isPatient: boolean,
): Promise<CheckedOut> {
  const { store } = context.device
  const registered = await context.server.registerCheckout(contract, context.device.id, parts.label)
  if (registered.kind !== "ok") {
    if (registered.kind === "forbidden") await giveUp(context, contract)
    const summary = await deliverAllTheSame(context, contract, outcomeOf(registered))
    return { outcome: asCheckOut(summary.outcome), summary }
  }
  const summary = await syncContract(context, contract)
  const isHere = summary.outcome.kind === "done" || summary.outcome.kind === "diverged_and_reloaded"
  if (!isHere) return { outcome: asCheckOut(summary.outcome), summary }
  // What cannot be told is not promised; the records are here all the same.
  const isStored = await parts.programIsStored(isPatient).catch(() => false)
  if (!isStored) return { outcome: { kind: "program_not_stored" }, summary }
  const kept = await parts.askToKeep()
  const at = spellInstant(context.device.now())
  await store.write(["contracts"], (write) =>
    changeContract(write, contract, (row) => ({ ...row, checkout: "checked_out", checkedOutAt: at })),
  )
  return { outcome: { kind: "checked_out", kept }, summary }
}

/** Not registered: what was typed waits for no checkout, unless nothing at all would go through. */
async function deliverAllTheSame(
  context: SyncContext,
  contract: string,
  outcome: SyncOutcome,
): Promise<SyncSummary> {
  if (stopsAll(outcome)) return { ...NOTHING, outcome }
  const summary = await syncContract(context, contract)
  return { ...summary, outcome: worse(outcome, summary.outcome) }
}

/** Remember that this contract is to be checked out: whatever happens next, a later round goes on with it. */
export async function beginCheckOut({ device }: SyncContext, contract: string): Promise<void> {
  await device.store.write(["contracts"], (write) =>
    changeContract(write, contract, (row) => ({
      ...row,
      isWanted: true,
      checkout: row.checkout === "checked_out" ? "checked_out" : "checking_out",
    })),
  )
}

/** Bring a contract to this device without the promise. */
export async function beginOpening({ device }: SyncContext, contract: string): Promise<void> {
  await device.store.write(["contracts"], (write) =>
    changeContract(write, contract, (row) => (row.isWanted ? undefined : { ...row, isWanted: true })),
  )
}

/** Not for this person: it will not become so by asking again. What is here already stays readable. */
export async function giveUp({ device }: SyncContext, contract: string): Promise<void> {
  await device.store.write(["contracts"], (write) =>
    changeContract(write, contract, (row) => ({
      ...row,
      checkout: "none",
      isWanted: row.live !== undefined,
    })),
  )
}

/** Give the copy back; refused while something may be only here. */
export async function checkInContract(context: SyncContext, contract: string): Promise<CheckInOutcome> {
  const { store } = context.device
  const refused = await store.read(["unconfirmed", "contracts"], (read) => whyKept(read, contract))
  if (refused) return refused
  const ended = await context.server.endCheckout(contract, context.device.id)
  // Somebody whose right is gone may give his copy back all the same.
  if (ended.kind !== "ok" && ended.kind !== "forbidden") return asCheckIn(outcomeOf(ended))
  const typedMeanwhile = await leaveContract(store, contract)
  if (typedMeanwhile > 0) return { kind: "unsent", waiting: typedMeanwhile }
  await clearRetiredCopies(store, contract)
  return { kind: "checked_in" }
}

async function whyKept(read: ReadStore, contract: string): Promise<CheckInOutcome | undefined> {
  const waiting = await countWaitingOf(read, contract)
  if (waiting > 0) return { kind: "unsent", waiting }
  const row = await read.get("contracts", contract)
  // Without a right nothing is pulled to compare with: such a copy may go from sight, and waits for the right.
  return row && row.right !== "" && isToBeCompared(row) ? { kind: "not_compared" } : undefined
}

type Failed = Exclude<CheckInOutcome, { kind: "checked_in" | "unsent" | "not_compared" }>

function asFailed(outcome: SyncSummary["outcome"]): Failed {
  return outcome.kind === "done" || outcome.kind === "diverged_and_reloaded"
    ? { kind: "failed", code: "unexpected" }
    : outcome
}

const asCheckOut = (outcome: SyncSummary["outcome"]): CheckOutOutcome => asFailed(outcome)
const asCheckIn = (outcome: SyncSummary["outcome"]): CheckInOutcome => asFailed(outcome)
