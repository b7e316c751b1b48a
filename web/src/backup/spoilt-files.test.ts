// @vitest-environment node
/** Hundreds of spoilt files: each is refused with a word or opened, in time, and what comes of it are operations. */
import { Encrypter } from "age-encryption"
import fc from "fast-check"
import { beforeAll, expect, test } from "vitest"
import type { Operation } from "../core/operation.ts"
import { openDevice, type Device } from "../store/device.ts"
import { openMemoryStore } from "../store/memory-store.ts"
import { leaveSampleWork } from "../store/testing/sample-work.ts"
import { BackupRefused, FINDINGS_MAX, linesName, MANIFEST } from "./backup-format.ts"
import { openBackup, type OpenedBackup } from "./read-backup.ts"
import { previewRestore, restoreBackup } from "./restore-backup.ts"
import { isOperationOf } from "./shapes.ts"
import { AGENCY, ANN, appendNotes, AT, backUp, CONTRACT, operationsOf } from "./testing/sample-backup.ts"
import { type Bytes, spoil, spoilings } from "./testing/spoiling.ts"
import { type ToldMember, toldZip } from "./testing/told-zip.ts"

const PASSPHRASE = "orange barrel 42"
const OTHER = "01890000-0000-7000-8000-0000000000c2"
/** Far above what the slowest takes on a busy machine: beyond it, something hangs. */
const ONE_FILE_MS = 10_000
/** Always the same ones, unless somebody looks for new ones. */
const EXAMPLES = process.env["TALLYBOOK_TEST_EXAMPLES"]
const TEST_MS = 120_000 + 100 * Number(EXAMPLES ?? 0)

const invent = (runs: number): fc.Parameters<unknown> => ({
  plugins: [fc.timeout(ONE_FILE_MS)],
  ...(EXAMPLES ? { numRuns: Number(EXAMPLES) } : { numRuns: runs, seed: 1 }),
})

type Kind = "deflated" | "stored" | "locked"
let files: Record<Kind, Bytes>
let members: Record<string, string>

const openEmpty = (): Promise<Device> =>
  openDevice({ store: openMemoryStore(), person: ANN, app: "0.1.0", now: () => AT })

beforeAll(async () => {
  const device = await openEmpty()
  await leaveSampleWork(device.store)
  await appendNotes(device, 40)
  const deflated = await backUp(device)
  members = await readMembers(deflated)
  const stored = toldZip(Object.entries(members).map(([name, text]) => ({ name, text })))
  files = { deflated, stored, locked: await lockQuickly(deflated) }
})

/** With next to no work: it is opened hundreds of times. */
async function lockQuickly(bytes: Bytes): Promise<Bytes> {
  const encrypter = new Encrypter()
  encrypter.setScryptWorkFactor(1)
  encrypter.setPassphrase(PASSPHRASE)
  return new Uint8Array(await encrypter.encrypt(bytes))
}

async function readMembers(bytes: Bytes): Promise<Record<string, string>> {
  const { BlobReader, TextWriter, ZipReader } = await import("@zip.js/zip.js/lib/zip-core-native.js")
  const zip = new ZipReader(new BlobReader(new Blob([bytes])), { useWebWorkers: false })
  const read: Record<string, string> = {}
  for (const entry of await zip.getEntries())
    if (!entry.directory) read[entry.filename] = await entry.getData(new TextWriter())
  return read
}

interface Outcome {
  /** Why it was refused; empty where it was not. */
  refused: string
  taken: Operation[]
}

/** Everything that somebody can do with a file. Whatever fails but by a refusal fails the test. */
async function takeAll(bytes: Bytes, damaged: boolean): Promise<Outcome> {
  const device = await openEmpty()
  try {
    const opened = await openBackup(new Blob([bytes]), { passphrase: PASSPHRASE })
    await restore(device, opened, damaged)
    await opened.close()
  } catch (failure) {
    if (!(failure instanceof BackupRefused)) throw failure
    return { refused: failure.code, taken: await takenBy(device) }
  }
  return { refused: "", taken: await takenBy(device) }
}

