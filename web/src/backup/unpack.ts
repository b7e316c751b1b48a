/** Unpacking one member piece by piece: never more than was promised, and told when it is not what it should be. */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex, concatBytes } from "@noble/hashes/utils.js"
import { buf as crcOf } from "crc-32"
import { Inflate } from "fflate"
import { BackupRefused, LINE_BYTES_MAX, photoOf, RATIO_MAX } from "./backup-format.ts"
import { type Member, packedBytes, STORED } from "./zip-members.ts"

/** So small that its content fits into memory whatever is packed in it. */
const PIECE_BYTES = 16 * 1024
/** Small, as damage costs as much as it; and dear: each copies what was unpacked last. */
const STEP_BYTES = 256
/** A block of deflate says something within 64 KiB: what is silent for longer is at its end. */
const SILENT_PIECES_MAX = 8
const NEWLINE = 0x0a

/** What came out of a member is not what was put in. */
export class MemberDamaged extends Error {
  override readonly name = "MemberDamaged"
}

/** Yield a member's bytes. Raises MemberDamaged where they end in something that is no deflate. */
export async function* unpack(file: Blob, member: Member, most: number): AsyncGenerator<Uint8Array> {
  if (member.isEncrypted || (member.method !== STORED && member.method !== 8))
    throw new MemberDamaged("it is packed in a way that no backup is")
  const packed = await packedBytes(file, member)
  const limit = Math.min(most, member.size ?? Math.min(most, packed.size * RATIO_MAX))
  let size = 0
  for await (const piece of member.method === STORED ? piecesOf(packed) : inflate(packed)) {
    yield piece.subarray(0, limit - size)
    size += piece.length
    if (size > limit && member.size === undefined) throw new BackupRefused("backup_too_large", member.name)
    if (size > limit) throw new MemberDamaged("it holds more than it says")
  }
}

async function* piecesOf(packed: Blob): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < packed.size; at += PIECE_BYTES)
    yield new Uint8Array(await packed.slice(at, at + PIECE_BYTES).arrayBuffer())
}

async function* inflate(packed: Blob): AsyncGenerator<Uint8Array> {
  const out: Uint8Array[] = []
  let [silent, at] = [0, 0]
  const inflating = new Inflate((piece) => out.push(piece))
  for await (const piece of piecesOf(packed)) {
    const damage = push(inflating, piece)
    const made = damage ? await inflateUpTo(packed, at) : out.splice(0).filter((one) => one.length > 0)
    silent = made.length > 0 ? 0 : silent + 1
    if (silent === SILENT_PIECES_MAX) return
    yield* made
    if (damage) throw damage
    at += piece.length
  }
}

function push(inflating: Inflate, piece: Uint8Array): MemberDamaged | undefined {
  try {
    inflating.push(piece)
    return undefined
  } catch (failure) {
    return new MemberDamaged("it cannot be unpacked", { cause: failure })
  }
}

/**
 * What the damaged piece at this place gives before its damage: begun anew, and step by step, because of a push
 * that fails nothing comes out.
 */
async function inflateUpTo(packed: Blob, start: number): Promise<Uint8Array[]> {
  let out: Uint8Array[] = []
  const inflating = new Inflate((piece) => out.push(piece))
  for await (const piece of piecesOf(packed.slice(0, start))) {
    inflating.push(piece)
    out = [] // had already
  }
  const piece = new Uint8Array(await packed.slice(start, start + PIECE_BYTES).arrayBuffer())
  for (let at = 0; at < piece.length; at += STEP_BYTES)
    if (push(inflating, piece.subarray(at, at + STEP_BYTES))) break
  return out.filter((one) => one.length > 0)
}

export interface Expected {
  size: number
  sha256: string
  /** No member gives more bytes than these. */
  most: number
  seen?: (bytes: number) => void
}

/** Read a member to its end. Raises MemberDamaged unless its size and hash are what is expected. */
export async function verify(file: Blob, member: Member, expected: Expected): Promise<void> {
  const hash = sha256.create()
  let size = 0
  for await (const piece of unpack(file, member, expected.most)) {
    expected.seen?.(piece.length)
    hash.update(piece)
    size += piece.length
  }
  if (size !== expected.size || size !== (member.size ?? size))
    throw new MemberDamaged("its size is not what the file says")
  if (bytesToHex(hash.digest()) !== expected.sha256)
    throw new MemberDamaged("its bytes are not what was written")
}

/** Raises MemberDamaged unless a photo has the size and the name that were written; its bytes are not read. */
export function checkPhoto(member: Member, expected: Pick<Expected, "size" | "sha256">): void {
  const known = member.size ?? (member.method === STORED ? member.packed : undefined)
  if (expected.size !== (known ?? expected.size))
    throw new MemberDamaged("its size is not what the file says")
  if (photoOf(member.name) !== expected.sha256) throw new MemberDamaged("its bytes are not what was written")
}

/** Read a small member whole. Raises MemberDamaged unless it is what the directory says. */
export async function readWhole(file: Blob, member: Member, most: number): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of unpack(file, member, most)) pieces.push(piece)
  const isWhole = member.crc === undefined || crcOfAll(pieces) === member.crc
  const text = isWhole ? spell(pieces) : undefined
  if (text === undefined) throw new MemberDamaged("its bytes are not what was written")
  return text
}

const crcOfAll = (pieces: readonly Uint8Array[]): number =>
  pieces.reduce((crc, piece) => crcOf(piece, crc), 0) >>> 0

/** Lines without their ends; undefined for one that is too long or no text. What has no end is no line. */
export async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string | undefined> {
  let parts: Uint8Array[] = []
  let length = 0
  for await (const piece of pieces) {
    let from = 0
    for (let end = piece.indexOf(NEWLINE); end >= 0; end = piece.indexOf(NEWLINE, from)) {
      length += end - from
      yield length > LINE_BYTES_MAX ? undefined : spell([...parts, piece.subarray(from, end)])
      ;[parts, length, from] = [[], 0, end + 1]
    }
    length += piece.length - from
    if (length <= LINE_BYTES_MAX) parts.push(piece.subarray(from))
    else parts = []
  }
}

function spell(parts: readonly Uint8Array[]): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(concatBytes(...parts))
  } catch (failure) {
    if (failure instanceof TypeError) return undefined
    throw failure
  }
}
