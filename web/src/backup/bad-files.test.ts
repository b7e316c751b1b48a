// @vitest-environment node
/** Files that are not as they were written: each is met with a word for it, and what is whole can be had. */
import "fake-indexeddb/auto"
import { createHash } from "node:crypto"
import { beforeAll, expect, test } from "vitest"
import { canonicalJson } from "../core/canonical-json.ts"
import type { FieldValue, Operation } from "../core/operation.ts"
import { newContractRow } from "../store/contract-rows.ts"
import type { Device } from "../store/device.ts"
import { type BackupRefused, LINE_BYTES_MAX, linesName, MEMBERS_MAX } from "./backup-format.ts"
import { BATCH_CHARACTERS, openBackup, type OpenedBackup } from "./read-backup.ts"
import { previewRestore, restoreBackup, type RestoreSummary } from "./restore-backup.ts"
import {
  AGENCY,
  ANN,
  appendNotes,
  backUp,
  CONTRACT,
  openNew,
  openWithWork,
  operationsOf,
} from "./testing/sample-backup.ts"
import { zipOf } from "./testing/zip-of.ts"
import { readDirectory } from "./zip-members.ts"

type Bytes = Uint8Array<ArrayBuffer>

const NAME = linesName(CONTRACT, "operations")
let whole: Bytes
let operations: Operation[]

beforeAll(async () => {
  const { device } = await openWithWork()
  await appendNotes(device, 200)
  whole = await backUp(device)
  operations = await operationsOf(device)
})

const open = (bytes: Bytes): Promise<OpenedBackup> => openBackup(new Blob([bytes]))
const spell = (value: object): string => `${canonicalJson(value as FieldValue)}\n`
const codesOf = ({ findings }: { findings: readonly { code: string }[] }): string[] =>
  findings.map((one) => one.code)

async function readAll(opened: OpenedBackup): Promise<Operation[]> {
  const all: Operation[] = []
  for await (const batch of opened.operations(CONTRACT)) all.push(...batch)
  return all
}

/** Where a text stands last, or last before a place. */
function placeOf(bytes: Bytes, signature: string, from = bytes.length): number {
  return new TextDecoder("latin1").decode(bytes).lastIndexOf(signature, from)
}

const directoryOf = (bytes: Bytes): number => placeOf(bytes, "README.txt") - 46

async function restoreInto(device: Device, bytes: Bytes, damaged = false): Promise<RestoreSummary> {
  return restoreBackup(device, await open(bytes), { agency: AGENCY, damaged })
}

test("cut at any place: the whole lines before it, in order, and a word that it is cut", async () => {
  let most = 0
  for (let end = 40; end < whole.length; end += 97) {
    const opened = await open(whole.slice(0, end))
    const got = await readAll(opened)
    expect(got).toEqual(operations.slice(0, got.length))
    expect(got.length).toBeGreaterThanOrEqual(most)
    expect(codesOf(opened)).toContain("backup_cut_short")
    most = got.length
  }
  expect(most).toBe(operations.length)
})

test("without its manifest nobody says whose it is: only contracts that the device knows are taken", async () => {
  const cut = whole.slice(0, placeOf(whole, "manifest.json", directoryOf(whole)) - 30)
  const { device } = await openNew(ANN)

  const strange = await restoreInto(device, cut)
  expect(strange.contracts).toMatchObject([{ isStrange: true, operations: operations.length, new: 0 }])
  expect(strange.whose).toBeUndefined()
  expect(await operationsOf(device)).toEqual([])

  const { device: known } = await openWithWork()
  const { contracts } = await restoreInto(known, cut)
  expect(contracts).toMatchObject([{ isStrange: false, new: operations.length }])
})

test("a flipped bit anywhere never brings an entry that nobody typed", async () => {
  const genuine = new Map(operations.map((one) => [one.id, spell(one)]))
  const found = new Set<string>()
  for (let at = 0; at < whole.length; at += 61) {
    const bytes = whole.slice()
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8))
    const { device } = await openNew(ANN)
    try {
      const summary = await restoreInto(device, bytes)
      for (const { code } of summary.findings) found.add(code)
    } catch (failure) {
      found.add((failure as { code: string }).code)
    }
    for (const one of await operationsOf(device)) expect(spell(one)).toBe(genuine.get(one.id))
    device.store.close()
  }
  expect([...found]).toContain("backup_damaged")
}, 120_000)

