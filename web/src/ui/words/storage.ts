/** What the browser keeps, in plain words. */
import type { ContractOnDevice } from "../../store/queries.ts"
import { formatBytes } from "../format.ts"
import { countRecords } from "./contracts.ts"
import type { Tone } from "./sync.ts"

export function describeKept(isKept: boolean): string {
  return isKept ? "Kept until you remove it." : "May be cleared by the browser."
}

/** What is known of the place where this browser keeps things, and of the machine around it. */
export interface StorageReport {
  /** HTTPS, or the machine itself: elsewhere browsers keep nothing for certain. */
  isSecure: boolean
  isKept: boolean
  /** Absent where the browser does not tell. */
  usedBytes?: number
  freeBytes?: number
  quotaBytes?: number
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

const PRIVATE_QUOTA_MAX = 2_000_000_000 // an ordinary window gets a good part of the disk
const LOW_ROOM = 200_000_000
const ROOM_FACTOR = 4 // a database, its indexes, and the old copy beside the new one

export const storageWords = {
  title: "Storage",
  lead: "What Tallybook keeps in this browser, and how safe it is there.",
  keptTitle: "Kept or not",
  ask: "Ask the browser to keep it",
  asked:
    "The browser did not promise it. It does more readily once Tallybook is installed, or used often. Until then send what you typed at the end of each day.",
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

/** "10,230 records". */
export const describeRecordsHere = ({ records }: ContractOnDevice): string => countRecords(records)

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

function warnOfClearing({ isAppleMobile, isInstalled, quotaBytes = Infinity }: StorageReport): Warning {
  const title = "This browser may clear what it stores."
  if (isAppleMobile && !isInstalled) {
    return {
      tone: "mind",
      title,
      text: "Safari does so after some days without a visit. Install Tallybook to the home screen before you go out: Share, then Add to Home Screen, and sign in there.",
    }
  }
  if (quotaBytes < PRIVATE_QUOTA_MAX) {
    return {
      tone: "mind",
      title: "This looks like a private window.",
      text: "What is stored in one is gone when it is closed, entries that were not sent too. Work in an ordinary window.",
      offer: "ask_to_keep",
    }
  }
  return {
    tone: "mind",
    title,
    text: "It does so when the disk is full, entries that were not sent too. Ask it to keep them before you go out.",
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
