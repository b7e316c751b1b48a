// @vitest-environment node
/** Continuous backup on a folder in memory: when it writes, which files it keeps, and what a drive that is gone does. */
import "fake-indexeddb/auto"
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import type { BackupFolder, BackupFolderPlace } from "../store/backup-folder.ts"
import type { Operation } from "../core/operation.ts"
import { type Changeable, changeable } from "../sync/readable.ts"
import { BETWEEN_MS, ContinuousBackup, QUIET_MS } from "./continuous-backup.ts"
import { FILES_KEPT } from "./folder-files.ts"
import { appendNotes, openWithWork, operationsOf, WISHES } from "./testing/sample-backup.ts"
import { WritableFolder } from "./testing/writable-folder.ts"

let folder: WritableFolder
let backup: ContinuousBackup
let secondCopy: Changeable<{ stranded: Operation[] }>
let device: Awaited<ReturnType<typeof openWithWork>>["device"]

/** What the browser's own database does: fails as a whole, or has no room for what is noted in it. */
let database: { isFailing: boolean; isFull: boolean }

/** The next note is the last that there is room for. */
let fillAfterNote = false

/** As the browser's database keeps it; a handle cannot be cloned outside of a browser. */
function memoryPlace(): BackupFolderPlace {
  let kept: BackupFolder | undefined
  return {
    read: async () => {
      if (database.isFailing) throw new DOMException("It is closing.", "UnknownError")
      return kept
    },
    change: async (patch) => {
      if (database.isFull) throw new DOMException("It is full.", "QuotaExceededError")
      database.isFull = fillAfterNote
      return (kept = kept && { ...kept, ...patch })
    },
    choose: async (handle) => {
      kept = { handle, files: [] }
    },
    forget: async () => {
      kept = undefined
    },
  }
}

/** Timers that run when they are told to. */
let timers: { run: () => void; delayMs: number }[] = []
async function fireTimer(): Promise<void> {
  const [timer] = timers.splice(0)
  timer?.run()
  await vi.waitFor(() => expect(backup.isWriting).toBe(false))
}

beforeEach(async () => {
  timers = []
  secondCopy = changeable<{ stranded: Operation[] }>({ stranded: [] })
  database = { isFailing: false, isFull: false }
  folder = new WritableFolder("FIELD USB")
  device = { ...(await openWithWork()).device, now: () => new Date() }
  backup = new ContinuousBackup({
    device,
    place: memoryPlace(),
    environment: {
      isOnline: () => false,
      isVisible: () => true,
      onChange: () => () => undefined,
      now: () => 0,
      random: () => 0,
      withLock: (_name, _isPatient, work) => work(),
      startTimer: (run, delayMs) => {
        const timer = { run, delayMs }
        timers = [timer]
        return () => (timers = timers.filter((one) => one !== timer))
      },
    },
    channel: new BroadcastChannel(crypto.randomUUID()),
    secondCopy,
    wishes: async () => ({ ...WISHES, stranded: secondCopy.get().stranded }),
  })
  await backup.start()
})

afterEach(() => backup.end())

test("off until a folder is chosen; then the first file is written at once", async () => {
  expect(backup.state.get()).toEqual({ kind: "off" })
  await appendNotes(device, 1)
  expect(timers).toEqual([])

  await backup.choose(folder.handle)

  expect(backup.state.get()).toMatchObject({ kind: "on", folder: "FIELD USB" })
  expect(folder.files.size).toBe(1)
})

test("after a save it waits for quiet, and a minute from the file before", async () => {
  await backup.choose(folder.handle)
  await appendNotes(device, 1)

  const [timer] = timers
  expect(timer?.delayMs).toBeGreaterThan(QUIET_MS)
  expect(timer?.delayMs).toBeLessThanOrEqual(BETWEEN_MS)
  await fireTimer()
  expect(folder.files.size).toBe(2)
})

test("nothing new: nothing is written", async () => {
  await backup.choose(folder.handle)
  await appendNotes(device, 1)
  await fireTimer()
  await device.store.write(["operations"], async (write) => {
    const [one] = await write.list("operations", { prefix: [], limit: 1 })
    if (one) write.put("operations", one)
  })
  await fireTimer()

  expect(folder.files.size).toBe(2)
})

test("the last few are kept, and nothing that somebody else put there goes", async () => {
  folder.files.set("photos.zip", new Uint8Array([1]))
  folder.files.set("tallybook-backup-ann-2026-01-01-0800.tallybook", new Uint8Array([1]))
  await backup.choose(folder.handle)
  for (let time = 0; time < FILES_KEPT + 1; time += 1) await backup.writeNow()

  expect(folder.files.size).toBe(2 + FILES_KEPT)
  expect(folder.files.get("photos.zip")).toEqual(new Uint8Array([1]))
  expect([...folder.files.values()].every((bytes) => bytes.length > 0)).toBe(true)
})

