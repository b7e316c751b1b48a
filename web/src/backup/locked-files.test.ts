// @vitest-environment node
/** Files that a passphrase locks: what opens them, what is refused before any work, and what is left of a bad one. */
import "fake-indexeddb/auto"
import { beforeAll, expect, test } from "vitest"
import { Encrypter } from "age-encryption"
import { canonicalJson } from "../core/canonical-json.ts"
import type { FieldValue, Operation } from "../core/operation.ts"
import { isLocked, WORK_FACTOR_MAX } from "./age-lock.ts"
import { BackupRefused } from "./backup-format.ts"
import { openBackup, type OpenedBackup, type OpeningOptions } from "./read-backup.ts"
import { previewRestore, restoreBackup } from "./restore-backup.ts"
import {
  AGENCY,
  ANN,
  appendNotes,
  backUp,
  CONTRACT,
  openNew,
  openWithWork,
  operationsOf,
  WISHES,
} from "./testing/sample-backup.ts"
import { writeBackup } from "./write-backup.ts"

const PASSPHRASE = "Brücke 12, three spans"
const SEALED_BYTES = 64 * 1024 + 16

let plain: Uint8Array<ArrayBuffer>
let locked: Uint8Array<ArrayBuffer>
let operations: Operation[]

beforeAll(async () => {
  const { device } = await openWithWork()
  // Of letters that do not pack, so that it is several pieces long.
  const texts = Array.from({ length: 400 }, () =>
    Array.from({ length: 40 }, () => crypto.randomUUID()).join(" "),
  )
  await appendNotes(device, texts.length, ANN.id, (at) => texts[at] ?? "")
  plain = await backUp(device)
  locked = await backUp(device, { passphrase: PASSPHRASE })
  operations = await operationsOf(device)
}, 60_000)

const open = (
  bytes: Uint8Array<ArrayBuffer>,
  options: OpeningOptions = { passphrase: PASSPHRASE },
): Promise<OpenedBackup> => openBackup(new Blob([bytes]), options)

const spell = (one: Operation): string => canonicalJson(one as unknown as FieldValue)

const refusalOf = (opening: Promise<unknown>): Promise<string> =>
  opening.then(
    () => "opened",
    (failure: unknown) => (failure instanceof BackupRefused ? failure.code : String(failure)),
  )

test("locked, it says so by its name; with the passphrase all comes back", async () => {
  const { device } = await openWithWork()
  const written = await writeBackup(device, { ...WISHES, passphrase: PASSPHRASE })
  await written.bytes.cancel()

  expect(written.name).toMatch(/^tallybook-backup-ann-2026-11-2\d-\d{4}[.]tallybook[.]age$/)
  expect(await isLocked(new Blob([locked]))).toBe(true)
  expect(await isLocked(new Blob([plain]))).toBe(false)
  expect(locked.length).toBeGreaterThan(4 * SEALED_BYTES)
  expect(new TextDecoder("latin1").decode(locked)).not.toContain("README")

  const shares: number[] = []
  const opened = await open(locked, { passphrase: PASSPHRASE, progress: (share) => shares.push(share) })
  const { device: restored } = await openNew(ANN)
  await restoreBackup(restored, opened, { agency: AGENCY })
  await opened.close()

  expect(opened.findings).toEqual([])
  expect((await operationsOf(restored)).map(spell).sort()).toEqual(operations.map(spell).sort())
  expect(shares).toEqual([...shares].sort((one, other) => one - other))
  expect(shares.at(-1)).toBeCloseTo(1, 2)
})

test.each<[string, string | undefined, string]>([
  ["without a passphrase", undefined, "passphrase_needed"],
  ["with another one", "brücke 12, three spans", "wrong_passphrase"],
  ["with an empty one", "", "wrong_passphrase"],
])("%s: %s gives %s", async (_name, passphrase, code) => {
  expect(await refusalOf(open(locked, passphrase === undefined ? {} : { passphrase }))).toBe(code)
})

