/** What a sync says while it runs and when it is over: what happened, what is safe, what next. */
import type { SyncOutcome, SyncProgress, SyncSummary } from "../../sync/outcomes.ts"
import { formatCount } from "../format.ts"

export type Tone = "go" | "mind" | "stop"

export const syncWords = {
  sync: "Sync",
  syncing: "Syncing",
  close: "Close",
  seeAttention: "See what needs attention",
  turnOffAndSync: "Turn Work Offline off and sync",
} as const

/** The name of the sync arrows: it begins with Sync and tells the number waiting. */
export function nameSyncButton(waiting: number, isOffline: boolean): string {
  const count = waiting === 0 ? "nothing waiting" : `${formatCount(waiting)} waiting`
  return `Sync, ${count}${isOffline ? ", working offline" : ""}`
}

export function countEntries(count: number): string {
  return count === 1 ? "1 entry" : `${formatCount(count)} entries`
}

/** A round that went through, in one line: "Sent 3. Received 12. Merged 1. Needs attention 0." */
export function describeCounts({ sent, received, merged, attention }: Omit<SyncSummary, "outcome">): string {
  const parts: readonly (readonly [string, number])[] = [
    ["Sent", sent],
    ["Received", received],
    ["Merged", merged],
    ["Needs attention", attention],
  ]
  return parts.map(([word, count]) => `${word} ${formatCount(count)}.`).join(" ")
}

export function describeSummary(summary: SyncSummary): { tone: Tone; title: string; text: string } {
  const { outcome } = summary
  const counts = describeCounts(summary)
  const isThrough = outcome.kind === "done" || outcome.kind === "diverged_and_reloaded"
  const tone: Tone =
    outcome.kind === "done" ? (summary.attention > 0 ? "mind" : "go") : isThrough ? "mind" : toneOf(outcome)
  const text = isThrough && outcome.kind === "done" ? counts : `${describeOutcome(outcome)} ${counts}`
  return { tone, title: titleOf(outcome), text }
}

function toneOf({ kind }: SyncOutcome): Tone {
  return kind === "failed" || kind === "forbidden" || kind === "disabled" ? "stop" : "mind"
}

function titleOf({ kind }: SyncOutcome): string {
  switch (kind) {
    case "done":
      return "Synced with the office."
    case "diverged_and_reloaded":
      return "Synced again from the beginning."
    case "work_offline":
      return "Working offline."
    case "no_network":
    case "not_the_server":
    case "busy":
      return "Not synced yet."
    case "not_signed_in":
      return "Your sign-in has ended."
    case "forbidden":
      return "This contract is no longer yours to read."
    case "disabled":
      return "This account is switched off."
    case "failed":
      return "The sync did not go through."
  }
}

/** Why it did not go as wanted; of `done` there is nothing to say. */
export function describeOutcome(outcome: SyncOutcome): string {
  switch (outcome.kind) {
    case "done":
      return ""
    case "diverged_and_reloaded":
      return "The office's computer was set back to an earlier day. Everything typed here was sent again; nothing of yours is lost. If it lacks something of others that was here, the page Storage has it as a file for your office."
    case "work_offline":
      return "Work Offline is on: nothing leaves this device. What you typed is safe here."
    case "no_network":
      return "The office cannot be reached. What you typed is safe on this device and goes by itself when there is a connection."
    case "not_the_server":
      return "Something else answered, as a hotel's or shop's network does before one signs in to it. What you typed is safe on this device."
    case "busy":
      return "The office's computer is busy. What you typed is safe on this device; it is tried again in a moment."
    case "not_signed_in":
      return "Sign in again to send what you typed. It is safe on this device."
    case "forbidden":
      return "What you typed was delivered. To read the contract again, ask your office for the right."
    case "disabled":
      return "What you typed was delivered; your office decides what becomes of it. Ask there why the account is switched off."
    case "failed":
      return describeFailure(outcome)
  }
}

function describeFailure({ code, title, remedy }: Extract<SyncOutcome, { kind: "failed" }>): string {
  if (code === "tally_differs") {
    return "The records here and at the office do not add up, twice in a row. What you typed is safe; tell your administrator."
  }
  if (code === "too_large")
    return "One entry is too large to be sent. It is safe on this device; shorten its text and save again."
  if (code === "other_protocol")
    return "The office has another version of Tallybook. Reload the page to get it. What you typed is safe."
  const said = [title, remedy].filter(Boolean).join(" ")
  return said || `What you typed is safe on this device. Tell your administrator: ${code}.`
}

export function describeProgress({ phase, done, total }: SyncProgress): string {
  const what = phase === "sending" ? "Sending" : "Receiving"
  return total > 0 ? `${what}: ${formatCount(done)} of ${formatCount(total)}` : `${what}…`
}