test("where no manifest proves a line, it is taken only as it was written, and none behind it", async () => {
  const [one, two, three] = operations.slice(0, 3).map(spell)
  const respelled = two?.replace('":', '": ') ?? ""
  const opened = await open(await zipOf({ [NAME]: [one, respelled, three].join("") }))

  expect(await readAll(opened)).toEqual([first()])
  expect(opened.findings).toMatchObject([
    { code: "backup_cut_short", member: "" },
    { code: "backup_cut_short", member: NAME },
  ])
})

/** A bit in the packed operations: they are the largest member. */
function damageOperations(): Bytes {
  const bytes = whole.slice()
  const at = Math.floor((placeOf(bytes, "records.ndjson", directoryOf(bytes)) * 3) / 4)
  bytes[at] = (bytes[at] ?? 0) ^ 4
  return bytes
}

test("damaged entries are left out unless somebody asks for them; the preview says how many can be read", async () => {
  const bytes = damageOperations()
  const { device } = await openNew(ANN)

  const left = await restoreInto(device, bytes)
  expect(left.findings).toMatchObject([{ code: "backup_damaged", member: NAME }])
  expect(left.contracts).toMatchObject([{ isDamaged: true, new: 0 }])
  expect(await operationsOf(device)).toEqual([])

  const preview = await previewRestore(device, await open(bytes), { agency: AGENCY })
  const taken = await restoreInto(device, bytes, true)
  expect(taken.contracts[0]?.new).toBeGreaterThan(0)
  expect(taken.contracts[0]?.new).toBe(preview.contracts[0]?.new)
})

test("of damaged entries all are had that stand before the damage, but for a few", async () => {
  const member = (await readDirectory(new Blob([whole])))?.find(({ name }) => name === NAME)
  const [start, packed] = [(member?.start ?? 0) + 30 + NAME.length, member?.packed ?? 0]
  for (const share of [0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]) {
    const at = Math.floor(start + packed * share)
    const opened = await open(whole.slice().fill(0xff, at, at + 64))
    const got = await readAll(opened)
    const same = got.findIndex((one, index) => one.id !== operations[index]?.id)
    expect(same < 0 ? got.length : same).toBeGreaterThan(operations.length * (share - 0.15))
  }
})

test.each<[string, () => Bytes | Promise<Bytes>, string]>([
  ["empty", () => new Uint8Array(), "not_a_backup"],
  ["a text", () => new TextEncoder().encode("Dear Sir, this is no ZIP at all."), "not_a_backup"],
  ["a ZIP of something else", () => zipOf({ "word/document.xml": "<w/>" }), "not_a_backup"],
  ["locked", () => new TextEncoder().encode("age-encryption.org/v1\n-> scrypt x 15\n"), "passphrase_needed"],
  [
    "of a newer program",
    () => zipOf({ "manifest.json": '{"format":"tallybook-backup","format_version":2,"all":"new"}' }),
    "backup_of_newer_program",
  ],
  ["more members than are looked at", () => withDirectory64(BigInt(MEMBERS_MAX) + 1n), "backup_bomb"],
  ["a size that deflate cannot give", () => patchCentral(whole, 24, 0x7fffffff), "backup_bomb"],
  ["two members that share bytes", () => patchCentral(whole, 42, 0), "backup_bomb"],
])("%s: %s", async (_name, make, code) => {
  const told = await open(await make()).then(
    (opened) => codesOf(opened),
    (failure: unknown) => [(failure as BackupRefused).code],
  )
  expect(told).toContain(code)
})

/** A file that ends in a ZIP64 directory which claims so many members. */
function withDirectory64(count: bigint): Bytes {
  const bytes = new Uint8Array(4 + 56 + 20 + 22)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 0x04034b50, true)
  view.setUint32(4, 0x06064b50, true)
  view.setBigUint64(4 + 32, count, true)
  view.setUint32(60, 0x07064b50, true)
  view.setBigUint64(60 + 8, 4n, true)
  view.setUint32(80, 0x06054b50, true)
  view.setUint16(80 + 10, 0xffff, true)
  return bytes
}

/** Change a number in the directory's line of the operations. */
function patchCentral(bytes: Bytes, place: number, value: number): Bytes {
  const patched = bytes.slice()
  const at = placeOf(patched, NAME) - 46
  new DataView(patched.buffer).setUint32(at + place, value, true)
  return patched
}

