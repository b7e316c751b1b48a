/** What the browser keeps, in plain words. */
import type { Operation } from "../../core/operation.ts"
import type { KeptAside, UnsentSummary } from "../../store/queries.ts"
import type { SecondCopy } from "../../store/second-copy.ts"
import { formatBytes, formatCount, formatInstant } from "../format.ts"
import { describeLastSync } from "./contracts.ts"
import { countEntries, type Tone } from "./sync.ts"

export function describeKept(isKept: boolean): string {
  return isKept ? "Kept until you remove it." : "May be cleared by the browser."
}

/** What is known of the place where this browser keeps things, and of the machine around it. */
export interface StorageReport {
  /** HTTPS, or the machine itself: elsewhere browsers keep nothing for certain. */
  isSecure: boolean
  isKept: boolean
  /** Whether it can promise anything at all. */
  canPromise: boolean
  /** Absent where the browser does not tell. */
  usedBytes?: number
  freeBytes?: number
  quotaBytes?: number
  /** It has a file system for pages, and keeps this page out of it: Firefox and Safari do so in private windows. */
  isShutOut: boolean
  /** iPhone, iPad: installing is what makes it kept. */
  isAppleMobile: boolean
  isInstalled: boolean
}

export interface Warning {
  tone: Exclude<Tone, "go">
  title: string
  text: string
  /** What can be done about it right here. */
  offer?: "ask_to_keep" | "turn_online"
}

// An ordinary window gets a good part of the disk. Newer Chromium tells the same in both, so that no page can know.
const PRIVATE_QUOTA_MAX = 2_000_000_000
const LOW_ROOM = 200_000_000
const ROOM_FACTOR = 4 // a database, its indexes, and the old copy beside the new one

export const storageWords = {
  title: "Storage",
  lead: "What Tallybook keeps in this browser, and how safe it is there.",
  keptTitle: "Kept or not",
  ask: "Ask the browser to keep it",
  asked:
    "The browser did not promise it. In a private window it never does: work in an ordinary one. There it does more readily once Tallybook is installed, or used often. Until then send what you typed at the end of each day.",
  kept: "Kept",
  keptText:
    "The browser promised not to clear what Tallybook stores by itself. It stays until you remove it.",
  room: "Room",
  roomUnknown: "This browser does not tell how much room there is.",
  program: "The program",
  programAsking: "Looking whether the program is stored…",
  programStored: "Stored on this device: it starts without a network.",
  programNotStored:
    "Not stored yet: it would not start without a network. Stay connected for a moment, then look again.",
  programInsecure: "Not stored: over plain HTTP browsers do not keep programs. Ask for the https:// address.",
  lookAgain: "Look again",
  contracts: "Contracts on this device",
  noContracts: "No contract is on this device.",
  toCheckout: "Contract Offline Checkout",
  install: "Install Tallybook",
  installTitle: "As an app of its own",
  installText:
    "Installed, Tallybook has its own window and icon, and the browser keeps its records more readily.",
  installApple:
    "In Safari press Share, then Add to Home Screen. Open Tallybook from there and sign in: it keeps its own records, apart from Safari's. So send first what you typed here.",
  installed: "Installed: it runs in its own window.",
  unsent: "What only this device has",
  secondCopy: "The second copy",
  keptAside: "What the office's computer lost",
  keptAsideText:
    "The office's computer was set back to an earlier day. These entries of other people had come to this device and were missing there afterwards. The devices on which they were typed may have sent them again since. Give the file to your office: with it one can see what is still missing and type it again. Here they count in no sum.",
  keptAsideSave: "Save for the office",
  limits: "What this browser cannot do",
  noLimits: "Nothing that Tallybook needs is missing.",
  support: "For support",
  device: "Device",
  version: "Version",
  browser: "Browser",
} as const

export const describeRoom = (freeBytes: number): string => `room for about ${formatBytes(freeBytes)}`

/** "0.4 MB used; room for about 9 GB more." */
export function describeUse({ usedBytes, freeBytes }: StorageReport): string {
  if (usedBytes === undefined || freeBytes === undefined) return storageWords.roomUnknown
  return `${formatBytes(usedBytes)} used; ${describeRoom(freeBytes)} more.`
}

/** Nothing is kept for certain over this address. */
export const INSECURE: Warning = {
  tone: "stop",
  title: "Over this address nothing can be checked out.",
  text: "This page came over plain HTTP. Browsers keep a program and its records for offline work only over HTTPS, or on the machine itself. Ask your administrator for the https:// address.",
}

export const OFFLINE: Warning = {
  tone: "mind",
  title: "Work Offline is on.",
  text: "Nothing can be checked out or in until you turn it off. What is checked out opens as before.",
  offer: "turn_online",
}

/** What a person should know of what is stored before he relies on it; nothing where all is well. */
export function warnOfStorage(report: StorageReport, wantedBytes = 0): Warning[] {
  if (!report.isSecure) return [INSECURE]
  const warnings = [warnOfRoom(report, wantedBytes), report.isKept ? undefined : warnOfClearing(report)]
  return warnings.filter((one) => one !== undefined)
}

