/** Words for what a backup file holds and what is wrong with it: restoring and merging say the same of the same file. */
import type { Finding } from "../../backup/backup-format.ts"
import { formatBytes, formatCount, formatDate, formatInstant } from "../format.ts"
import { countEntries } from "./sync.ts"

export const backupFileWords = {
  choose: "Choose the backup file",
  chooseOther: "Choose another file",
  folder: "That is a folder. Choose the backup file in it.",
  madeBy: "Made by",
  device: "Device",
  madeAt: "Made",
  holds: "Holds",
  contracts: "Contracts in this file",
  findings: "What is wrong with this file",
  damagedTitle: "Parts of this file are not as they were written.",
  damagedText: "What is whole can be taken; what cannot be read is listed below.",
  takeDamaged: "Take what can be read of damaged contracts, too",
  takeDamagedHint:
    "A changed figure cannot be told from what was typed. Do this only where there is no better copy, then look the entries through.",
  damagedLeft: "Damaged: left out, unless you take what can be read.",
  damagedLeftMore: "To take what can be read of them, choose the file again and turn that on.",
  damagedTaken: "Damaged: what can be read is taken.",
  lockedTitle: "This backup is locked with a passphrase.",
  passphrase: "Passphrase",
  passphraseHint: "The one that was chosen when the backup was made.",
  passphraseLong: "A passphrase has at most 1,024 characters.",
  passphraseNeeded: "Type the passphrase.",
  passphraseWrong:
    "This passphrase does not open the backup. Check capitals and spaces. Nobody can open it without the right one.",
  show: "Show the passphrase",
  open: "Open",
  cancel: "Cancel",
  nameless: "A contract whose number the file does not say",
  noDates: "No entries",
} as const

/** "tallybook-backup-ann.tallybook, 2.1 MB" */
export const describeFile = ({ name, size }: { name: string; size: number }): string =>
  `${name}, ${formatBytes(size)}`

export const describeProgress = (label: string, share: number): string =>
  share > 0 ? `${label}, ${Math.floor(share * 100)}%` : label

export const PASSPHRASE_LENGTH_MAX = 1_024

/** "SP 1 · Overlay"; where nothing is known of it, the end of its id tells it from others. */
export function nameContract({ id, number, name }: { id: string; number: string; name: string }): string {
  return [number, name].filter(Boolean).join(" · ") || `${backupFileWords.nameless} (…${id.slice(-8)})`
}

/** "Nov 19, 2026 to Nov 23, 2026": the days as they were written. */
export function describeSpan(from: string | undefined, to: string | undefined): string {
  if (!from || !to) return backupFileWords.noDates
  const [first, last] = [from, to].map((instant) => formatDate(instant.slice(0, 10), "short"))
  return first === last ? `Typed ${first}` : `Typed ${first} to ${last}`
}

export interface WhoseFile {
  person: { name: string; email: string }
  device: { label: string }
  madeAt: string
}

/** What a file says of itself, a line each. */
export function describeWhose(
  { person, device, madeAt }: WhoseFile,
  now: Date,
): { label: string; text: string }[] {
  const { name, email } = person
  return [
    { label: backupFileWords.madeBy, text: name ? `${name} (${email})` : email },
    ...(device.label ? [{ label: backupFileWords.device, text: device.label }] : []),
    { label: backupFileWords.madeAt, text: formatInstant(madeAt, now) },
  ]
}

/** "Damaged: 40 entries left out"; where none of it that is new could be read, without a figure. */
export const describeLeftOut = (entries: number): string =>
  `Damaged: ${entries > 0 ? `${countEntries(entries)} ` : ""}left out`

/** "40 entries of damaged contracts were left out." */
export const sumUpLeftOut = (entries: number): string =>
  `${countEntries(entries)} of damaged contracts ${entries === 1 ? "was" : "were"} left out.`

export const countContractsOf = (count: number): string =>
  count === 1 ? "1 contract" : `${formatCount(count)} contracts`

const CONTRACT_MEMBER = /^contracts\/([0-9a-f-]{36})\/(operations|records|held)\.ndjson$/

type Names = (contract: string) => string

/** A sentence for each thing that is wrong; missing photos are counted. */
export function describeFindings(findings: readonly Finding[], nameOf: Names): string[] {
  const isPhoto = ({ code, member }: Finding): boolean =>
    code === "member_missing" && member.startsWith("photos/")
  const photos = findings.filter(isPhoto).length
  return [
    ...new Set(findings.filter((one) => !isPhoto(one)).map((one) => describeFinding(one, nameOf))),
    ...(photos > 0
      ? [photos === 1 ? "1 photo is missing." : `${formatCount(photos)} photos are missing.`]
      : []),
  ]
}

function describeFinding({ code, member, detail }: Finding, nameOf: Names): string {
  const what = describeMember(member, nameOf)
  switch (code) {
    case "backup_cut_short":
      return member === ""
        ? "The file ends too early, as after a broken copy. What comes before its end is read."
        : `${what}: they end too early. What comes before is read.`
    case "backup_damaged":
      return member === "manifest.json"
        ? "The part that says whose file this is and what it holds cannot be read."
        : `${what}: they were damaged.`
    case "member_missing":
      return `${what}: they are missing.`
    case "member_unknown":
      return `${member}: no part of a backup. It is left out.`
    case "line_unreadable":
      return `${what}: ${detail === "1" ? "1 line" : `${detail || "some"} lines`} cannot be read, and nothing is taken of them.`
    case "more":
      return "There is more that is not listed here."
  }
}

function describeMember(member: string, nameOf: Names): string {
  const [, contract, kind] = CONTRACT_MEMBER.exec(member) ?? []
  if (contract === undefined) return member.startsWith("photos/") ? "Photos" : member
  const name = nameOf(contract)
  if (kind === "operations") return `Entries of ${name}`
  return kind === "held"
    ? `Entries of ${name} that needed a decision (the next sync brings them)`
    : `Records of ${name} as they were shown (the next sync brings them)`
}
