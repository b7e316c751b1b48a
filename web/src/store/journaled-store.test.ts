// @vitest-environment node
/** Two copies of what is typed: saved when both have it, or the one that can be written; each repairs the other. */
import "fake-indexeddb/auto"
import { IDBFactory } from "fake-indexeddb"
import { afterEach, expect, test, vi } from "vitest"
import type { Operation } from "../core/operation.ts"
import { DEVICE_ID, openDevice, type Person } from "./device.ts"
import { openIndexedDbStore } from "./indexed-db-store.ts"
import { JournalFailed } from "./journal.ts"
import { openJournaledStore, type JournaledStore } from "./journaled-store.ts"
import { openMemoryStore } from "./memory-store.ts"
import { appendOperation, APPEND_TABLES, listWaiting, putAnswer, type NewOperation } from "./outbox.ts"
import { NotReadable, NotSaved, type NotSavedReason, type Store } from "./store.ts"
import { MemoryJournal } from "./testing/memory-journal.ts"

const PERSON = { id: "p" } as Person
const opened: JournaledStore[] = []

afterEach(() => {
  for (const store of opened.splice(0)) store.close()
  vi.restoreAllMocks()
})

async function open(database: Store, journal: MemoryJournal | undefined): Promise<JournaledStore> {
  const store = await openJournaledStore(database, Promise.resolve(journal), {
    tryAgainMs: 5,
    whenIdle: () => undefined, // compared below, when the device is known
  })
  await database.write(["settings"], (write) => write.put("settings", { key: DEVICE_ID, value: "d" }))
  await store.compare()
  opened.push(store)
  return store
}

const made = (id: string): NewOperation =>
  ({ id, device: "d", contract: "c", record: id, verb: "create", set: {} }) as unknown as NewOperation

const append = (store: Store, id: string, draft?: string): Promise<Operation> =>
  store.write(APPEND_TABLES, (write) => {
    if (draft !== undefined) write.delete("drafts", draft)
    return appendOperation(write, made(id))
  })

const operationsOf = (store: Store): Promise<Operation[]> =>
  store.read(["operations"], (read) => read.list("operations", { prefix: [] }))

const idsOf = (operations: readonly Operation[]): string[] => operations.map((one) => one.id)

/** Writes that touch operations fail for a while; with `isDead` before the change is run at all. */
function failWrites(database: Store, reason: NotSavedReason, isDead = false): () => void {
  const original = database.write.bind(database)
  database.write = async (tables, change) => {
    if (!tables.includes("operations")) return original(tables, change)
    if (isDead) throw new NotSaved(reason)
    return original(tables, async (write) => {
      await change(write)
      throw new NotSaved(reason)
    })
  }
  return () => (database.write = original)
}

test("what is appended is in both copies when it is said to be saved", async () => {
  const [database, journal] = [openMemoryStore(), new MemoryJournal()]
  const store = await open(database, journal)

  const operation = await append(store, "a")

  expect(journal.operations).toEqual([operation])
  expect(await operationsOf(database)).toEqual([operation])
  expect(store.secondCopy.get()).toMatchObject({ kind: "written", stranded: [] })
})

test("a change that raises by itself is in neither copy", async () => {
  const [database, journal] = [openMemoryStore(), new MemoryJournal()]
  const store = await open(database, journal)

  const failing = store.write(APPEND_TABLES, async (write) => {
    await appendOperation(write, made("a"))
    throw new RangeError("of the change itself")
  })

  await expect(failing).rejects.toThrow("of the change itself")
  expect(journal.operations).toEqual([])
})

test("without a place for a second copy the database alone counts, and it is said", async () => {
  const store = await open(openMemoryStore(), undefined)

  await append(store, "a")

  expect(idsOf(await operationsOf(store))).toEqual(["a"])
  expect(store.secondCopy.get().kind).toBe("missing")
})

test("a journal that fails is said, and gets what it missed with the next one", async () => {
  const [database, journal] = [openMemoryStore(), new MemoryJournal()]
  const store = await open(database, journal)
  journal.fails = true
  await append(store, "a")
  expect(store.secondCopy.get().kind).toBe("failing")

  journal.fails = false
  await append(store, "b")

  expect(idsOf(journal.operations)).toEqual(["a", "b"])
  expect(store.secondCopy.get().kind).toBe("written")
})

test.each([
  ["at its commit", false],
  ["before anything", true],
])("a database that fails %s: the journal keeps it, and it comes back when it can", async (_when, isDead) => {
  const [database, journal] = [openMemoryStore(), new MemoryJournal()]
  const store = await open(database, journal)
  await append(store, "a")
  await database.write(["drafts"], (write) => write.put("drafts", { key: "form", fields: {} }))
  const recover = failWrites(database, "full", isDead)

  const kept = await append(store, "b", "form")
  const more = await append(store, "c")

  expect(idsOf(journal.operations)).toEqual(["a", "b", "c"])
  expect(idsOf(await operationsOf(database))).toEqual(["a"])
  expect(idsOf(store.secondCopy.get().stranded)).toEqual(["b", "c"])
  expect([kept.number, more.number]).toEqual([2, 3])

  recover()
  await vi.waitUntil(() => store.secondCopy.get().stranded.length === 0)
  expect(await operationsOf(database)).toEqual(journal.operations)
  expect(await database.read(["drafts"], (read) => read.get("drafts", "form"))).toBeUndefined()
  const next = await append(store, "d")
  expect(next.number).toBeGreaterThan(more.number)
  const waiting = await store.read(["unconfirmed"], (read) => listWaiting(read, "c", 10))
  expect(idsOf(waiting)).toEqual(["a", "b", "c", "d"])
})