async function restore(device: Device, opened: OpenedBackup, damaged: boolean): Promise<void> {
  const preview = await previewRestore(device, opened, { agency: AGENCY })
  const restored = await restoreBackup(device, opened, { agency: AGENCY, damaged })
  expect(restored.findings.length).toBeLessThanOrEqual(FINDINGS_MAX + 1)
  for (const [at, contract] of restored.contracts.entries()) {
    const shown = preview.contracts[at]
    expect(contract.id).toBe(shown?.id)
    expect(contract.new).toBe(contract.isDamaged && !damaged ? 0 : shown?.new)
  }
}

async function takenBy(device: Device): Promise<Operation[]> {
  const taken = await operationsOf(device)
  for (const one of taken) expect(isOperationOf(CONTRACT, one)).toBe(true)
  return taken
}

async function assertHarmless(kind: Kind, runs: number): Promise<void> {
  const outcomes = new Set<string>()
  await fc.assert(
    fc.asyncProperty(spoilings, fc.boolean(), async (ways, damaged) => {
      const { refused, taken } = await takeAll(spoil(files[kind], ways), damaged)
      outcomes.add(refused || (taken.length > 0 ? "taken" : "nothing"))
    }),
    invent(runs),
  )
  // It was not one and the same refusal over and over.
  expect(outcomes).toContain("not_a_backup")
  expect(outcomes).toContain("taken")
}

test("a deflated file, spoilt", () => assertHarmless("deflated", 100), TEST_MS)
test("a stored file, spoilt", () => assertHarmless("stored", 150), TEST_MS)
test("a locked file, spoilt", () => assertHarmless("locked", 200), TEST_MS)
test(
  "what is spoilt before it is locked proves itself, and is as spoilt inside",
  async () => {
    await fc.assert(
      fc.asyncProperty(spoilings, async (ways) => {
        await takeAll(await lockQuickly(spoil(files.stored, ways)), true)
      }),
      invent(50),
    )
  },
  TEST_MS,
)

const lie = fc.constantFrom(0, 0, 0, 0, 1, -1, 7, 65_536, -65_536, 2 ** 31, 0xfffffff)
const strangeMember: fc.Arbitrary<(of: Record<string, string>) => ToldMember> = fc
  .record({
    name: fc.constantFrom(
      linesName(CONTRACT, "operations"),
      linesName(CONTRACT, "records"),
      linesName(CONTRACT, "held"),
      linesName(OTHER, "operations"),
      MANIFEST,
      MANIFEST,
      "README.txt",
      "../../x",
      "contracts/",
      `photos/${"0".repeat(64)}`,
      "n".repeat(70_000 % 65_536),
    ),
    own: fc.boolean(),
    from: fc.nat({ max: 10 }),
    text: fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.json({ maxDepth: 6 })),
    sizeLie: lie,
    placeLie: lie,
    method: fc.constantFrom(0, 0, 0, 0, 0, 8, 99),
    isEncrypted: fc.constantFrom(false, false, false, false, true),
  })
  .map(({ own, from, text, ...told }) => {
    const other = (of: Record<string, string>): string =>
      Object.values(of)[from % Object.keys(of).length] ?? ""
    return (of) => ({
      ...told,
      text: own ? (of[told.name] ?? other(of)) : from < 5 ? other(of) : `${text}\n`,
    })
  })

test(
  "a file of a stranger: members twice, foreign names, one for another, and headers that lie",
  async () => {
    const outcomes = new Set<string>()
    await fc.assert(
      fc.asyncProperty(
        fc.array(strangeMember, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(0, 0, 0, 1, -1, 200, 70_000),
        async (made, countLie) => {
          const { refused, taken } = await takeAll(
            toldZip(
              made.map((one) => one(members)),
              countLie,
            ),
            true,
          )
          outcomes.add(refused || (taken.length > 0 ? "taken" : "nothing"))
        },
      ),
      invent(200),
    )
    expect([...outcomes].sort()).toEqual(["backup_bomb", "not_a_backup", "nothing", "taken"])
  },
  TEST_MS,
)

test(
  "lines of any JSON under a manifest that proves them",
  async () => {
    const line = fc.oneof(
      fc.json({ maxDepth: 8 }),
      fc.constantFrom(...(members[linesName(CONTRACT, "operations")]?.split("\n") ?? [])),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 30 }), async (lines) => {
        await takeAll(toldZip([{ name: linesName(CONTRACT, "operations"), text: lines.join("\n") }]), true)
      }),
      invent(100),
    )
  },
  TEST_MS,
)
