/** Bytes that come in pieces, gathered into few parts of one Blob: a part costs, however small it is. */

const PART_BYTES = 8 * 1024 ** 2

export class GatheredBytes {
  private readonly parts: Blob[] = []
  private pieces: Uint8Array<ArrayBuffer>[] = []
  private size = 0

  add(piece: Uint8Array): void {
    this.pieces.push(new Uint8Array(piece))
    this.size += piece.length
    if (this.size < PART_BYTES) return
    this.parts.push(new Blob(this.pieces))
    this.pieces = []
    this.size = 0
  }

  whole(): Blob {
    return new Blob([...this.parts, ...this.pieces])
  }
}
