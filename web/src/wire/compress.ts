/** Gzip of a request's body, where the browser can. */

const COMPRESSED_FROM_CHARACTERS = 1_000

export interface PackedBody {
  body: string | ArrayBuffer
  isGzip: boolean
}

export async function compress(text: string): Promise<PackedBody> {
  if (text.length < COMPRESSED_FROM_CHARACTERS || typeof CompressionStream === "undefined") {
    return { body: text, isGzip: false }
  }
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"))
  return { body: await new Response(packed).arrayBuffer(), isGzip: true }
}
