/** The members of a ZIP, by its directory or, where that is missing, by their local headers. Nothing is unpacked here. */
import { BackupRefused, MEMBERS_MAX, NAME_BYTES_MAX, RATIO_MAX } from "./backup-format.ts"

export interface Member {
  name: string
  /** Where its local header begins. */
  start: number
  packed: number
  /** Unknown where there is no directory. */
  size?: number
  crc?: number
  /** 0 as it is, 8 deflated; others are none that is written. */
  method: number
  isEncrypted: boolean
}

/** How a member is packed that is not. */
export const STORED = 0

const LOCAL = 0x04034b50
const LOCAL_BYTES = 30
const CENTRAL = 0x02014b50
const CENTRAL_BYTES = 46
const END = 0x06054b50
const END_BYTES = 22
const END64_PLACE = 0x07064b50
const END64_PLACE_BYTES = 20
const END64 = 0x06064b50
const END64_BYTES = 56
const ZIP64_FIELD = 1
const FULL_16 = 0xffff
const FULL_32 = 0xffffffff
const COMMENT_BYTES_MAX = 0xffff
const DIRECTORY_BYTES_MAX = 64 * 1024 ** 2
const SCAN_BYTES = 4 * 1024 ** 2
/** Packed size that hides nothing: a ratio is told only beyond it. */
const SLACK_BYTES = 64

async function viewOf(file: Blob, start: number, end: number): Promise<DataView> {
  return new DataView(await file.slice(start, end).arrayBuffer())
}

/** Whether it begins as a ZIP does. */
export async function beginsAsZip(file: Blob): Promise<boolean> {
  const view = await viewOf(file, 0, 4)
  return view.byteLength === 4 && view.getUint32(0, true) === LOCAL
}

interface Directory {
  count: number
  bytes: number
  start: number
}

/**
 * The members that the directory names, in its order; undefined where there is no directory that can be
 * read. Raises BackupRefused for too many, sizes that deflate cannot give, and members that share bytes.
 */
export async function readDirectory(file: Blob): Promise<Member[] | undefined> {
  const directory = await findDirectory(file)
  if (!directory) return undefined
  if (directory.count > MEMBERS_MAX) throw new BackupRefused("backup_bomb", "too many members")
  if (directory.bytes > DIRECTORY_BYTES_MAX) throw new BackupRefused("backup_bomb", "too large a directory")
  if (directory.start + directory.bytes > file.size) return undefined
  const view = await viewOf(file, directory.start, directory.start + directory.bytes)
  const members: Member[] = []
  let at = 0
  while (members.length < directory.count) {
    if (at + CENTRAL_BYTES > view.byteLength || view.getUint32(at, true) !== CENTRAL) return undefined
    const lengths = [28, 30, 32].map((place) => view.getUint16(at + place, true))
    const end = at + CENTRAL_BYTES + lengths.reduce((sum, one) => sum + one, 0)
    if (end > view.byteLength) return undefined
    members.push(readCentral(view, at, lengths))
    at = end
  }
  checkSizes(members, directory.start)
  return members
}

/** Where the directory is: told at the end, before a comment of any length. */
async function findDirectory(file: Blob): Promise<Directory | undefined> {
  const from = Math.max(0, file.size - END_BYTES - COMMENT_BYTES_MAX)
  const tail = await viewOf(file, from, file.size)
  for (let at = tail.byteLength - END_BYTES; at >= 0; at -= 1) {
    if (tail.getUint32(at, true) !== END) continue
    const told = {
      count: tail.getUint16(at + 10, true),
      bytes: tail.getUint32(at + 12, true),
      start: tail.getUint32(at + 16, true),
    }
    const isLarge = told.count === FULL_16 || told.bytes === FULL_32 || told.start === FULL_32
    return isLarge ? findDirectory64(file, from + at) : told
  }
  return undefined
}

async function findDirectory64(file: Blob, end: number): Promise<Directory | undefined> {
  const place = await viewOf(file, Math.max(0, end - END64_PLACE_BYTES), end)
  if (place.byteLength < END64_PLACE_BYTES || place.getUint32(0, true) !== END64_PLACE) return undefined
  const start = Number(place.getBigUint64(8, true))
  const view = await viewOf(file, start, start + END64_BYTES)
  if (view.byteLength < END64_BYTES || view.getUint32(0, true) !== END64) return undefined
  const [count = 0, bytes = 0, first = 0] = [32, 40, 48].map((at) => Number(view.getBigUint64(at, true)))
  return { count, bytes, start: first }
}

