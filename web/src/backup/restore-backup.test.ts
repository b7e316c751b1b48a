// @vitest-environment node
/** From one browser profile to another by a file: everything once, whatever was done before. */
import "fake-indexeddb/auto"
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import type { Image, Operation } from "../core/operation.ts"
import type { Device } from "../store/device.ts"
import { listWaiting, OPERATION_NUMBER, putAnswer } from "../store/outbox.ts"
import { changeContract } from "../store/contract-rows.ts"
import type { ContractRow, ImageRow } from "../store/tables.ts"
import { applyStagedPage, stageCopy, swapStagedCopy } from "../store/feed-pages.ts"
import type { Manifest } from "./backup-format.ts"
import { openBackup } from "./read-backup.ts"
import { previewRestore, restoreBackup, type RestoreSummary } from "./restore-backup.ts"
import {
  AGENCY,
  ANN,
  appendNote,
  appendNotes,
  AT,
  backUp,
  BO,
  CONTRACT,
  openNew,
  openWithWork,
  operationsOf,
  WISHES,
} from "./testing/sample-backup.ts"
import { writeBackup } from "./write-backup.ts"

const restore = async (device: Device, bytes: Uint8Array<ArrayBuffer>): Promise<RestoreSummary> =>
  restoreBackup(device, await openBackup(new Blob([bytes])), { agency: AGENCY })

const waitingOf = ({ store }: Device): Promise<Operation[]> =>
  store.read(["unconfirmed"], (read) => listWaiting(read, CONTRACT, 10_000))

async function recordsOf({ store }: Device): Promise<ImageRow[]> {
  const row = await store.read(["contracts"], (read) => read.get("contracts", CONTRACT))
  return store.read(["records"], (read) =>
    read.list("records", { prefix: [CONTRACT, row?.live?.copy ?? -1] }),
  )
}

/** Copies are numbered by each device. */
const withoutCopy = (rows: readonly ImageRow[]): Image[] => rows.map((row) => ({ ...row, copy: 0 }))

test("a profile is lost, and a new one has everything from the file, all of it unanswered", async () => {
  const { device: lost } = await openWithWork()
  const { device, journal } = await openNew(ANN)

  const summary = await restore(device, await backUp(lost))

  const operations = await operationsOf(lost)
  expect(operations.length).toBeGreaterThan(3)
  expect(await operationsOf(device)).toEqual(operations)
  expect(await waitingOf(device)).toEqual(operations)
  expect(new Set(journal.operations)).toEqual(new Set(operations))
  expect(withoutCopy(await recordsOf(device))).toEqual(withoutCopy(await recordsOf(lost)))
  expect(await device.store.read(["held"], (read) => read.count("held", { prefix: [CONTRACT] }))).toBe(1)
  expect(await device.store.read(["answers"], (read) => read.count("answers", { prefix: [] }))).toBe(0)
  expect(summary).toMatchObject({ whose: { id: ANN.id }, findings: [] })
  expect(summary.contracts).toMatchObject([
    { id: CONTRACT, new: operations.length, onDevice: 0, isHere: false },
  ])
  expect(summary.contracts[0]?.from).toBe(operations[0]?.made_at)
})

test("it is known on which day the last of its entries was at work", async () => {
  const { device: lost } = await openNew(ANN)
  const { device } = await openNew(ANN)
  const days = { "07": "2026-11-18", "09": "2026-11-12", "08": "2026-11-17", "10": "no day" }
  for (const [hour, day] of Object.entries(days))
    await appendNote(lost, { set: { work_date: day }, made_at: `2026-11-19T${hour}:00:00.000-06:00` })

  const { contracts } = await restore(device, await backUp(lost))

  expect(contracts[0]).toMatchObject({ lastDay: { date: "2026-11-12" }, to: "2026-11-19T10:00:00.000-06:00" })
})

test("a preview says what would come, and changes nothing", async () => {
  const { device: lost } = await openWithWork()
  const { device, journal } = await openNew(ANN)
  const opened = await openBackup(new Blob([await backUp(lost)]))

  const preview = await previewRestore(device, opened, { agency: AGENCY })

  expect(await operationsOf(device)).toEqual([])
  expect(journal.operations).toEqual([])
  expect(await device.store.read(["contracts"], (read) => read.list("contracts", { prefix: [] }))).toEqual([])
  expect(await restoreBackup(device, opened, { agency: AGENCY })).toEqual(preview)
})

