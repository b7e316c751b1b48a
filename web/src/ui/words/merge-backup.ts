/** Words of the office's page that merges a backup file of a device. */
import type { MergedContract, PreviewedContract } from "../../wire/backups.ts"
import type { Failure } from "../../wire/replies.ts"
import { formatBytes, formatCount } from "../format.ts"
import { describeSpan, sumUpLeftOut } from "./backup-file.ts"
import { describeFailure, type SaidFailure } from "./failures.ts"
import { joinNames } from "./restore-backup.ts"
import { countEntries } from "./sync.ts"

export const mergeBackupWords = {
  title: "Merge a backup",
  lead: "For when a device is lost, and its inspector cannot restore the backup himself. The office's computer takes the entries out of the file. You see what is in it before anything is merged.",
  officeOnlyTitle: "Backups are merged by the office.",
  officeOnly: "What you typed yourself you can restore on this device.",
  toRestore: "Restore Backup",
  needsConnection: "Merging needs a connection.",
  workOffline: "Work Offline is on. Turn it off to merge a file.",
  noConnection: "There is none now. Nothing is lost; go on when there is one.",
  turnOff: "Turn Work Offline off",
  drop: "or drop it here. Its name ends in .tallybook or .tallybook.age; 4 GB at most.",
  step1: "1. The file",
  step2: "2. What is in it",
  doneTitle: "What was merged",
  sending: "Sending the file to the office's computer",
  reading: "The office's computer reads the file",
  merging: "Merging",
  mergingMore:
    "It goes on when you leave this page. Each part counts once it is merged. Cancel ends it after the part that is under way.",
  nothingYet: "Nothing is changed until you merge it.",
  merge: "Merge",
  goOn: "Go on",
  chooseSome: "Choose a contract first.",
  allKnown: "The office has everything of this file already.",
  allKnownMore: "Nothing needs to be merged.",
  strangerTitle: "This file does not say whose it is.",
  strangerText: "Its end is missing. Only entries of contracts that are here find their place.",
  safe: "Nothing was merged.",
  stays: "What was merged stays; go on, and nothing comes twice.",
  inPart: "Ended before it was done. What was merged stays; merge again to go on: nothing comes twice.",
  empty: "This file is empty. Choose another one.",
  unreadable:
    "The browser could not read this file. Perhaps it was moved, or the stick was pulled. Choose it again.",
  heldTitle: "a decision is needed",
  heldMore: "They do not fit what the office has, and count once somebody decides.",
  toAttention: "See Needs Attention",
  unclaimedTitle: "unclaimed",
  unclaimedMore:
    "You may not bring them on their contract. They are safe, and count once somebody hands them over.",
  toUnclaimed: "See Unclaimed",
  notKeptTitle: "not taken",
  notKeptMore:
    "There was no room among the unclaimed entries. Deal with those first, then merge the file again.",
  keepFile:
    "Keep the file of a device that is gone until the server has been backed up: a server restored to an older state needs it once more.",
  retried: "The connection broke off once: some that were new may be counted as known.",
  another: "Merge another file",
  again: "Try again",
} as const

const words = mergeBackupWords

export const describeTooLarge = (bytes: number): string =>
  `This file has ${formatBytes(bytes)}; a backup has 4 GB at most.`

/** What a file holds of a contract, a line each. */
export function describePreviewed(one: PreviewedContract): string[] {
  if (one.operations === 0) return ["No entries"]
  return [
    `${countEntries(one.operations)}. ${describeSpan(one.from, one.to)}`,
    ...(one.authors.length > 0 ? [`By ${describeAuthors(one.authors)}`] : []),
    one.new > 0
      ? `${formatCount(one.new)} new${one.known > 0 ? `, ${formatCount(one.known)} known already` : ""}.`
      : one.known > 0
        ? `${formatCount(one.known)} known already, none new.`
        : "None that you may bring.",
    ...(one.unclaimed > 0
      ? [`${formatCount(one.unclaimed)} that you may not bring: they go to the unclaimed entries.`]
      : []),
  ]
}

const AUTHORS_SHOWN_MAX = 8

