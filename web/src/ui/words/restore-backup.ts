/** Words of Restore Backup: what a file holds, what restoring it did, and why it was not done. */
import type { BackupRefused, RefusalCode } from "../../backup/backup-format.ts"
import type { RestoredContract, RestoreSummary } from "../../backup/restore-backup.ts"
import { formatCount, formatInstant } from "../format.ts"
import { describeLeftOut, describeSpan, sumUpLeftOut } from "./backup-file.ts"
import { countEntries } from "./sync.ts"

export const restoreBackupWords = {
  title: "Restore Backup",
  lead: "A backup brings back what you typed on a lost or cleared device. It works without a connection, and takes nothing away from what is here.",
  drop: "or drop it here. Its name ends in .tallybook or .tallybook.age.",
  step1: "1. The file",
  step2: "2. What is in it",
  doneTitle: "What was restored",
  reading: "Reading the file",
  counting: "Comparing it with this device",
  nothingYet: "Nothing is changed until you restore it.",
  restore: "Restore",
  restoring: "Restoring",
  restoringMore: "It goes on when you leave this page. What is restored by now stays, also when you cancel.",
  chooseSome: "Choose a contract first.",
  allHere: "Everything in this file is here already.",
  allHereMore: "Nothing needs to be restored.",
  strangerTitle: "This file does not say whose it is.",
  strangerText: "Its end is missing. Only entries of contracts that this device knows are taken.",
  restored: "Restored.",
  nothingRestored: "Nothing new was restored.",
  inPart:
    "Ended before it was done. What was restored stays; restore the file again to go on: nothing comes twice.",
  goesOnline: "What was restored waits on this device, and goes to the office when there is a connection.",
  goesNow:
    "What was restored goes to the office now, and each entry counts once, whatever the office has already.",
  goesExpired: "What was restored waits on this device. Sign in again, and it goes to the office.",
  goesWorkOffline:
    "What was restored waits on this device, and goes to the office when you turn Work Offline off.",
  goesPressed: "What was restored waits on this device. Press Sync now, and it goes to the office.",
  goesPressedOnline:
    "What was restored waits on this device. Press Sync when there is a connection, and it goes to the office.",
  goesStranded:
    "What was restored is in this device's second copy, and goes to the office when the browser's database can be written again.",
  arrived: "All of it is at the office.",
  sync: "Sync now",
  othersTitle: "Left out: what others typed",
  othersText:
    "You may bring your own entries. Give this file to your office: they can restore it here, or merge it on the page Merge a backup.",
  differTitle: "Some entries are here with other words",
  differText:
    "What is here stays as it is. What the file says is yours to keep as a file: show it to your office.",
  differSave: "Save them as a file",
  onlyOpened:
    "Not checked out: the browser may clear it, and the office is not told how much of it waits on this device.",
  openContract: "Open the contract",
  another: "Restore another file",
  again: "Try again",
  toMerge: "Merge a backup",
} as const

const words = restoreBackupWords

export interface SaidRefusal {
  title: string
  text: string
}

const NOTHING = "Nothing was changed on this device."

const REFUSALS: Readonly<Record<RefusalCode, SaidRefusal>> = {
  not_a_backup: {
    title: "This is not a Tallybook backup.",
    text: `${NOTHING} Choose a file whose name ends in .tallybook or .tallybook.age.`,
  },
  passphrase_needed: {
    title: "This backup is locked with a passphrase.",
    text: `${NOTHING} Choose the file again and type its passphrase.`,
  },
  wrong_passphrase: {
    title: "This passphrase does not open the backup.",
    text: `${NOTHING} Check capitals and spaces, and type it again.`,
  },
  work_factor_too_high: {
    title: "Opening this file would take more work than a backup may ask for.",
    text: `${NOTHING} Tallybook did not write it so. Open it on a computer with the program age, then choose what that gives.`,
  },
  locked_too_large: {
    title: "This browser has no room to unlock a file of this size.",
    // Not by ">", which some shells of Windows spoil.
    text: `${NOTHING} Make room on this device, use an ordinary window, or give the file to your office: they can merge it. Or open it on a computer with the program age: age -d -o backup.tallybook FILE. Then choose backup.tallybook here.`,
  },
  backup_too_large: {
    title: "This file is larger than a backup may be.",
    text: `${NOTHING} A backup has 4 GB at most. Choose another one, or give it to your office.`,
  },
  backup_of_newer_program: {
    title: "This backup was made by a newer version of Tallybook.",
    text: `${NOTHING} Connect and reload, so that this device has the newest version; then choose the file again.`,
  },
  backup_of_other_agency: {
    title: "This backup belongs to another agency.",
    text: `${NOTHING} It can be restored only where its contracts are.`,
  },
  backup_bomb: {
    title: "This file would unpack to far more than it holds.",
    text: `${NOTHING} Tallybook did not make it: ask where it comes from.`,
  },
}

