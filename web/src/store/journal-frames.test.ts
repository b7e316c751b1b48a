/** Whatever happens to a journal's bytes, what was not hit is read, and what was hit is counted. */
import fc from "fast-check"
import { expect, test } from "vitest"
import type { Operation } from "../core/operation.ts"
import { crc32c, encodeFrame, encodeFrames, FRAME_BYTES_MAX, readFrames } from "./journal-frames.ts"

const operation = (id: string, text = "Paving began at seven."): Operation =>
  ({
    id,
    device: "d",
    number: 1,
    contract: "c",
    type: "note",
    record: id,
    verb: "create",
    set: { text },
  }) as unknown as Operation

const idsOf = (bytes: Uint8Array<ArrayBuffer>): string[] => readFrames(bytes).operations.map((one) => one.id)

function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}

test("the checksum is CRC32C, as its own check value says", () => {
  const digits = new TextEncoder().encode("123456789")

  expect(crc32c(digits, 0, 9, 0)).toBe(0xe3069283)
  expect(crc32c(digits, 4, 9, crc32c(digits, 0, 4, 0))).toBe(0xe3069283)
})

test("what is written is read back, in order", () => {
  const all = [operation("a"), operation("b", "ÿTB1 and ünïcödé 🚧"), operation("c", "")]

  expect(readFrames(encodeFrames(all))).toEqual({ operations: all, unreadableBytes: 0, tornBytes: 0 })
  expect(readFrames(new Uint8Array())).toEqual({ operations: [], unreadableBytes: 0, tornBytes: 0 })
})

test("a last frame that was cut short anywhere is ignored; those before it are read", () => {
  const [first, last] = [encodeFrame(operation("a")), encodeFrame(operation("b"))]
  for (let length = 1; length < last.length; length += 1) {
    expect(readFrames(joined(first, last.slice(0, length)))).toEqual({
      operations: [operation("a")],
      unreadableBytes: 0,
      tornBytes: length,
    })
  }
})

test("one flipped bit anywhere costs one operation, is counted, and no other", () => {
  const frames = ["a", "b", "c"].map((id) => encodeFrame(operation(id)))
  const [before, hit] = [frames[0]!.length, frames[1]!.length]
  fc.assert(
    fc.property(fc.integer({ min: 0, max: hit * 8 - 1 }), (bit) => {
      const bytes = joined(...frames)
      bytes[before + (bit >> 3)]! ^= 1 << (bit & 7)
      const reading = readFrames(bytes)
      expect(reading.operations.map((one) => one.id)).toEqual(["a", "c"])
      expect(reading.unreadableBytes).toBe(hit)
    }),
    { numRuns: 400 },
  )
})

test("rubbish between frames, and a frame that was cut short in the middle, are skipped and counted", () => {
  const [first, last] = [encodeFrame(operation("a")), encodeFrame(operation("c"))]
  const rubbish = Uint8Array.from([0xff, 1, 2, 0xff, 0x54, 0x42, 3])
  const half = encodeFrame(operation("b")).slice(0, 30)

  const reading = readFrames(joined(rubbish, first, half, last, Uint8Array.from([1, 2])))

  expect(reading.operations.map((one) => one.id)).toEqual(["a", "c"])
  expect(reading).toMatchObject({ unreadableBytes: rubbish.length + 30 + 2, tornBytes: 0 })
})

test("whatever the bytes are, reading ends and raises nothing", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      const bytes = joined(noise, encodeFrame(operation("a")))
      expect(idsOf(bytes)).toContain("a")
    }),
  )
})

test("a checksum that is right over something that is no operation counts as damage", () => {
  const frame = encodeFrame("no operation" as unknown as Operation)

  expect(readFrames(frame)).toEqual({ operations: [], unreadableBytes: frame.length, tornBytes: 0 })
})

test("an operation beyond the limit is refused", () => {
  expect(() => encodeFrame(operation("a", "x".repeat(FRAME_BYTES_MAX)))).toThrow("too large")
})
