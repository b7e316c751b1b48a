/** Words of the line around every page that says when was last backed up; apart from the page's, which are loaded with it. */
import type { BackupTrouble } from "../../backup/backup-trouble.ts"
import type { ContinuousState } from "../../backup/continuous-backup.ts"
import type { BackupMark, BackupStanding } from "../../store/last-backup.ts"
import { formatCount } from "../format.ts"
import { countEntries } from "./sync.ts"

export const lastBackupWords = {
  /** What the line leads to. */
  toBackup: "Back up",
  download: "Download a backup",
  share: "Share a backup",
} as const

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** "just now", "5 minutes ago", "2 days ago". A clock that was set back makes nothing older than now. */
export function describeAgo(at: string, now: Date): string {
  const ageMs = Math.max(0, now.getTime() - Date.parse(at))
  if (ageMs < MINUTE_MS) return "just now"
  const [size, unit] =
    ageMs < HOUR_MS
      ? [MINUTE_MS, "minute"]
      : ageMs < 2 * DAY_MS
        ? [HOUR_MS, "hour"]
        : ([DAY_MS, "day"] as const)
  const count = Math.floor(ageMs / size)
  return `${formatCount(count)} ${unit}${count === 1 ? "" : "s"} ago`
}

export const describeMark = ({ at, way }: Pick<BackupMark, "at" | "way">, now: Date): string =>
  `${way === "written" ? "" : `${way} `}${describeAgo(at, now)}`

/** "Last backup: 2 hours ago, 14 entries since." Nothing where nothing is unsent. */
export function describeLastBackup(standing: BackupStanding, now: Date): string {
  const { waiting, last, since, never } = standing
  if (waiting === 0) return ""
  if (!last) return `Never backed up: ${countEntries(since)} only on this device.`
  const more = since === 0 ? "nothing" : countEntries(since)
  const left = never === 0 ? "" : ` Never backed up: ${countContracts(never)}.`
  return `Last backup: ${describeMark(last, now)}, ${more} since.${left}`
}

const countContracts = (count: number): string =>
  count === 1 ? "1 contract" : `${formatCount(count)} contracts`

/** A contract was a day without a backup of what is unsent: then the line asks for one. */
export const isBackupDue = ({ lacksSince }: BackupStanding, now: Date): boolean =>
  lacksSince !== undefined && now.getTime() - Date.parse(lacksSince) >= DAY_MS

/** What the line adds where continuous backup does not go on; nothing where it does. */
export function describeHindrance(state: ContinuousState): string {
  if (state.kind === "asks")
    return `The browser asks again before a backup is written into “${state.folder}”.`
  return state.kind === "failed" ? FOLDER_TROUBLES[state.trouble](state.folder) : ""
}

const FOLDER_TROUBLES: Readonly<Record<BackupTrouble, (folder: string) => string>> = {
  gone: (folder) => `“${folder}” is not there now. It is caught up when it is back.`,
  full: (folder) => `There is no room left in “${folder}”. The backups before are still there.`,
  barred: (folder) => `The browser may not write into “${folder}”. Choose it once more.`,
  unreadable: () => "This device's records could not be read for a backup. Reload the page.",
  too_large: () =>
    "There are more photos here than one file may hold. Download contracts one after the other.",
  unknown: (folder) =>
    `The last backup could not be written into “${folder}”. It is tried again in a minute.`,
}