test("the restored copy is stale: the next pull takes the contract whole and swaps", async () => {
  const { device: lost } = await openWithWork()
  const { device } = await openNew(ANN)
  await restore(device, await backUp(lost))
  const { store } = device

  const shown = await store.read(["contracts"], (read) => read.get("contracts", CONTRACT))
  expect(shown).toMatchObject({
    live: { isStale: true, cursor: 0, whole: 0, records: 2 },
    position: { known: 0, chain: "" },
    retired: [],
    isWanted: true,
  })
  const target = await stageCopy(store, CONTRACT)
  const tally = { records: 0, revisions: 0 }
  const page = { position: { known: 9, chain: "cd" }, remaining: 0, lines: [], cursor: 9, more: false, tally }
  await applyStagedPage(store, CONTRACT, page, target)
  expect(await swapStagedCopy(store, CONTRACT, { ...target, after: 9 }, tally, "")).toBe("whole")
  const swapped = await store.read(["contracts"], (read) => read.get("contracts", CONTRACT))
  expect(swapped).toMatchObject({
    live: { isStale: false },
    retired: [{ copy: shown?.live?.copy, isStale: true }],
  })
})

test("the same file twice, an older one after a newer one: nothing is doubled, nothing is lost", async () => {
  const { device: lost } = await openWithWork()
  const older = await backUp(lost)
  await appendNotes(lost, 3)
  const newer = await backUp(lost)
  const { device } = await openNew(ANN)
  await restore(device, newer)
  const after = [await operationsOf(device), await waitingOf(device), await recordsOf(device)]

  for (const again of [newer, older, newer]) {
    const [summary] = (await restore(device, again)).contracts
    expect(summary).toMatchObject({ new: 0, onDevice: summary?.operations, isHere: true })
  }

  expect([await operationsOf(device), await waitingOf(device), await recordsOf(device)]).toEqual(after)
  expect(after[0]).toEqual(await operationsOf(lost))
})

test("an older file first, then the newer one", async () => {
  const { device: lost } = await openWithWork()
  const older = await backUp(lost)
  await appendNotes(lost, 1_300)
  const { device } = await openNew(ANN)
  await restore(device, older)

  const summary = await restore(device, await backUp(lost))

  expect(summary.contracts).toMatchObject([{ new: 1_300 }])
  expect(await operationsOf(device)).toEqual(await operationsOf(lost))
})

test("what this device was answered stays answered", async () => {
  const { device } = await openWithWork()
  const bytes = await backUp(device)
  const [first] = await waitingOf(device)
  if (!first) throw new Error("nothing waits")
  await device.store.write(["answers", "unconfirmed"], (write) =>
    putAnswer(write, first, { id: first.id, seq: 8, state: "applied" }),
  )

  await restore(device, bytes)

  expect((await waitingOf(device)).map((one) => one.id)).not.toContain(first.id)
})

test("an id that is here with another content stays as it is, and the other one is offered", async () => {
  const { device: lost } = await openWithWork()
  const { device } = await openNew(ANN)
  const [here] = await operationsOf(lost)
  if (!here) throw new Error("there is no operation")
  const other: Operation = { ...here, set: { ...here.set, text: "Something else." } }
  await device.store.write(["operations"], (write) => write.put("operations", other))

  const { contracts } = await restore(device, await backUp(lost))

  expect(contracts).toMatchObject([{ differs: 1, differing: [here] }])
  expect((await operationsOf(device)).find((one) => one.id === here.id)).toEqual(other)
})

test("another agency's file is refused, and nothing of it is taken", async () => {
  const { device: lost } = await openWithWork()
  const { device } = await openNew(ANN)
  const bytes = await backUp(lost, { agency: { id: BO.id, name: "Oak County" } })

  await expect(restore(device, bytes)).rejects.toMatchObject({
    code: "backup_of_other_agency",
    detail: "Oak County",
  })
  const opened = await openBackup(new Blob([bytes]))
  await expect(previewRestore(device, opened, { agency: AGENCY })).rejects.toMatchObject({
    code: "backup_of_other_agency",
  })
  expect(await operationsOf(device)).toEqual([])
})

