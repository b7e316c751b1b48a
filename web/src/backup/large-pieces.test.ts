// @vitest-environment node
/** What a file is written in: few pieces, none of them copied that is large enough, and every byte in its place. */
import { expect, test } from "vitest"
import { inLargePieces, PIECE_BYTES } from "./large-pieces.ts"

async function piecesOf(pieces: readonly Uint8Array[]): Promise<Uint8Array[]> {
  const out: Uint8Array[] = []
  const source = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
  await source
    .pipeThrough(inLargePieces())
    .pipeTo(new WritableStream({ write: (piece) => void out.push(piece) }))
  return out
}

const filled = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value)
const bytesOf = (pieces: readonly Uint8Array[]): Buffer => Buffer.concat(pieces)

test("small pieces are gathered, a large one goes as it is, and the order stays", async () => {
  const large = filled(PIECE_BYTES, 3)
  const given = [filled(10, 1), filled(20, 2), large, filled(5, 4), filled(PIECE_BYTES - 5, 5), filled(1, 6)]

  const written = await piecesOf(given)

  expect(written.map((piece) => piece.length)).toEqual([30, PIECE_BYTES, PIECE_BYTES, 1])
  expect(written[1]).toBe(large)
  expect(bytesOf(written).equals(bytesOf(given))).toBe(true)
})

test("nothing is written of nothing", async () => {
  expect(await piecesOf([])).toEqual([])
  expect(await piecesOf([new Uint8Array(0)])).toEqual([])
})
