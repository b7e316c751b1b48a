/** The members of a backup file, one after the other into a stream, each hashed for the manifest as it is written. */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import { configure, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js"
import { buf as crcOf } from "crc-32"
import type { ManifestMember } from "./backup-format.ts"
import { PIECE_BYTES } from "./large-pieces.ts"
import { STORED } from "./zip-members.ts"

// Nothing here is a worker, and yet it counts them: a file that was left in the middle would keep the next one waiting.
configure({ maxWorkers: Number.MAX_SAFE_INTEGER, chunkSize: PIECE_BYTES })

type Text = AsyncIterable<string> | Iterable<string>

/** Memory: a piece of text, or one stored member. Raises what the stream or a text raises. */
export class MemberWriter {
  /** What the manifest tells, in the order of the file. */
  readonly members: ManifestMember[] = []
  private readonly zip: ZipWriter<unknown>

  constructor(writable: WritableStream<Uint8Array>, at: Date, signal?: AbortSignal) {
    // What is written so far must be whole for whoever finds a file that was cut short.
    this.zip = new ZipWriter(writable, {
      useWebWorkers: false,
      keepOrder: true,
      bufferedWrite: false,
      extendedTimestamp: false,
      zip64: false,
      lastModDate: at,
      ...(signal && { signal }),
    })
  }

  /** Add text, packed as it comes. */
  async add(name: string, text: Text): Promise<void> {
    const hash = sha256.create()
    let size = 0
    const counted = (piece: Uint8Array): void => {
      hash.update(piece)
      size += piece.length
    }
    await this.addText(name, text, counted)
    this.members.push({ name, size, sha256: bytesToHex(hash.digest()) })
  }

  /** Add bytes as they are. Their sizes stand before them, so that they are whole in a file that was cut later. */
  async addStored(member: ManifestMember, bytes: Uint8Array): Promise<void> {
    const content = { readable: readableOf(bytes), size: bytes.length }
    await this.zip.add(member.name, content, {
      passThrough: "compressed",
      compressionMethod: STORED,
      level: 0,
      uncompressedSize: bytes.length,
      crc32: crcOf(bytes) >>> 0,
    })
    this.members.push(member)
  }

  /** The manifest names what the file does not have: a reader tells of it. */
  tellMissing(member: ManifestMember): void {
    this.members.push(member)
  }

  /** The last member, which the manifest cannot tell of, and the end of the file. */
  async close(name: string, text: string): Promise<void> {
    await this.addText(name, [text], () => undefined)
    await this.zip.close()
  }

  private async addText(name: string, text: Text, counted: (piece: Uint8Array) => void): Promise<void> {
    const pieces = bytesOf(text)
    const readable = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const step = await pieces.next()
        if (step.done) {
          controller.close()
          return
        }
        counted(step.value)
        controller.enqueue(step.value)
      },
    })
    await this.zip.add(name, { readable })
  }
}

/** Piece by piece, none of them copied. */
function readableOf(bytes: Uint8Array): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at < bytes.length) controller.enqueue(bytes.subarray(at, (at += PIECE_BYTES)))
      else controller.close()
    },
  })
}

const PIECE_CHARACTERS = 64 * 1024

/** Some lines at once: a stream costs by its pieces. */
async function* bytesOf(text: Text): AsyncGenerator<Uint8Array, undefined> {
  const encoder = new TextEncoder()
  let gathered = ""
  for await (const part of text) {
    gathered += part
    if (gathered.length < PIECE_CHARACTERS) continue
    yield encoder.encode(gathered)
    gathered = ""
  }
  if (gathered !== "") yield encoder.encode(gathered)
  return undefined
}
