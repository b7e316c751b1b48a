/** Words of backing up: the page, what goes into the file, and the line that says when it was last done. */
import type { BackupTrouble } from "../../backup/backup-trouble.ts"
import type { ContinuousState } from "../../backup/continuous-backup.ts"
import type { BackupMark } from "../../store/last-backup.ts"
import { formatBytes, formatCount } from "../format.ts"
import { describeAgo, describeHindrance, describeMark } from "./last-backup.ts"
import { countEntries, type Tone } from "./sync.ts"

export const PASSPHRASE_CHARACTERS_MAX = 1_024

export const backupWords = {
  title: "Download Offline Backup",
  lead: "One file with everything typed on this device. Keep it in another place. Should the device be lost, Restore Backup brings it all back in any browser of your agency; your office can merge the file, too.",
  nothingHere: "There is nothing to back up yet.",
  nothingHereMore: "Check out a contract first; what you type in it can then be backed up.",
  toCheckout: "Contract Offline Checkout",
  now: "How it stands",
  contents: "What goes in",
  noneChosen: "Choose at least one contract.",
  passphrase: "Passphrase",
  lock: "Lock the file with a passphrase",
  lockHint: "Off: whoever has the file can read it.",
  first: "Passphrase",
  firstHint: "Four or five words are good, and easy to remember.",
  second: "The same once more",
  show: "Show what I type",
  lost: "Keep it apart from the file. Nobody can open the file without it: not your office either.",
  empty: "Type a passphrase, or turn the lock off.",
  tooLong: `At most ${formatCount(PASSPHRASE_CHARACTERS_MAX)} characters.`,
  differ: "The two are not the same. Type it once more.",
  download: "Download",
  share: "Share",
  cancel: "Cancel",
  writing: "Writing the backup file",
  cancelled: "Cancelled. No file was made; what is on this device is as it was.",
  ready: "The file is ready.",
  readyMore: "Press Share once more to give it on, or download it.",
  notShared: "This browser does not share such a file. Download it instead.",
  unsent: "Download what is unsent",
  continuous: "Continuous backup",
  continuousLead:
    "Choose a folder or a flash drive once. After you save, a backup is written there by itself; the last 3 are kept.",
  continuousOpen:
    "These files are not locked: a passphrase is kept nowhere, so it could not be used each time. Keep the drive with you.",
  continuousMissing:
    "This browser lets no page write into a folder by itself. Download or share a backup at the end of each day.",
  chooseFolder: "Choose a folder",
  chooseOther: "Choose another folder",
  allow: "Allow it again",
  writeNow: "Write it now",
  stop: "Stop",
  folderBarred: "The browser did not let Tallybook use a folder. Download or share a backup instead.",
} as const

/** Where nothing is unsent. */
export function describeAllSent(latest: BackupMark | undefined, now: Date): string {
  const before = latest ? `Last backup: ${describeMark(latest, now)}.` : "Never backed up."
  return `${before} Everything typed here is at the office.`
}

/** Of the folder, on the page. */
export function describeContinuous(
  state: ContinuousState,
  now: Date,
): { tone: "plan" | "mind"; text: string } | undefined {
  switch (state.kind) {
    case "looking":
    case "off":
      return undefined
    case "asks":
    case "failed":
      return { tone: "mind", text: describeHindrance(state) }
    case "writing":
      return { tone: "plan", text: `Writing into “${state.folder}”…` }
    case "on":
      return {
        tone: "plan",
        text: state.lastAt
          ? `On: last written into “${state.folder}” ${describeAgo(state.lastAt, now)}.`
          : `On: nothing is in “${state.folder}” yet.`,
      }
  }
}

export interface DoneBackup {
  name: string
  way: BackupMark["way"]
  size: number
  operations: number
}

const ELSEWHERE = "Keep a copy in another place: what is only on this device is lost with it."

/** What came of it. */
export function describeDone({ name, way, size, operations }: DoneBackup): { title: string; text: string } {
  const what = `${countEntries(operations)}, ${formatBytes(size)}.`
  if (way === "written") return { title: "The backup is saved.", text: `${name}: ${what} ${ELSEWHERE}` }
  if (way === "shared") return { title: "The backup is given on.", text: `${name}: ${what}` }
  return {
    title: "The backup is downloaded.",
    text: `${name}: ${what} Look whether it is among your downloads; the browser does not tell. ${ELSEWHERE}`,
  }
}

const SAFE = "What is on this device is as it was."

export const troubleWords: Readonly<
  Record<BackupTrouble, { tone: Exclude<Tone, "go">; title: string; text: string }>
> = {
  full: {
    tone: "stop",
    title: "There is no room for the file.",
    text: `${SAFE} Make room, or save it to another drive, then try again.`,
  },
  barred: {
    tone: "stop",
    title: "The browser may not write there.",
    text: `${SAFE} Choose another place, then try again.`,
  },
  gone: {
    tone: "stop",
    title: "The place for the file is gone.",
    text: `${SAFE} Put the drive in again or choose another place, then try again.`,
  },
  unreadable: {
    tone: "stop",
    title: "This device's records could not be read.",
    text: "Nothing is lost by that. Reload the page and try again, or download at least what is unsent.",
  },
  too_large: {
    tone: "stop",
    title: "There are more photos than one file may hold.",
    text: `${SAFE} Choose fewer contracts, one after the other.`,
  },
  unknown: {
    tone: "stop",
    title: "The file could not be written.",
    text: `${SAFE} Try again, or choose another place.`,
  },
}