export function describeRefusal({ code, detail }: Pick<BackupRefused, "code" | "detail">): SaidRefusal {
  const { title, text } = REFUSALS[code]
  if (code !== "backup_of_other_agency" || detail === "") return { title, text }
  return { title: `This backup belongs to another agency: ${detail}.`, text }
}

export const EMPTY: SaidRefusal = {
  title: "This file is empty.",
  text: `${NOTHING} Perhaps it was not copied to its end. Choose another one.`,
}

export const UNREADABLE: SaidRefusal = {
  title: "The browser could not read this file.",
  text: `Perhaps it was moved, or the stick was pulled. Choose it again: what was restored before stays, and nothing comes twice.`,
}

/** A failure that nobody foresaw, or a database that takes nothing more. */
export const describeTrouble = (message: string): SaidRefusal => ({
  title: "It did not go through.",
  text: `${message} What was restored before stays, and the file is as it was: try again, nothing comes twice.`,
})

/** What is known of the office: what it says itself now, or else what the file said when it was made. */
export interface ToldOfOffice {
  atOffice?: number | undefined
  unanswered?: number | undefined
}

/** "All of them are at the office already." */
function describeAtOffice({ operations }: RestoredContract, { atOffice, unanswered }: ToldOfOffice): string {
  if (operations === 0) return ""
  if (atOffice === undefined)
    return unanswered ? `${countEntries(unanswered)} had not reached the office when the file was made.` : ""
  if (atOffice === 0) return "The office has none of them yet."
  return atOffice >= operations
    ? "The office has all of them already."
    : `The office has ${formatCount(atOffice)} of them already.`
}

/** What becomes of a contract's entries, a line each. */
export function describeContract(one: RestoredContract, told: ToldOfOffice): string[] {
  if (one.isStrange)
    return [
      "Left out: nobody says which agency's it is, and this device does not know it. Sync first, then try again.",
    ]
  const others = countOthers(one)
  const atOffice = describeAtOffice(one, told)
  return [
    one.operations === 0
      ? "No entries"
      : `${countEntries(one.operations)}. ${describeSpan(one.from, one.to)}`,
    ...(one.operations > 0 && one.onDevice === one.operations ? ["All of them are here already."] : []),
    ...(one.new > 0 && one.onDevice > 0
      ? [`${formatCount(one.new)} new here, ${formatCount(one.onDevice)} here already.`]
      : []),
    ...(one.new > 0 && one.onDevice === 0 ? [`${formatCount(one.new)} new here.`] : []),
    ...(atOffice ? [atOffice] : []),
    ...(others > 0 ? [describeOthers(one)] : []),
    ...(one.differs > 0 ? [`${countEntries(one.differs)} here with other words: what is here stays.`] : []),
  ]
}

/** "4 typed by Bo Keller and 1 other person: left out." */
function describeOthers({ ofOthers }: RestoredContract): string {
  return `${formatCount(countOthers({ ofOthers }))} typed by ${nameOthers([{ ofOthers }])}: left out.`
}

type OfOthers = Pick<RestoredContract, "ofOthers">

export const countOthers = ({ ofOthers }: OfOthers): number =>
  ofOthers.reduce((sum, one) => sum + one.operations, 0)