function warnOfClearing(report: StorageReport): Warning {
  const { canPromise, isAppleMobile, isInstalled, isShutOut, quotaBytes = Infinity } = report
  const title = "This browser may clear what it stores."
  if (isAppleMobile && !isInstalled) {
    return {
      tone: "mind",
      title,
      text: "Safari does so after some days without a visit. Install Tallybook to the home screen before you go out: Share, then Add to Home Screen, and sign in there.",
    }
  }
  if (isShutOut || quotaBytes < PRIVATE_QUOTA_MAX) {
    return {
      tone: "mind",
      title: "This looks like a private window.",
      text: "What is stored in one is gone when it is closed, entries that were not sent too. Work in an ordinary window.",
      offer: "ask_to_keep",
    }
  }
  if (!canPromise) {
    return {
      tone: "mind",
      title,
      text: "It cannot promise to keep anything. Send what you typed at the end of each day.",
    }
  }
  return {
    tone: "mind",
    title,
    text: "It does so when the disk is full, entries that were not sent too; a private window forgets them as soon as it is closed. Ask it to keep them before you go out.",
    offer: "ask_to_keep",
  }
}

function warnOfRoom({ freeBytes }: StorageReport, wantedBytes: number): Warning | undefined {
  if (freeBytes === undefined || freeBytes >= Math.max(LOW_ROOM, wantedBytes * ROOM_FACTOR)) return undefined
  return {
    tone: "mind",
    title: "There is little room on this device.",
    text: `There is ${describeRoom(freeBytes)}. Remove something before you check out a large contract; nothing of what is here is touched.`,
  }
}

/** What is not at the office, how old it is, and when the office was last asked. */
export function describeUnsent(
  { count, oldestAt: first, lastSyncAt }: UnsentSummary,
  now: Date,
  stranded: readonly Pick<Operation, "made_at">[] = [],
): string[] {
  const instants = [...(first === undefined ? [] : [first]), ...stranded.map((one) => one.made_at)]
  // Not as texts: each has the zone in which it was made.
  const [oldestAt] = instants.sort((one, other) => Date.parse(one) - Date.parse(other))
  const waiting =
    oldestAt === undefined
      ? "Nothing: everything typed here is at the office."
      : `${countEntries(count + stranded.length)} not sent yet; the oldest was typed ${formatInstant(oldestAt, now)}, ${describeAge(oldestAt, now)}.`
  return [waiting, `${describeLastSync(lastSyncAt, now)}.`]
}

/** "SP 027-609-012: 3 entries of others". */
export const describeKeptAside = ({ number, images }: KeptAside): string =>
  `${number || "A contract that is not listed here"}: ${countEntries(images.length)} of others`

const HOUR_MS = 60 * 60 * 1_000

/** "2 days ago". A clock that was set back makes nothing older than now. */
export function describeAge(at: string, now: Date): string {
  const hours = Math.floor(Math.max(0, now.getTime() - Date.parse(at)) / HOUR_MS)
  if (hours < 1) return "less than an hour ago"
  const [count, unit] = hours < 48 ? [hours, "hour"] : [Math.floor(hours / 24), "day"]
  return `${formatCount(count)} ${unit}${count === 1 ? "" : "s"} ago`
}

/** The copy beside the database, in the order in which a person wants to know. */
export function describeSecondCopy({ kind, stranded, repaired, unreadableBytes }: SecondCopy): string[] {
  const said = [SECOND_COPY[kind]]
  if (stranded.length > 0)
    said.push(`${countEntries(stranded.length)} only in the second copy, until the database can be written.`)
  if (repaired > 0)
    said.push(
      `When Tallybook started, ${countEntries(repaired)} ${repaired === 1 ? "was" : "were"} in one copy only, and ${repaired === 1 ? "is" : "are"} in both again.`,
    )
  if (unreadableBytes > 0)
    said.push(
      `${formatBytes(unreadableBytes)} of it could not be read and was passed over; the file stays as it is. What was in there is in the database, unless the database was lost too: ask your office whether something is missing.`,
    )
  return said
}

const SECOND_COPY: Readonly<Record<SecondCopy["kind"], string>> = {
  opening: "Looking whether it can be written…",
  written: "Every entry is kept twice: in the browser's database, and in a file beside it.",
  missing: "This browser has no place for a second copy: every entry is kept once, in its database.",
  failing:
    "The second copy could not be written. Every entry is in the browser's database; the copy is made up for when it can be written again.",
}

/** What a browser has of the things that Tallybook would use. */
export interface BrowserParts {
  isSecure: boolean
  hasSecondCopy: boolean
  hasServiceWorker: boolean
  hasLocks: boolean
  hasPersistence: boolean
}

/** What goes without in this browser; each with what it means. */
export function listLimits(parts: BrowserParts): string[] {
  if (!parts.isSecure)
    return [
      "Over plain HTTP it keeps no program, no second copy, and nothing for certain. Use the https:// address.",
    ]
  const limits: [boolean, string][] = [
    [parts.hasServiceWorker, "It does not keep programs: Tallybook starts only with a network."],
    [parts.hasSecondCopy, "It has no file system for pages: there is no second copy of what you type."],
    [
      parts.hasPersistence,
      "It cannot promise to keep what is stored. Send what you typed at the end of each day.",
    ],
    [parts.hasLocks, "Its tabs do not wait for each other when they sync. Work in one tab."],
  ]
  return limits.filter(([has]) => !has).map(([, sentence]) => sentence)
}
