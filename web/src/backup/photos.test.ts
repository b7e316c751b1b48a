// @vitest-environment node
/** Photos in a backup file: each once, as it was, under its hash; and what becomes of those that are not. */
import "fake-indexeddb/auto"
import { createHash } from "node:crypto"
import { unzipSync } from "fflate"
import { expect, test } from "vitest"
import {
  isKnownName,
  linesName,
  type Manifest,
  MANIFEST,
  PHOTO_BYTES_MAX,
  photoName,
  VIEW,
} from "./backup-format.ts"
import { troubleOf } from "./backup-trouble.ts"
import type { KeptPhoto, PhotoSource } from "./photos.ts"
import { openBackup } from "./read-backup.ts"
import { photosOf, standIn } from "./testing/photo-stand-ins.ts"
import { backUp, CONTRACT, openWithWork, WISHES } from "./testing/sample-backup.ts"
import { zipOf } from "./testing/zip-of.ts"
import { writeBackup } from "./write-backup.ts"
import { findMembers, packedBytes, readDirectory } from "./zip-members.ts"

const OTHER = "01890000-0000-7000-8000-0000000000c2"
const BOTH = { contracts: [CONTRACT, OTHER] }
type Bytes = Uint8Array<ArrayBuffer>

const manifestOf = (bytes: Bytes): Manifest =>
  JSON.parse(new TextDecoder().decode(unzipSync(bytes)[MANIFEST])) as Manifest

const told = async (bytes: Bytes): Promise<string[]> =>
  (await openBackup(new Blob([bytes]))).findings.map(({ code, member }) => `${code} ${member}`)

const hashOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex")

async function write(kept: Readonly<Record<string, readonly KeptPhoto[]>>): Promise<Bytes> {
  const { device } = await openWithWork()
  return backUp(device, { ...BOTH, photos: photosOf(kept) })
}

test("each is there once, byte by byte, and counts at each of its contracts", async () => {
  const [one, two, none] = [standIn(1, 300_000), standIn(2, 70_001), standIn(3, 0)]
  const bytes = await write({ [CONTRACT]: [one, two, none], [OTHER]: [two] })
  expect(await told(bytes)).toEqual([])
  const members = unzipSync(bytes)
  for (const { sha256 } of [one, two, none])
    expect(hashOf(members[photoName(sha256)] ?? new Uint8Array(1))).toBe(sha256)
  const { contracts, members: listed } = manifestOf(bytes)
  expect(contracts.map(({ photos }) => photos)).toEqual([3, 1])
  expect(listed.filter(({ name }) => name.startsWith("photos/"))).toEqual(
    [one, two, none].map(({ sha256, bytes: { size } }) => ({ name: photoName(sha256), size, sha256 })),
  )
})

test("cut anywhere among them: every entry, the page to read them, and every photo before", async () => {
  const photos = [1, 2, 3].map((number) => standIn(number, 50_000))
  const bytes = await write({ [CONTRACT]: photos })
  const [, second, third] = photos
  const listed = (await readDirectory(new Blob([bytes]))) ?? []
  const last = listed.find(({ name }) => name === photoName(third?.sha256 ?? ""))
  const cut = new Blob([bytes.slice(0, (last?.start ?? 0) + 25_000)])
  const found = await findMembers(cut, isKnownName)
  expect(found.map(({ name }) => name).slice(1, 4)).toEqual(
    (["operations", "records", "held"] as const).map((kind) => linesName(CONTRACT, kind)),
  )
  expect(found.map(({ name }) => name)).toContain(VIEW)
  const whole = found.find(({ name }) => name === photoName(second?.sha256 ?? ""))
  const content = whole && (await (await packedBytes(cut, whole)).arrayBuffer())
  expect(hashOf(new Uint8Array(content ?? new ArrayBuffer()))).toBe(second?.sha256)
})

test("one that is not what its name says, is too large or cannot be read: named, not there; the rest is", async () => {
  const [good, changed] = [standIn(1, 1_000), standIn(2, 1_000)]
  const large = { sha256: "a".repeat(64), bytes: new Blob([new Uint8Array(PHOTO_BYTES_MAX + 1)]) }
  const gone = { sha256: "b".repeat(64), bytes: new GoneBlob([new Uint8Array(10)]) }
  const bytes = await write({ [CONTRACT]: [{ ...changed, bytes: good.bytes }, large, gone, good] })
  expect(await told(bytes)).toEqual(
    [changed, large, gone].map(({ sha256 }) => `member_missing ${photoName(sha256)}`),
  )
  expect(Object.keys(unzipSync(bytes))).toContain(photoName(good.sha256))
})

test("as large as a photo may be", async () => {
  const most = standIn(1, PHOTO_BYTES_MAX)
  expect(await told(await write({ [CONTRACT]: [most] }))).toEqual([])
})

test("a photo of another size, or under another name than the manifest tells, is damaged", async () => {
  const [one, other] = [standIn(1, 5_000), standIn(2, 5_000)]
  const manifest = manifestOf(await write({ [CONTRACT]: [one, other] }))
  const [first, second] = manifest.members.filter(({ name }) => name.startsWith("photos/"))
  const members = [first, { ...second, sha256: "c".repeat(64) }]
  const zip = await zipOf(
    {
      [first?.name ?? ""]: "x".repeat(4_999),
      [second?.name ?? ""]: "x".repeat(5_000),
      [MANIFEST]: JSON.stringify({ ...manifest, members }),
    },
    { level: 0 },
  )
  expect(await told(zip)).toEqual(members.map((member) => `backup_damaged ${member?.name}`))
})

test("more of them than one file may hold is said before anything is written", async () => {
  const { device } = await openWithWork()
  const photos: PhotoSource = { ...photosOf({}), measure: () => Promise.resolve(3 * 1024 ** 3 + 1) }
  const failure: unknown = await writeBackup(device, { ...WISHES, photos }).catch((raised: unknown) => raised)
  expect(troubleOf(failure)).toBe("too_large")
})

test("progress never goes back, and ends at the end", async () => {
  const { device } = await openWithWork()
  const photos = [1, 2, 3].map((number) => standIn(number, 200_000))
  const shares: number[] = []
  await backUp(device, { photos: photosOf({ [CONTRACT]: photos }), progress: (share) => shares.push(share) })
  expect(shares).toEqual(shares.toSorted((one, other) => one - other))
  expect(shares.at(-1)).toBeCloseTo(1)
})

/** A file whose disk is gone. */
class GoneBlob extends Blob {
  override arrayBuffer(): Promise<ArrayBuffer> {
    return Promise.reject(new DOMException("The disk is gone.", "NotReadableError"))
  }
}
