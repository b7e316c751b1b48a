/** A journal's file: one frame for each operation, with mark, length and checksum, so that damage costs only what it hit. */
import type { Operation } from "../core/operation.ts"

/** No text in UTF-8 has the first of these bytes, so no operation can look like the beginning of a frame. */
const MARK = [0xff, 0x54, 0x42, 0x31] as const
const HEADER_BYTES = 12
/** Far above what the server takes; a length beyond it is damage. */
export const FRAME_BYTES_MAX = 4 * 1024 * 1024

export interface JournalReading {
  operations: Operation[]
  /** Damaged in the middle, and skipped. */
  unreadableBytes: number
  /** Of a last frame that was cut short while it was written: it was never said to be saved. */
  tornBytes: number
}

/** Mark, length of the JSON, CRC32C of length and JSON, and the JSON itself. */
export function encodeFrame(operation: Operation): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(JSON.stringify(operation))
  if (text.length > FRAME_BYTES_MAX) throw new RangeError("The operation is too large for the journal.")
  const frame = new Uint8Array(HEADER_BYTES + text.length)
  const view = new DataView(frame.buffer)
  frame.set(MARK)
  view.setUint32(4, text.length)
  frame.set(text, HEADER_BYTES)
  view.setUint32(8, checksumOf(frame, 0, text.length))
  return frame
}

export function encodeFrames(operations: readonly Operation[]): Uint8Array<ArrayBuffer> {
  const frames = operations.map(encodeFrame)
  const joined = new Uint8Array(frames.reduce((sum, one) => sum + one.length, 0))
  let at = 0
  for (const frame of frames) {
    joined.set(frame, at)
    at += frame.length
  }
  return joined
}

/** Everything that can be read, in the order in which it was written. */
export function readFrames(bytes: Uint8Array<ArrayBuffer>): JournalReading {
  const reading: JournalReading = { operations: [], unreadableBytes: 0, tornBytes: 0 }
  let at = 0
  while (at < bytes.length) {
    const frame = frameAt(bytes, at)
    if (frame) {
      reading.operations.push(frame.operation)
      at = frame.end
      continue
    }
    const next = findMark(bytes, at + 1)
    if (next === undefined && isCutShort(bytes, at)) reading.tornBytes = bytes.length - at
    else reading.unreadableBytes += (next ?? bytes.length) - at
    at = next ?? bytes.length
  }
  return reading
}

function frameAt(
  bytes: Uint8Array<ArrayBuffer>,
  at: number,
): { operation: Operation; end: number } | undefined {
  if (!hasMark(bytes, at) || at + HEADER_BYTES > bytes.length) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const length = view.getUint32(at + 4)
  const end = at + HEADER_BYTES + length
  if (end > bytes.length || view.getUint32(at + 8) !== checksumOf(bytes, at, length)) return undefined
  const operation = parse(bytes.subarray(at + HEADER_BYTES, end))
  return operation && { operation, end }
}

/** Undefined where a checksum is right by chance: what it covers is no operation. */
function parse(text: Uint8Array): Operation | undefined {
  try {
    const read: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text))
    const isOperation =
      typeof read === "object" && read !== null && "id" in read && typeof read.id === "string"
    return isOperation ? (read as Operation) : undefined
  } catch (failure) {
    if (failure instanceof SyntaxError || failure instanceof TypeError) return undefined
    throw failure
  }
}

const hasMark = (bytes: Uint8Array, at: number): boolean =>
  MARK.every((byte, offset) => bytes[at + offset] === byte)

/** Whether the file ends within the frame that begins here. */
function isCutShort(bytes: Uint8Array<ArrayBuffer>, at: number): boolean {
  const there = Math.min(MARK.length, bytes.length - at)
  if (MARK.slice(0, there).some((byte, offset) => bytes[at + offset] !== byte)) return false
  if (at + HEADER_BYTES > bytes.length) return true
  const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 4)
  return length <= FRAME_BYTES_MAX && at + HEADER_BYTES + length > bytes.length
}

function findMark(bytes: Uint8Array, from: number): number | undefined {
  for (let at = bytes.indexOf(MARK[0], from); at !== -1; at = bytes.indexOf(MARK[0], at + 1)) {
    if (hasMark(bytes, at)) return at
  }
  return undefined
}

const CASTAGNOLI = 0x82f63b78

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ CASTAGNOLI : crc >>> 1
  return crc
})

/** Of a frame's length and its JSON, not of the checksum between them. */
function checksumOf(bytes: Uint8Array, at: number, length: number): number {
  const head = crc32c(bytes, at + 4, at + 8, 0)
  return crc32c(bytes, at + HEADER_BYTES, at + HEADER_BYTES + length, head)
}

/** CRC32C of bytes; `before` is that of what stands before them. */
export function crc32c(bytes: Uint8Array, from: number, to: number, before: number): number {
  let crc = ~before
  for (let at = from; at < to; at += 1) {
    crc = (CRC_TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0) ^ (crc >>> 8)
  }
  return ~crc >>> 0
}
