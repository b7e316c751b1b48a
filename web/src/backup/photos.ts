/** Photos in a backup file: as they are, under their SHA-256. Nothing on the device keeps any yet. */
import { bytesToHex } from "@noble/hashes/utils.js"
import { type ManifestMember, PHOTO_BYTES_MAX, photoName } from "./backup-format.ts"
import type { MemberWriter } from "./member-writer.ts"

export interface KeptPhoto {
  sha256: string
  bytes: Blob
}

/** Whoever keeps the photos of this device. */
export interface PhotoSource {
  /** How many bytes those of some contracts have together; one that is on two of them may count twice. */
  measure(contracts: readonly string[]): Promise<number>
  of(contract: string): AsyncIterable<KeptPhoto>
}

/**
 * Write the photos of some contracts; return how many each has. One that is on two of them is in the file
 * once, and counts at both. One that cannot be read, is too large, or is not what its name says, is named in
 * the manifest and not in the file: whoever opens it hears that it is missing. Memory: two photos.
 */
export async function writePhotos(
  writer: MemberWriter,
  source: PhotoSource,
  contracts: readonly string[],
  written: (bytes: number) => void,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for await (const { member, content } of readAhead(eachOnce(source, contracts, counts))) {
    if (content) await writer.addStored(member, content)
    else writer.tellMissing(member)
    written(member.size)
  }
  return counts
}

async function* eachOnce(
  source: PhotoSource,
  contracts: readonly string[],
  counts: Map<string, number>,
): AsyncGenerator<KeptPhoto> {
  const seen = new Set<string>()
  for (const contract of contracts) {
    for await (const photo of source.of(contract)) {
      counts.set(contract, (counts.get(contract) ?? 0) + 1)
      if (!seen.has(photo.sha256)) yield photo
      seen.add(photo.sha256)
    }
  }
}

interface ReadPhoto {
  member: ManifestMember
  content: Uint8Array<ArrayBuffer> | undefined
}

/** While one is written, the next one is read and hashed. */
async function* readAhead(photos: AsyncIterable<KeptPhoto>): AsyncGenerator<ReadPhoto> {
  let before: Promise<ReadPhoto> | undefined
  for await (const photo of photos) {
    const reading = readPhoto(photo)
    reading.catch(() => undefined) // heard when its turn comes, if it comes
    if (before) yield await before
    before = reading
  }
  if (before) yield await before
}

async function readPhoto({ sha256, bytes }: KeptPhoto): Promise<ReadPhoto> {
  const content = bytes.size > PHOTO_BYTES_MAX ? undefined : await readWhole(bytes)
  const isWhole = content !== undefined && (await hashOf(content)) === sha256
  return {
    member: { name: photoName(sha256), size: bytes.size, sha256 },
    content: isWhole ? content : undefined,
  }
}

/** Undefined where the browser cannot give its bytes any more. */
async function readWhole(bytes: Blob): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await bytes.arrayBuffer())
  } catch (failure) {
    if (failure instanceof DOMException) return undefined
    throw failure
  }
}

/** Beside the page, by the browser itself: a page that hashes so many bytes does not answer. */
export const hashOf = async (content: Uint8Array<ArrayBuffer>): Promise<string> =>
  bytesToHex(new Uint8Array(await crypto.subtle.digest("SHA-256", content)))