function readCentral(view: DataView, at: number, lengths: readonly number[]): Member {
  const [nameBytes = 0, extraBytes = 0] = lengths
  const nameAt = at + CENTRAL_BYTES
  const sizes: [number, number, number] = [
    view.getUint32(at + 24, true),
    view.getUint32(at + 20, true),
    view.getUint32(at + 42, true),
  ]
  const extra = { from: nameAt + nameBytes, to: nameAt + nameBytes + extraBytes }
  const [size, packed, start] = widen(view, extra, sizes)
  return {
    name: spellName(new Uint8Array(view.buffer, nameAt, nameBytes)),
    start,
    packed,
    size,
    crc: view.getUint32(at + 16, true),
    method: view.getUint16(at + 10, true),
    isEncrypted: (view.getUint16(at + 8, true) & 1) === 1,
  }
}

/** Sizes that are full stand in the ZIP64 field, in their order. */
function widen(
  view: DataView,
  extra: { from: number; to: number },
  sizes: readonly [number, number, number],
): [number, number, number] {
  const wide: [number, number, number] = [...sizes]
  let at = extra.from
  while (at + 4 <= extra.to) {
    const [kind, bytes] = [view.getUint16(at, true), view.getUint16(at + 2, true)]
    const end = Math.min(at + 4 + bytes, extra.to)
    let place = at + 4
    for (const index of [0, 1, 2] as const) {
      if (kind !== ZIP64_FIELD || sizes[index] !== FULL_32 || place + 8 > end) continue
      wide[index] = Number(view.getBigUint64(place, true))
      place += 8
    }
    at += 4 + bytes
  }
  return wide
}

/** A name that is too long is none of ours, whatever it says. */
const spellName = (bytes: Uint8Array): string =>
  new TextDecoder().decode(bytes.subarray(0, NAME_BYTES_MAX + 1))

function checkSizes(members: readonly Member[], end: number): void {
  let last = 0
  for (const { name, start, packed, size = 0 } of [...members].sort(
    (one, other) => one.start - other.start,
  )) {
    if (size > packed * RATIO_MAX + SLACK_BYTES) throw new BackupRefused("backup_bomb", name)
    if (start < last || start + LOCAL_BYTES + packed > end) throw new BackupRefused("backup_bomb", name)
    last = start + LOCAL_BYTES + packed
  }
}

/** The packed bytes of a member, behind its local header. */
export async function packedBytes(file: Blob, member: Member): Promise<Blob> {
  const view = await viewOf(file, member.start, member.start + LOCAL_BYTES)
  if (view.byteLength < LOCAL_BYTES || view.getUint32(0, true) !== LOCAL) return file.slice(0, 0)
  const from = member.start + LOCAL_BYTES + view.getUint16(26, true) + view.getUint16(28, true)
  return file.slice(from, Math.min(from + member.packed, file.size))
}

/**
 * Members by their local headers, for a file whose end is missing. Only names that `isWanted` begin one:
 * bytes that look like a header may stand in any member. Cost: one pass over the file.
 */
export async function findMembers(file: Blob, isWanted: (name: string) => boolean): Promise<Member[]> {
  const found: Member[] = []
  const overlap = LOCAL_BYTES + NAME_BYTES_MAX
  for (let from = 0; from < file.size; from += SCAN_BYTES) {
    const view = await viewOf(file, from, Math.min(file.size, from + SCAN_BYTES + overlap))
    const bytes = new Uint8Array(view.buffer)
    for (let at = bytes.indexOf(0x50); at >= 0 && at < SCAN_BYTES; at = bytes.indexOf(0x50, at + 1)) {
      const member = readLocal(view, at, from)
      if (member && isWanted(member.name)) found.push(member)
      if (found.length > MEMBERS_MAX) throw new BackupRefused("backup_bomb", "too many members")
    }
  }
  return found.map((member, at) => endAt(member, found[at + 1]?.start ?? file.size))
}

function readLocal(view: DataView, at: number, from: number): Member | undefined {
  if (at + LOCAL_BYTES > view.byteLength || view.getUint32(at, true) !== LOCAL) return undefined
  const nameBytes = view.getUint16(at + 26, true)
  if (nameBytes > NAME_BYTES_MAX || at + LOCAL_BYTES + nameBytes > view.byteLength) return undefined
  const flags = view.getUint16(at + 6, true)
  const isStored = view.getUint16(at + 8, true) === STORED
  return {
    name: spellName(new Uint8Array(view.buffer, at + LOCAL_BYTES, nameBytes)),
    start: from + at,
    // Of a stored member its size is needed; a deflated one knows its own end.
    packed: isStored && (flags & 8) === 0 ? view.getUint32(at + 18, true) : Infinity,
    method: isStored ? STORED : view.getUint16(at + 8, true),
    isEncrypted: (flags & 1) === 1,
  }
}

const endAt = (member: Member, next: number): Member => ({
  ...member,
  packed: Math.max(0, Math.min(member.packed, next - member.start)),
})