test("a lying size: the member is told, the rest is there", async () => {
  const told = patchCentral(whole, 24, 100)
  const opened = await open(told)

  expect(opened.findings).toMatchObject([{ code: "backup_damaged", member: NAME }])
  expect(await readAll(opened)).toEqual([])
  const images = []
  for await (const batch of opened.images(CONTRACT)) images.push(...batch)
  expect(images).toHaveLength(2)
})

test("a name like ../../x is listed, and nothing else becomes of it", async () => {
  const opened = await open(
    await zipOf({ "../../x": "{}", [NAME]: spell(first()), [`${NAME}/`]: "x", ["n".repeat(300)]: "x" }),
  )

  expect(opened.findings.filter((one) => one.code === "member_unknown").map((one) => one.member)).toEqual([
    "../../x",
    `${NAME}/`,
    `${"n".repeat(80)}…`,
  ])
  expect(await readAll(opened)).toHaveLength(1)
})

test("a member that the manifest names and the file lacks", async () => {
  const { device } = await openWithWork()
  const manifest = await manifestOf(await backUp(device))
  const opened = await open(await zipOf({ "README.txt": "x", "manifest.json": JSON.stringify(manifest) }))

  expect(codesOf(opened)).toEqual(Array(4).fill("member_missing"))
  expect(opened.contracts).toEqual([])
})

async function manifestOf(bytes: Bytes): Promise<object> {
  const { manifest } = await open(bytes)
  if (!manifest) throw new Error("there is no manifest")
  return manifest
}

const first = (): Operation => {
  const [one] = operations
  if (!one) throw new Error("there is no operation")
  return one
}

test("lines that are no operations of the contract are counted, and the others taken", async () => {
  const strange = [
    "no JSON\n",
    "[]\n",
    spell({ ...first(), contract: ANN.id }),
    spell({ ...first(), number: 0 }),
    spell({ ...first(), number: 2 ** 40 }),
    spell({ ...first(), verb: "delete" }),
    spell({ ...first(), id: "../../x" }),
    `${"[".repeat(100_000)}${"]".repeat(100_000)}\n`,
    `${" ".repeat(LINE_BYTES_MAX + 1)}\n`,
  ]
  const manifest = await manifestOf(whole)
  const text = strange.join("") + spell(first())
  const members = [
    {
      name: NAME,
      size: new TextEncoder().encode(text).length,
      sha256: createHash("sha256").update(text).digest("hex"),
    },
  ]
  const opened = await open(
    await zipOf({ [NAME]: text, "manifest.json": JSON.stringify({ ...manifest, members }) }, { level: 9 }),
  )

  expect(await readAll(opened)).toEqual([first()])
  expect(opened.findings).toEqual([{ code: "line_unreadable", member: NAME, detail: `${strange.length}` }])
  await readAll(opened)
  expect(opened.findings).toHaveLength(1)
})

test("a stored member is read as well as a deflated one", async () => {
  const opened = await open(await zipOf({ [NAME]: spell(first()) + spell(first()) }, { level: 0 }))

  expect(await readAll(opened)).toEqual([first(), first()])
  const { device } = await openWithWork()
  const { contracts } = await restoreBackup(device, opened, { agency: AGENCY })
  expect(contracts).toMatchObject([{ operations: 1 }])
})

test("long lines: what is in memory at once is counted in characters, not in lines", async () => {
  const LONG = 600_000
  const { device } = await openNew(ANN)
  await appendNotes(device, 20)
  const long = (await operationsOf(device)).map((one) => ({ ...one, set: { text: "a".repeat(LONG) } }))
  const opened = await open(await zipOf({ [NAME]: long.map(spell).join("") }))
  const sizes: number[] = []
  for await (const batch of opened.operations(CONTRACT)) sizes.push(batch.length * LONG)
  await device.store.write(["contracts"], (write) => write.put("contracts", newContractRow(CONTRACT)))
  const preview = await previewRestore(device, opened, { agency: AGENCY })

  expect(sizes.reduce((sum, one) => sum + one, 0)).toBe(20 * LONG)
  expect(Math.max(...sizes)).toBeLessThanOrEqual(BATCH_CHARACTERS + LONG)
  expect(preview.contracts[0]?.differs).toBe(20)
  expect(preview.contracts[0]?.differing).toHaveLength(6)
})
