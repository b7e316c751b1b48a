// @vitest-environment node
/** Unpacking one member: what comes before damage, and never more than was promised. */
import { createHash } from "node:crypto"
import { constants, deflateRawSync } from "node:zlib"
import { expect, test } from "vitest"
import { MemberDamaged, unpack } from "./unpack.ts"
import type { Member } from "./zip-members.ts"

const LOCAL_HEADER = new Uint8Array(30)
new DataView(LOCAL_HEADER.buffer).setUint32(0, 0x04034b50, true)

/** Deflated, and not the end of it: about half as many. */
const deflated = (bytes: number): Uint8Array => {
  let text = ""
  for (let at = 0; text.length < bytes; at += 1) text += createHash("sha256").update(`${at}`).digest("hex")
  return deflateRawSync(text.slice(0, bytes), { finishFlush: constants.Z_SYNC_FLUSH })
}
/** Of a kind that there is not. */
const NO_BLOCK = new Uint8Array([7, 0, 0, 0])

async function unpackAll(packed: readonly Uint8Array[], size: number): Promise<[number, unknown]> {
  const file = new Blob([LOCAL_HEADER, ...(packed as Uint8Array<ArrayBuffer>[])])
  const member: Member = {
    name: "",
    start: 0,
    packed: file.size - 30,
    size,
    method: 8,
    isEncrypted: false,
  }
  let got = 0
  try {
    for await (const piece of unpack(file, member, 1024 ** 3)) got += piece.length
    return [got, undefined]
  } catch (failure) {
    return [got, failure]
  }
}

test.each([1_000, 20_000, 200_000])(
  "of %d bytes before damage all come out but for a step",
  async (bytes) => {
    const [got, failure] = await unpackAll([deflated(bytes), NO_BLOCK], 1_000_000)
    expect(got).toBeGreaterThan(bytes - 1_000)
    expect(got).toBeLessThanOrEqual(bytes)
    expect(failure).toBeInstanceOf(MemberDamaged)
  },
)

test("what gives more than it says gives what it says", async () => {
  const [got, failure] = await unpackAll([deflated(60_000), NO_BLOCK], 20_001)
  expect(got).toBe(20_001)
  expect(failure).toBeInstanceOf(MemberDamaged)
})
