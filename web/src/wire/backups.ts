/** A backup file of a device, merged by the office's computer: sent, looked at, merged part by part, deleted. */
import type { Connection } from "./connection.ts"
import { json } from "./read-json.ts"
import type { Reply } from "./replies.ts"

const API = "/api/sync/v1/backups"
const MEDIA_TYPE = "application/vnd.tallybook.backup"
export const BACKUP_BYTES_MAX = 4 * 1024 ** 3
/** Silence while a file goes up; and while the office's computer unpacks it, which takes a while for a large one. */
const SENDING_TIMEOUT_MS = 5 * 60_000
const READING_TIMEOUT_MS = 10 * 60_000
const MERGING_TIMEOUT_MS = 3 * 60_000

export interface UploadedBackup {
  id: string
  isLocked: boolean
}

export interface PreviewedContract {
  id: string
  number: string
  name: string
  /** The person's right on it; null: none, or it is not there. */
  right: string | null
  operations: number
  new: number
  known: number
  /** What this person may not bring: it goes to the unclaimed entries. */
  unclaimed: number
  isDamaged: boolean
  authors: { name: string; operations: number }[]
  from?: string
  to?: string
}

export interface PreviewFinding {
  code:
    "backup_cut_short" | "backup_damaged" | "line_unreadable" | "member_missing" | "member_unknown" | "more"
  member: string
  detail: string
}

export interface BackupPreview {
  /** Absent where the file is cut short before it says so. */
  whose?: { id: string; name: string; email: string }
  device?: { label: string }
  madeAt?: string
  contracts: PreviewedContract[]
  findings: PreviewFinding[]
}

export interface MergedContract {
  id: string
  new: number
  known: number
  held: number
  unclaimed: number
  notKept: number
  by: { author: string; new: number }[]
}

export interface MergedPart {
  /** From 0 to 1. */
  done: number
  /** Where to go on; absent at the end. */
  next?: string
  contracts: MergedContract[]
}

export interface MergeWishes {
  passphrase: string
  contracts: readonly string[]
  damaged: boolean
}

/** The file goes up as the disk gives it: nothing of it is held. */
export function uploadBackup(
  connection: Connection,
  file: Blob,
  { sent, signal }: { sent: (bytes: number) => void; signal: AbortSignal },
): Promise<Reply<UploadedBackup>> {
  return connection.request({
    method: "POST",
    path: API,
    body: file.slice(0, file.size, MEDIA_TYPE),
    timeoutMs: SENDING_TIMEOUT_MS,
    sent,
    signal,
    read: json((body) => {
      const { backup, locked } = (body ?? {}) as { backup?: unknown; locked?: unknown }
      return typeof backup === "string" && typeof locked === "boolean"
        ? { id: backup, isLocked: locked }
        : undefined
    }),
  })
}

/** Nothing is merged by it. */
export function previewBackup(
  connection: Connection,
  id: string,
  passphrase: string,
  signal: AbortSignal,
): Promise<Reply<BackupPreview>> {
  return connection.request({
    method: "POST",
    path: `${API}/${encodeURIComponent(id)}/preview`,
    json: { passphrase },
    timeoutMs: READING_TIMEOUT_MS,
    signal,
    read: json(readPreview),
  })
}

/** The next part; asked again after a lost answer it brings nothing twice. */
export function mergePart(
  connection: Connection,
  id: string,
  wishes: MergeWishes,
  after: string | undefined,
  signal: AbortSignal,
): Promise<Reply<MergedPart>> {
  return connection.request({
    method: "POST",
    path: `${API}/${encodeURIComponent(id)}/merge`,
    json: { ...wishes, ...(after !== undefined && { after }) },
    timeoutMs: MERGING_TIMEOUT_MS,
    signal,
    read: json(readPart),
  })
}

/** Where it does not go through, the office's computer clears it after a day. */
export function deleteBackup(connection: Connection, id: string): Promise<Reply<null>> {
  return connection.request({
    method: "DELETE",
    path: `${API}/${encodeURIComponent(id)}`,
    read: () => Promise.resolve({ kind: "ok", value: null }),
  })
}

interface RawPreview {
  whose: BackupPreview["whose"] | null
  device: { label: string } | null
  made_at: string | null
  contracts: (Omit<PreviewedContract, "isDamaged" | "from" | "to"> & {
    damaged: boolean
    from: string | null
    to: string | null
  })[]
  findings: PreviewFinding[]
}

function readPreview(body: unknown): BackupPreview | undefined {
  const raw = (body ?? {}) as Partial<RawPreview>
  if (!Array.isArray(raw.contracts) || !Array.isArray(raw.findings)) return undefined
  const { whose, device, made_at: madeAt, contracts, findings } = raw
  return {
    ...(whose && { whose }),
    ...(device && { device }),
    ...(madeAt && { madeAt }),
    contracts: contracts.map(({ damaged, from, to, ...one }) => ({
      ...one,
      isDamaged: damaged,
      ...(from !== null && { from }),
      ...(to !== null && { to }),
    })),
    findings,
  }
}

interface RawPart {
  done: number
  next: string | null
  contracts: (Omit<MergedContract, "notKept"> & { not_kept: number })[]
}

function readPart(body: unknown): MergedPart | undefined {
  const { done, next, contracts } = (body ?? {}) as Partial<RawPart>
  if (typeof done !== "number" || next === undefined || !Array.isArray(contracts)) return undefined
  return {
    done,
    ...(next !== null && { next }),
    contracts: contracts.map(({ not_kept, ...one }) => ({ ...one, notKept: not_kept })),
  }
}