/** The same file with a header that says something else. */
function withHeader(change: (header: string) => string): Uint8Array<ArrayBuffer> {
  const end = new TextDecoder("latin1").decode(locked).indexOf("\n--- ") + 49
  const header = new TextDecoder("latin1").decode(locked.slice(0, end))
  return new Uint8Array([...new TextEncoder().encode(change(header)), ...locked.slice(end)])
}

test.each<[string, (header: string) => string, string]>([
  [
    "more work than a device can do",
    (header) => header.replace(" 15\n", ` ${WORK_FACTOR_MAX + 1}\n`),
    "work_factor_too_high",
  ],
  ["work without end", (header) => header.replace(" 15\n", " 999\n"), "work_factor_too_high"],
  ["a number of no format", (header) => header.replace(" 15\n", " 1e9\n"), "not_a_backup"],
  ["a key instead of a passphrase", (header) => header.replace("scrypt", "X25519"), "not_a_backup"],
  [
    "a header without an end",
    () => `age-encryption.org/v1\n-> scrypt ${"A".repeat(100_000)}`,
    "not_a_backup",
  ],
  ["a changed header", (header) => `${header.slice(0, -3)}AA\n`, "not_a_backup"],
  ["other work than was done", (header) => header.replace(" 15\n", " 14\n"), "wrong_passphrase"],
])("%s is refused", async (_name, change, code) => {
  const began = performance.now()
  expect(await refusalOf(open(withHeader(change)))).toBe(code)
  expect(performance.now() - began).toBeLessThan(5_000)
})

test("locked by age with more work than ours, it opens", async () => {
  const encrypter = new Encrypter()
  encrypter.setScryptWorkFactor(16)
  encrypter.setPassphrase(PASSPHRASE)
  const opened = await open(new Uint8Array(await encrypter.encrypt(plain)))

  expect(opened.findings).toEqual([])
})

async function readAll(opened: OpenedBackup): Promise<Operation[]> {
  const all: Operation[] = []
  for await (const batch of opened.operations(CONTRACT)) all.push(...batch)
  return all
}

test("cut short, the pieces that are whole are read like those of any file that is cut", async () => {
  let most = 0
  for (let end = 2 * SEALED_BYTES; end < locked.length; end += 1.5 * SEALED_BYTES) {
    const opened = await open(locked.slice(0, end))
    const got = await readAll(opened)
    expect(got).toEqual(operations.slice(0, got.length))
    expect(got.length).toBeGreaterThanOrEqual(most)
    expect(opened.findings.map(({ code }) => code)).toContain("backup_cut_short")
    most = got.length
  }
  expect(most).toBeGreaterThan(operations.length / 2)
})

test("with a flipped bit, what was proved before it is read, and nothing behind it", async () => {
  const bytes = locked.slice()
  const at = 3 * SEALED_BYTES + 1_000
  bytes[at] = (bytes[at] ?? 0) ^ 1
  const { device } = await openNew(ANN)
  const opened = await open(bytes)
  const got = await readAll(opened)

  expect(got.length).toBeGreaterThan(100)
  expect(got).toEqual(operations.slice(0, got.length))
  const preview = await previewRestore(device, opened, { agency: AGENCY })
  expect(preview.contracts).toMatchObject([{ isStrange: true, operations: got.length }])
})

test("cut inside its first piece there is nothing to read", async () => {
  for (const end of [150, 190, 1_000, SEALED_BYTES])
    expect(await refusalOf(open(locked.slice(0, end)))).toBe("not_a_backup")
})

test("stopped while it is unlocked, it stops", async () => {
  const stop = new AbortController()
  const opening = open(locked, { passphrase: PASSPHRASE, signal: stop.signal, progress: () => stop.abort() })

  await expect(opening).rejects.toThrow(/abort/i)
})