test("somebody else's entries come only with the office right on the contract", async () => {
  const { device: lost } = await openWithWork()
  const { device } = await openNew(BO)
  const bytes = await backUp(lost)
  const operations = await operationsOf(lost)

  const refused = await restore(device, bytes)
  expect(refused.contracts).toMatchObject([
    { new: 0, ofOthers: [{ author: ANN.id, name: "Ann Lindqvist", operations: operations.length }] },
  ])
  expect(await operationsOf(device)).toEqual([])

  await device.store.write(["contracts"], (write) =>
    changeContract(write, CONTRACT, (row) => ({ ...row, right: "office" })),
  )
  expect((await restore(device, bytes)).contracts).toMatchObject([{ new: operations.length, ofOthers: [] }])
  expect(await operationsOf(device)).toEqual(operations)
})

test("of somebody else's contract that the server does not list, nothing is shown", async () => {
  const { device: lost } = await openWithWork()
  const { device } = await openNew(BO)
  const bytes = await backUp(lost)
  const rowOf = (): Promise<ContractRow | undefined> =>
    device.store.read(["contracts"], (read) => read.get("contracts", CONTRACT))

  await restore(device, bytes)
  expect(await rowOf()).toBeUndefined()

  await device.store.write(["contracts"], (write) =>
    changeContract(write, CONTRACT, (row) => ({ ...row, right: "view" })),
  )
  await restore(device, bytes)
  expect(await rowOf()).toMatchObject({ right: "view", live: { records: 2, isStale: true } })
})

test("a contract that only the file tells of has its name and right", async () => {
  const { device: lost } = await openWithWork()
  const told = { number: "0-1", name: "Bridge", status: "active", right: "inspection" as const }
  await lost.store.write(["contracts"], (write) =>
    changeContract(write, CONTRACT, (row) => ({ ...row, ...told })),
  )
  const { device } = await openNew(ANN)

  await restore(device, await backUp(lost))

  expect(await device.store.read(["contracts"], (read) => read.get("contracts", CONTRACT))).toMatchObject(
    told,
  )
})

test("numbers go on above those of the file where it is this device's own, and never go back", async () => {
  const { device } = await openWithWork()
  const early = await backUp(device)
  await appendNotes(device, 5)
  const { device: revived } = await openNew(ANN)
  const same = { ...revived, id: device.id }
  await revived.store.write(["settings"], (write) =>
    write.put("settings", { key: "device_id", value: device.id }),
  )
  await restore(same, await backUp(device))
  const numberOf = async (one: Device): Promise<unknown> =>
    (await one.store.read(["settings"], (read) => read.get("settings", OPERATION_NUMBER)))?.value
  const last = Math.max(...(await operationsOf(device)).map((one) => one.number))

  expect(await numberOf(same)).toBe(last)
  await restore(same, early)
  expect(await numberOf(same)).toBe(last)
})

test("a contract with a copy of its own keeps it", async () => {
  const { device: lost } = await openWithWork()
  const { device } = await openWithWork()
  const before = await device.store.read(["contracts"], (read) => read.get("contracts", CONTRACT))

  await restore(device, await backUp(lost))

  expect(await device.store.read(["contracts"], (read) => read.get("contracts", CONTRACT))).toEqual(before)
})

test("what only the second copy has is in the file, once", async () => {
  const { device: lost } = await openWithWork()
  const operations = await operationsOf(lost)
  const [first] = operations
  if (!first) throw new Error("there is no operation")
  const alone = { ...first, id: lost.newId(), number: 99 }
  const { device } = await openNew(ANN)

  await restore(device, await backUp(lost, { stranded: [first, alone] }))

  expect(await operationsOf(device)).toEqual([...operations, alone])
})

test("a number that stands twice at the edge of a page is not left out", async () => {
  const { device: lost } = await openNew(ANN)
  await appendNotes(lost, 501)
  const all = await operationsOf(lost)
  const twice = all.slice(495, 501).map((one) => ({ ...one, id: lost.newId(), number: 500 }))
  await lost.store.write(["operations"], (write) => {
    for (const one of twice) write.put("operations", one)
  })
  const { device } = await openNew(ANN)

  await restore(device, await backUp(lost))

  expect(await operationsOf(device)).toEqual(await operationsOf(lost))
})