/** "Ann Lindqvist (12) and Bo Keller (3)" */
function describeAuthors(authors: PreviewedContract["authors"]): string {
  const shown = authors
    .slice(0, AUTHORS_SHOWN_MAX)
    .map(({ name, operations }) => `${name} (${formatCount(operations)})`)
  const more = authors.length - shown.length
  return joinNames([...shown, ...(more > 0 ? [`${formatCount(more)} more`] : [])])
}

export interface MergedSums {
  /** New, and in the office's records. */
  merged: number
  known: number
  held: number
  unclaimed: number
  notKept: number
}

/** New and not held: what is held counts only once somebody decides. */
const countTaken = (one: MergedContract): number => one.new - one.held

export function sumUpMerged(contracts: readonly MergedContract[]): MergedSums {
  const sum = (count: (one: MergedContract) => number): number =>
    contracts.reduce((all, one) => all + count(one), 0)
  return {
    merged: sum(countTaken),
    known: sum((one) => one.known),
    held: sum((one) => one.held),
    unclaimed: sum((one) => one.unclaimed),
    notKept: sum((one) => one.notKept),
  }
}

/** "11 entries merged. 1 needs a decision. 3 were known already."; `leftOut`: entries of damaged contracts. */
export function describeMerged({ merged, held, known }: MergedSums, leftOut = 0): string {
  return [
    merged > 0 ? `${countEntries(merged)} merged.` : "Nothing new was merged.",
    ...(held > 0 ? [`${sayHeld(held)}.`] : []),
    ...(known > 0 ? [`${formatCount(known)} ${known === 1 ? "was" : "were"} known already.`] : []),
    ...(leftOut > 0 ? [sumUpLeftOut(leftOut)] : []),
  ].join(" ")
}

/** Green where something came or all of it was there; not where a person must act, nor where damage left something out. */
export const isMerged = ({ merged, held, unclaimed, notKept }: MergedSums, leftOut = 0): boolean =>
  leftOut === 0 && (merged > 0 || held + unclaimed + notKept === 0)

/** "11 merged, 1 needs a decision, 3 known already" */
export function describeMergedContract(one: MergedContract): string {
  const taken = countTaken(one)
  const said = [
    ...(taken > 0 ? [`${formatCount(taken)} merged`] : []),
    ...(one.held > 0 ? [sayHeld(one.held)] : []),
    ...(one.known > 0 ? [`${formatCount(one.known)} known already`] : []),
    ...(one.unclaimed > 0 ? [`${formatCount(one.unclaimed)} unclaimed`] : []),
    ...(one.notKept > 0 ? [`${formatCount(one.notKept)} not taken`] : []),
  ]
  return said.length > 0 ? said.join(", ") : "No entries"
}

const sayHeld = (count: number): string =>
  `${formatCount(count)} ${count === 1 ? "needs" : "need"} a decision`

/** "New by Ann Lindqvist (12)" */
export const describeBy = ({ by }: MergedContract): string =>
  by.length > 0
    ? `New by ${describeAuthors(by.map((one) => ({ name: one.author, operations: one.new })))}`
    : ""

/** `stage`: what was under way when it broke off. */
export function describeMergeFailure(
  failure: Failure,
  stage: "sending" | "reading" | "merging",
): SaidFailure {
  const safe = stage === "merging" ? words.stays : words.safe
  if (failure.kind === "too_large")
    return {
      title: "This file is larger than the office's computer takes.",
      text: `${words.safe} A backup has 4 GB at most; the network in front may take less. Your administrator can merge the file with the command merge-backup.`,
    }
  if (failure.kind === "no_network" && stage === "sending")
    return {
      title: "The connection broke off.",
      text: `${words.safe} Send the file again. Should it break off at the same place, the network in front may not take a file of this size: your administrator can merge it with the command merge-backup.`,
    }
  if (failure.kind !== "failed") return describeFailure(failure, safe)
  // Where parts are merged already, the server's "nothing was merged" would not be true.
  return failure.code === "backup_not_found" || stage !== "merging"
    ? describeFailure(failure, safe)
    : { title: failure.title || "It did not go through.", text: `${safe} (${failure.code})` }
}
