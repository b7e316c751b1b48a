/** Bytes in pieces that are worth a write: each one into a file of the browser's is a message to another process. */
import { concatBytes } from "@noble/hashes/utils.js"

export const PIECE_BYTES = 1024 ** 2

export class LargePieces {
  private pieces: Uint8Array[] = []
  private size = 0

  get hasSome(): boolean {
    return this.size > 0
  }

  /** A large piece where there is enough for one. */
  add(piece: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
    this.pieces.push(piece)
    this.size += piece.length
    return this.size < PIECE_BYTES ? undefined : this.take()
  }

  /** What is gathered, however little. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = concatBytes(...this.pieces)
    this.pieces = []
    this.size = 0
    return taken
  }
}

/** Memory: one of them. */
export function inLargePieces(): TransformStream<Uint8Array, Uint8Array> {
  const gathered = new LargePieces()
  return new TransformStream({
    transform(piece, controller) {
      if (piece.length >= PIECE_BYTES) {
        // It goes as it is, behind what came before: a copy costs more than one small write.
        if (gathered.hasSome) controller.enqueue(gathered.take())
        controller.enqueue(piece)
        return
      }
      const large = gathered.add(piece)
      if (large) controller.enqueue(large)
    },
    flush(controller) {
      if (gathered.hasSome) controller.enqueue(gathered.take())
    },
  })
}