test("common tools open the file, and its manifest is true", async () => {
  const { device: lost } = await openWithWork()
  await appendNotes(lost, 600)
  const { name } = await writeBackup(lost, WISHES)
  expect(name).toMatch(/^tallybook-backup-ann-2026-11-2[34]-\d{4}\.tallybook$/)
  const folder = mkdtempSync(join(tmpdir(), "backup-"))
  writeFileSync(join(folder, name), await backUp(lost))

  const script = [
    "import hashlib, json, sys, zipfile",
    "file = zipfile.ZipFile(sys.argv[1])",
    "assert file.testzip() is None",
    "manifest = json.loads(file.read('manifest.json'))",
    "assert file.namelist() == [one['name'] for one in manifest['members']] + ['manifest.json']",
    "for one in manifest['members']:",
    "    content = file.read(one['name'])",
    "    assert len(content) == one['size'] and hashlib.sha256(content).hexdigest() == one['sha256']",
    "open(sys.argv[2], 'w').write(json.dumps(manifest))",
  ].join("\n")
  const told = join(folder, "manifest.json")
  const run = spawnSync("python3", ["-c", script, join(folder, name), told], { encoding: "utf-8" })
  expect(run).toMatchObject({ status: 0, stderr: "" })
  const manifest = JSON.parse(readFileSync(told, "utf-8")) as Manifest
  rmSync(folder, { recursive: true })

  const operations = await operationsOf(lost)
  expect(manifest).toMatchObject({ agency: AGENCY, person: { email: ANN.email }, device: { id: lost.id } })
  expect(Date.parse(manifest.made_at)).toBe(AT.getTime())
  expect(manifest.contracts).toMatchObject([
    { operations: operations.length, unanswered: (await waitingOf(lost)).length, records: 2, held: 1 },
  ])
})

test("it tells how far it is, and stops when nobody wants it any more", async () => {
  const { device } = await openWithWork()
  const shares: number[] = []
  await backUp(device, { progress: (share) => shares.push(share) })
  expect(shares.at(-1)).toBe(1)

  const stop = new AbortController()
  stop.abort(new Error("nobody"))
  await expect(backUp(device, { signal: stop.signal })).rejects.toThrow()
})

test("whose file it is, is told before its lines are verified", async () => {
  const { device } = await openWithWork()
  const file = new Blob([await backUp(device)])
  const told: unknown[] = []

  await openBackup(file, {
    tell: ({ person }) => told.push(person.id),
    progress: (share) => told.push(share),
  })

  expect(told[0]).toBe(ANN.id)
  expect(told.at(-1)).toBeGreaterThan(0.9)
})

test("files that were left in the middle keep no later one waiting", async () => {
  const { device } = await openWithWork()
  for (let left = 0; left < 20; left += 1) {
    const { bytes } = await writeBackup(device, WISHES)
    await bytes.getReader().read() // and no more of it
  }

  expect((await backUp(device)).length).toBeGreaterThan(1_000)
})

test("restoring tells how far it is; ended in the middle, what was restored stays and it can be done again", async () => {
  const { device: lost } = await openNew(ANN)
  await appendNotes(lost, 1_200)
  const bytes = await backUp(lost)
  const { device } = await openNew(ANN)
  const opened = await openBackup(new Blob([bytes]))
  const stop = new AbortController()
  const shares: number[] = []
  const progress = (share: number): void => {
    shares.push(share)
    if (share > 0.8) stop.abort(new Error("nobody"))
  }

  await expect(
    restoreBackup(device, opened, { agency: AGENCY, progress, signal: stop.signal }),
  ).rejects.toThrow("nobody")

  expect(shares.length).toBeGreaterThan(1)
  expect((await operationsOf(device)).length).toBe(1_000)
  const summary = await restoreBackup(device, opened, { agency: AGENCY })
  expect(summary.contracts[0]).toMatchObject({ onDevice: 1_000, new: 200 })
  expect(summary.contracts[0]?.newOf).toEqual([{ author: ANN.id, operations: 200 }])
})