test("neither can be written: NotSaved, as without a journal, and nothing is anywhere", async () => {
  const [database, journal] = [openMemoryStore(), new MemoryJournal()]
  const store = await open(database, journal)
  failWrites(database, "full")
  journal.fails = true

  await expect(append(store, "a")).rejects.toMatchObject({ name: "NotSaved", reason: "full" })

  expect(journal.operations).toEqual([])
  expect(await operationsOf(database)).toEqual([])
})

test("beside a newer program nothing is kept in the journal alone", async () => {
  const [database, journal] = [openMemoryStore(), new MemoryJournal()]
  const store = await open(database, journal)
  failWrites(database, "newer_program", true)

  await expect(append(store, "a")).rejects.toMatchObject({ reason: "newer_program" })
  expect(journal.operations).toEqual([])
})

test("a write that needs more than the last number is not kept without its database", async () => {
  const [database, journal] = [openMemoryStore(), new MemoryJournal()]
  const store = await open(database, journal)
  failWrites(database, "closed", true)

  const failing = store.write(["operations", "contracts"], async (write) => {
    await write.get("contracts", "c")
    return appendOperation(write, made("a"))
  })

  await expect(failing).rejects.toMatchObject({ name: "NotSaved", reason: "closed" })
})

test("a lost database is filled from the journal before anybody reads it, as the same device", async () => {
  const [database, journal] = [openMemoryStore(), new MemoryJournal()]
  const store = await open(database, journal)
  const made = await Promise.all(["a", "b"].map((id) => append(store, id)))
  const left = Object.assign(new MemoryJournal(), { operations: journal.operations })

  const again = await openJournaledStore(openMemoryStore(), Promise.resolve(left))
  opened.push(again)
  const device = await openDevice({ store: again, person: PERSON, app: "test" })

  expect(await operationsOf(again)).toEqual(made)
  expect(device.id).toBe("d")
  expect(again.secondCopy.get()).toMatchObject({ repaired: 2 })
  expect((await append(again, "c")).number).toBe(3)
  expect(await again.read(["unconfirmed"], (read) => listWaiting(read, "c", 10))).toHaveLength(3)
})

/** A device of its own: what `append` makes on it is another one's. */
async function openNew(journal: MemoryJournal): Promise<{ store: JournaledStore; id: string }> {
  const store = await openJournaledStore(openMemoryStore(), Promise.resolve(journal))
  opened.push(store)
  const { id } = await openDevice({ store, person: PERSON, app: "test" })
  return { store, id }
}

test("a lost database whose journal has a restored backup alone takes no other device's name", async () => {
  const journal = new MemoryJournal()
  const { store, id } = await openNew(journal)
  await append(store, "of-a-backup")

  const { operations, device } = journal
  const again = await openNew(Object.assign(new MemoryJournal(), { operations, device }))

  expect(idsOf(await operationsOf(again.store))).toEqual(["of-a-backup"])
  expect(again.id).toBe(id)
})

test("a name that cannot be noted keeps nothing from being saved, and is noted with the next one", async () => {
  const journal = new MemoryJournal()
  const { store, id } = await openNew(journal)
  const naming = vi.spyOn(journal, "nameDevice").mockRejectedValueOnce(new JournalFailed("no name today"))

  await append(store, "a")
  expect(journal.device).toBeUndefined()
  await append(store, "b")
  await append(store, "c")

  expect(idsOf(journal.operations)).toEqual(["a", "b", "c"])
  expect(journal.device).toBe(id)
  expect(naming).toHaveBeenCalledTimes(2)
})

test.each([
  ["in memory", async () => openMemoryStore()],
  ["of a browser", () => openIndexedDbStore("p", { factory: new IDBFactory(), channel: undefined })],
])("a lost journal is filled from a database %s, all of it", async (_which, openDatabase) => {
  const database = await openDatabase()
  const store = await open(database, new MemoryJournal())
  for (let at = 0; at < 1_203; at += 1) await append(store, `operation-${String(at).padStart(4, "0")}`)
  const empty = new MemoryJournal()

  await open(database, empty)

  expect(idsOf(empty.operations)).toEqual(idsOf(await operationsOf(database)))
  expect(empty.unites).toBeGreaterThan(0)
})

test("what is answered does not wait again when it comes out of the journal", async () => {
  const [database, journal] = [openMemoryStore(), new MemoryJournal()]
  const store = await open(database, journal)
  const operation = await append(store, "a")
  await database.write(["answers", "unconfirmed", "operations"], async (write) => {
    await putAnswer(write, operation, { id: "a", seq: 1, state: "applied" })
    write.delete("unconfirmed", "a")
    write.delete("operations", "a")
  })

  await store.compare()

  expect(await operationsOf(database)).toEqual([operation])
  expect(await store.read(["unconfirmed"], (read) => listWaiting(read, "c", 10))).toEqual([])
})

test("a comparison that cannot read leaves everything as it is", async () => {
  const [database, journal] = [openMemoryStore(), new MemoryJournal()]
  const store = await open(database, journal)
  vi.spyOn(database, "read").mockRejectedValueOnce(new NotReadable("closed"))

  await store.compare()
  journal.fails = true
  await store.compare()

  expect(store.secondCopy.get().kind).toBe("failing")
})