/** Those whose names are known, and how many more. */
export function nameOthers(contracts: readonly OfOthers[]): string {
  const all = new Map(contracts.flatMap(({ ofOthers }) => ofOthers.map((one) => [one.author, one.name])))
  const names = [...new Set([...all.values()].filter((name) => name !== undefined))]
  const nameless = [...all.values()].filter((name) => name === undefined).length
  const more = names.length > 0 ? "other person" : "somebody else"
  const rest = nameless === 1 && names.length === 0 ? more : countOtherPeople(nameless)
  return joinNames([...names, ...(nameless > 0 ? [rest] : [])])
}

const countOtherPeople = (count: number): string =>
  count === 1 ? "1 other person" : `${formatCount(count)} other people`

export function joinNames(names: readonly string[]): string {
  if (names.length < 2) return names.join("")
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`
}

/** Before an office person restores what somebody else typed; whose file it is, where it is not his own. */
export const describeOnBehalf = (owner: string): string =>
  [
    "Entries that others typed stay under their names.",
    ...(owner ? [`You bring them for ${owner}.`] : []),
  ].join(" ")

/** "4 entries typed by Bo Keller." */
export const describeOthersIn = (contracts: readonly OfOthers[]): string =>
  `${countEntries(contracts.reduce((sum, one) => sum + countOthers(one), 0))} typed by ${nameOthers(contracts)}.`

/** When what was restored comes to the office. */
export function describeNext(now: {
  /** Off: only a press syncs. */
  automatic: boolean
  workOffline: boolean
  online: boolean
  isExpired: boolean
  /** Entries that the office has not answered. */
  waiting: number
  /** Entries that only the second copy has: nothing of them can be sent. */
  stranded: number
}): string {
  if (now.stranded > 0) return words.goesStranded
  if (now.waiting === 0) return words.arrived
  if (now.workOffline || !now.online) {
    if (!now.automatic) return words.goesPressedOnline
    return now.workOffline ? words.goesWorkOffline : words.goesOnline
  }
  if (now.isExpired) return words.goesExpired
  return now.automatic ? words.goesNow : words.goesPressed
}

export interface RestoredSums {
  new: number
  here: number
  others: number
  differs: number
}

export function sumUp({ contracts }: Pick<RestoreSummary, "contracts">): RestoredSums {
  const sum = (count: (one: RestoredContract) => number): number =>
    contracts.reduce((all, one) => all + count(one), 0)
  return {
    new: sum((one) => one.new),
    here: sum((one) => one.onDevice),
    others: sum(countOthers),
    differs: sum((one) => one.differs),
  }
}

/** "12 entries restored. 3 were here already."; `leftOut`: entries of damaged contracts. */
export function describeRestored(sums: RestoredSums, leftOut = 0): string {
  return [
    sums.new > 0 ? `${countEntries(sums.new)} restored.` : words.nothingRestored,
    ...(sums.here > 0 ? [`${formatCount(sums.here)} ${sums.here === 1 ? "was" : "were"} here already.`] : []),
    ...(leftOut > 0 ? [sumUpLeftOut(leftOut)] : []),
  ].join(" ")
}

/** "12 restored, 3 here already"; `leftOut`: how many entries of it were, because it is damaged. */
export function describeRestoredContract(one: RestoredContract, leftOut?: number): string {
  if (one.isStrange) return "Left out"
  if (leftOut !== undefined) return describeLeftOut(leftOut)
  const said = [
    ...(one.new > 0 ? [`${formatCount(one.new)} restored`] : []),
    ...(one.onDevice > 0 ? [`${formatCount(one.onDevice)} here already`] : []),
    ...(countOthers(one) > 0 ? [`${formatCount(countOthers(one))} left out`] : []),
    ...(one.differs > 0 ? [`${formatCount(one.differs)} with other words`] : []),
  ]
  return said.length > 0 ? said.join(", ") : "No entries"
}

/** Of contracts that this device had no records of. */
export const describeAsOf = (madeAt: string, now: Date): string =>
  `Until the next sync it shows what this file knew, ${formatInstant(madeAt, now)}.`

export const nameDifferingFile = (date: string): string => `tallybook-other-words-${date}.ndjson`
