/** A journal's files: one for each tab, read together, put into one only when that is verified. */
import { expect, test } from "vitest"
import type { Operation } from "../core/operation.ts"
import { JournalFiles, journalFileName, UNITE_FILES } from "./journal-files.ts"
import { encodeFrame, readFrames } from "./journal-frames.ts"
import { MemoryFolder } from "./testing/memory-folder.ts"

const operation = (id: string, number = 1, device = "d"): Operation => ({ id, device, number }) as Operation

/** A file that is open belongs to a tab that lives. */
function openTab(folder: MemoryFolder, name: string): JournalFiles {
  return new JournalFiles(folder.handle, journalFileName(name), (wanted, work) =>
    folder.isOpen(wanted) ? Promise.resolve(undefined) : work(),
  )
}

async function writeAndDie(folder: MemoryFolder, name: string, ...operations: Operation[]): Promise<void> {
  await openTab(folder, name).append(operations)
  folder.kill(journalFileName(name))
}

const idsOf = async (tab: JournalFiles): Promise<string[]> => (await tab.look()).ids.sort()

test("no device is named where several made what is there: none may take another one's name", async () => {
  const folder = new MemoryFolder()
  const files = openTab(folder, "one")

  await files.append([operation("a")])
  await files.append([operation("b", 1, "of a backup")])

  expect((await files.look()).device).toBeUndefined()
})

test("a device that is named is the one, whoever made what is there; of two names none is", async () => {
  const folder = new MemoryFolder()
  const [one, other] = [openTab(folder, "one"), openTab(folder, "other")]
  await one.append([operation("a", 1, "of a backup")])

  await one.nameDevice("this")
  await other.nameDevice("this")

  expect((await other.look()).device).toBe("this")
  expect(await idsOf(other)).toEqual(["a"])
  await other.nameDevice("another")
  expect((await one.look()).device).toBeUndefined()
})

test("tabs write files of their own and read all of them", async () => {
  const folder = new MemoryFolder()
  const [one, other] = [openTab(folder, "one"), openTab(folder, "other")]

  await one.append([operation("a", 1)])
  await other.append([operation("b", 2)])
  await one.append([operation("c", 3)])

  expect(folder.files.size).toBe(2)
  expect(await idsOf(other)).toEqual(["a", "b", "c"])
  expect(await one.look()).toMatchObject({ lastNumber: 3, device: "d", unreadableBytes: 0 })
  expect((await one.find(["c", "b", "nobody"])).map((found) => found.id)).toEqual(["b", "c"])
})

test("a tab that was killed in the middle of a frame costs that frame alone", async () => {
  const folder = new MemoryFolder()
  await writeAndDie(folder, "killed", operation("a"), operation("b"))
  const name = journalFileName("killed")
  folder.files.set(name, folder.files.get(name)!.slice(0, -5))

  expect(await openTab(folder, "next").look()).toMatchObject({ ids: ["a"], unreadableBytes: 0 })
})

test("damage in the middle is counted, and what follows it is read", async () => {
  const folder = new MemoryFolder()
  await writeAndDie(folder, "hit", operation("a"), operation("b"))
  folder.files.get(journalFileName("hit"))![20]! ^= 1

  const { ids, unreadableBytes } = await openTab(folder, "next").look()

  expect(ids).toEqual(["b"])
  expect(unreadableBytes).toBe(encodeFrame(operation("a")).length)
})

test("a full disk is said, and leaves no half frame before what follows when there is room again", async () => {
  const folder = new MemoryFolder()
  const tab = openTab(folder, "one")
  await tab.append([operation("a")])
  folder.roomBytes = 10

  await expect(tab.append([operation("b")])).rejects.toMatchObject({ name: "QuotaExceededError" })
  folder.roomBytes = Infinity
  await tab.append([operation("c")])

  expect(readFrames(folder.files.get(journalFileName("one"))!)).toMatchObject({
    operations: [operation("a"), operation("c")],
    unreadableBytes: 0,
    tornBytes: 0,
  })
})

async function manyDead(folder: MemoryFolder): Promise<string[]> {
  const ids = Array.from({ length: UNITE_FILES }, (_, at) => `dead-${at}`)
  for (const id of ids) await writeAndDie(folder, id, operation(id), operation("in all of them"))
  return [...ids, "in all of them"].sort()
}

test("files of tabs that are gone become one; those of living ones and damaged ones stay", async () => {
  const folder = new MemoryFolder()
  const ids = await manyDead(folder)
  await writeAndDie(folder, "damaged", operation("x"), operation("y"))
  folder.files.get(journalFileName("damaged"))![20]! ^= 1
  const [alive, tab] = [openTab(folder, "alive"), openTab(folder, "own")]
  await alive.append([operation("still typing")])
  await tab.open()

  await tab.unite(journalFileName("united"))

  const names = ["alive", "damaged", "own", "united"].map(journalFileName)
  expect([...folder.files.keys()].sort()).toEqual(names)
  expect(await idsOf(tab)).toEqual([...ids, "still typing", "y"].sort())
  expect(readFrames(folder.files.get(journalFileName("united"))!).operations).toHaveLength(ids.length)
})

test("few files are left as they are", async () => {
  const folder = new MemoryFolder()
  await writeAndDie(folder, "dead", operation("a"))

  await openTab(folder, "own").unite(journalFileName("united"))

  expect([...folder.files.keys()]).toEqual([journalFileName("dead")])
})

test("uniting that is cut off, by a full disk or by a kill, loses nothing", async () => {
  const folder = new MemoryFolder()
  const ids = await manyDead(folder)
  const tab = openTab(folder, "own")
  folder.roomBytes = 100
  await expect(tab.unite(journalFileName("full"))).rejects.toThrow()
  expect(await idsOf(tab)).toEqual(ids)

  // Killed when half of it was written: the next one unites what is whole.
  folder.roomBytes = Infinity
  folder.files.set(journalFileName("half"), encodeFrame(operation("dead-0")).slice(0, 30))
  await tab.unite(journalFileName("united"))

  expect(await idsOf(tab)).toEqual(ids)
  expect(folder.files.has(journalFileName("dead-0"))).toBe(false)
})

test("what does not read back as it was written removes nothing", async () => {
  const folder = new MemoryFolder()
  const ids = await manyDead(folder)
  const broken = folder.handle
  const original = broken.getFileHandle.bind(broken)
  broken.getFileHandle = async (name, options) => {
    const file = await original(name, options)
    if (name !== journalFileName("united")) return file
    const silent = Object.assign(await file.createSyncAccessHandle(), { read: () => 0 })
    return Object.assign(file, { createSyncAccessHandle: async () => silent })
  }
  const tab = new JournalFiles(broken, journalFileName("own"), (_name, work) => work())

  await tab.unite(journalFileName("united"))

  expect(folder.files.size).toBe(UNITE_FILES + 1)
  expect(await idsOf(openTab(folder, "next"))).toEqual(ids)
})
