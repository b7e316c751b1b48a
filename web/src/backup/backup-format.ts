/** What a backup file is made of: names, limits, the manifest, and what can be wrong with it (docs/backup-file.md). */

export const FORMAT = "tallybook-backup"
export const FORMAT_VERSION = 1
export const MEDIA_TYPE = "application/vnd.tallybook.backup"
export const LOCKED_MEDIA_TYPE = "application/age"
export const MANIFEST = "manifest.json"
export const README = "README.txt"
export const VIEW = "view.html"

export const FILE_BYTES_MAX = 4 * 1024 ** 3
export const MEMBERS_MAX = 100_000
export const CONTRACTS_MAX = 1_000
export const NAME_BYTES_MAX = 255
export const MANIFEST_BYTES_MAX = 32 * 1024 ** 2
export const LINES_BYTES_MAX = 1024 ** 3
export const LINE_BYTES_MAX = 4 * 1024 ** 2
export const PHOTO_BYTES_MAX = 32 * 1024 ** 2
export const FINDINGS_MAX = 200
/** What deflate itself can reach; beyond it a size is a lie. */
export const RATIO_MAX = 1_032

export const UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
const CONTRACT_MEMBER = new RegExp(`^contracts/(${UUID})/(operations|records|held)\\.ndjson$`)
const PHOTO_MEMBER = /^photos\/([0-9a-f]{64})$/
const OTHER_MEMBERS: readonly string[] = [README, VIEW, MANIFEST]

export type LinesKind = "operations" | "records" | "held"

export const linesName = (contract: string, kind: LinesKind): string => `contracts/${contract}/${kind}.ndjson`

export const photoName = (sha256: string): string => `photos/${sha256}`

/** Whether a name is exactly of a form that is written; any other is told of, and never becomes anything. */
export const isKnownName = (name: string): boolean =>
  OTHER_MEMBERS.includes(name) || PHOTO_MEMBER.test(name) || CONTRACT_MEMBER.test(name)

/** The contract of a member with lines. */
export const contractOf = (name: string): string | undefined => CONTRACT_MEMBER.exec(name)?.[1]

/** The SHA-256 of a photo. */
export const photoOf = (name: string): string | undefined => PHOTO_MEMBER.exec(name)?.[1]

export interface ManifestContract {
  id: string
  number: string
  name: string
  prime_contractor?: string
  status: string
  right: string
  /** Of the live copy: how far it had been pulled, and what the server had said. Told, never believed. */
  cursor: number
  whole: number
  known: number
  chain: string
  records: number
  revisions: number
  operations: number
  unanswered: number
  held: number
  photos: number
  first_made_at?: string
  last_made_at?: string
}

export interface ManifestMember {
  name: string
  size: number
  sha256: string
}

export interface Manifest {
  format: string
  format_version: number
  program: string
  schema: number
  agency: { id: string; name: string }
  device: { id: string; label: string }
  person: { id: string; email: string; name: string; initials: string }
  made_at: string
  contracts: ManifestContract[]
  members: ManifestMember[]
}

export type RefusalCode =
  | "not_a_backup"
  | "passphrase_needed"
  | "wrong_passphrase"
  | "work_factor_too_high"
  | "locked_too_large"
  | "backup_too_large"
  | "backup_of_newer_program"
  | "backup_of_other_agency"
  | "backup_bomb"

/** Nothing of this file is taken. */
export class BackupRefused extends Error {
  override readonly name = "BackupRefused"
  readonly code: RefusalCode
  readonly detail: string

  constructor(code: RefusalCode, detail = "") {
    super(detail === "" ? code : `${code}: ${detail}`)
    this.code = code
    this.detail = detail
  }
}

export type FindingCode =
  "backup_cut_short" | "backup_damaged" | "member_missing" | "member_unknown" | "line_unreadable" | "more"

/** Something that is not as it should be; the rest can be taken all the same. */
export interface Finding {
  code: FindingCode
  member: string
  detail: string
}

const SHOWN_NAME_MAX = 80
const ELLIPSIS = "…"

/** As many as somebody may read. */
export class Findings {
  readonly all: Finding[] = []

  add(code: FindingCode, member = "", detail = ""): void {
    const shown = member.length > SHOWN_NAME_MAX ? member.slice(0, SHOWN_NAME_MAX) + ELLIPSIS : member
    if (this.all.length < FINDINGS_MAX) this.all.push({ code, member: shown, detail })
    else if (this.all.length === FINDINGS_MAX) this.all.push({ code: "more", member: "", detail: "" })
  }
}