test("a file that was cut off is cleared, and those before stay", async () => {
  await backup.choose(folder.handle)
  const [first] = [...folder.files.keys()]
  folder.roomBytes = 100
  await backup.writeNow()
  expect(backup.state.get()).toMatchObject({ kind: "failed", trouble: "full" })

  folder.roomBytes = Infinity
  await backup.writeNow()

  expect(backup.state.get()).toMatchObject({ kind: "on" })
  expect(folder.files.has(first ?? "")).toBe(true)
  expect([...folder.files.values()].every((bytes) => bytes.length > 0)).toBe(true)
  expect(folder.files.size).toBe(2)
})

test("a drive that is gone is looked for again, and caught up when it is back", async () => {
  await backup.choose(folder.handle)
  folder.isGone = true
  await appendNotes(device, 1)
  await fireTimer()
  expect(backup.state.get()).toMatchObject({ kind: "failed", trouble: "gone", folder: "FIELD USB" })
  expect(timers).toHaveLength(1)

  folder.isGone = false
  await fireTimer()

  expect(backup.state.get()).toMatchObject({ kind: "on" })
  expect(folder.files.size).toBe(2)
})

test("where the choice of the folder cannot be read it says so, tries again, and can be stopped", async () => {
  await backup.choose(folder.handle)
  database.isFailing = true
  await appendNotes(device, 1)
  await fireTimer()
  expect(backup.state.get()).toMatchObject({ kind: "failed", folder: "FIELD USB", trouble: "unknown" })
  expect(timers).toHaveLength(1)

  database.isFailing = false
  await fireTimer()
  expect(backup.state.get()).toMatchObject({ kind: "on" })
  expect(folder.files.size).toBe(2)

  database.isFailing = true
  await backup.writeNow()
  database.isFailing = false
  await backup.stop()
  expect(backup.state.get()).toEqual({ kind: "off" })
})

test("where this browser has no room to note it, the file is written and none is removed; then it is as before", async () => {
  await backup.choose(folder.handle)
  database.isFull = true
  for (let time = 0; time < FILES_KEPT; time += 1) await backup.writeNow()
  expect(backup.state.get()).toMatchObject({ kind: "on" })
  expect(folder.files.size).toBe(1 + FILES_KEPT)
  expect([...folder.files.values()].every((bytes) => bytes.length > 0)).toBe(true)

  database.isFull = false
  await backup.writeNow()
  expect(folder.files.size).toBe(2 + FILES_KEPT)
})

test("a file that is there and could not be noted as whole is not taken for one that was begun", async () => {
  await backup.choose(folder.handle)
  fillAfterNote = true
  await backup.writeNow()
  database.isFull = fillAfterNote = false
  await backup.writeNow()

  expect(folder.files.size).toBe(3)
})

test("what is saved in the second copy alone is backed up as well", async () => {
  await backup.choose(folder.handle)
  expect(timers).toEqual([])
  const [one] = await operationsOf(device)
  secondCopy.replace({ stranded: [{ ...one!, id: crypto.randomUUID() }] })
  await fireTimer()

  expect(folder.files.size).toBe(2)
})

test("where the browser asks again nothing is written before a press", async () => {
  await backup.choose(folder.handle)
  folder.permission = "prompt"
  await appendNotes(device, 1)
  await fireTimer()
  expect(backup.state.get()).toEqual({ kind: "asks", folder: "FIELD USB" })
  expect(folder.files.size).toBe(1)

  await backup.allow()

  expect(backup.state.get()).toMatchObject({ kind: "on" })
  expect(folder.files.size).toBe(2)
})

test("Stop leaves the files, and nothing is written any more", async () => {
  await backup.choose(folder.handle)
  await backup.stop()
  await appendNotes(device, 1)

  expect(backup.state.get()).toEqual({ kind: "off" })
  expect(timers).toEqual([])
  expect(folder.files.size).toBe(1)
})

/** Returns in the middle of it: by polling it might be over before it was seen. */
async function beginWriting(): Promise<{ over: Promise<void> }> {
  const begun = new Promise<void>((resolve) => {
    backup.state.subscribe(({ kind }) => {
      if (kind === "writing") resolve()
    })
  })
  const over = backup.writeNow()
  await begun
  return { over }
}

test("Stop while a file is written ends it, and it stays off", async () => {
  await backup.choose(folder.handle)
  const writing = await beginWriting()

  await backup.stop()
  await writing.over

  expect(backup.state.get()).toEqual({ kind: "off" })
  expect(timers).toEqual([])
})

test("another folder while a file is written: the new one gets its own, and is told of no other's", async () => {
  await backup.choose(folder.handle)
  const [first] = folder.files.keys()
  const other = new WritableFolder("SECOND")
  const writing = await beginWriting()

  await backup.choose(other.handle)
  await writing.over

  expect(backup.state.get()).toMatchObject({ kind: "on", folder: "SECOND" })
  expect(other.files.size).toBe(1)
  expect(folder.files.get(first ?? "")?.length).toBeGreaterThan(0)
})
