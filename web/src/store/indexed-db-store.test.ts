// @vitest-environment node
/** What only a browser's database can do to us: die, fill up, be upgraded by a newer program, be open in two tabs. */
import "fake-indexeddb/auto"
import { IDBDatabase as FakeDatabase, IDBFactory } from "fake-indexeddb"
import { afterEach, expect, test, vi } from "vitest"
import { appendOperation, APPEND_TABLES, type NewOperation } from "./outbox.ts"
import { databaseNameOf, openIndexedDbStore, type IndexedDbStoreOptions } from "./indexed-db-store.ts"
import { UPGRADES, type UpgradeStep } from "./schema.ts"
import type { Store, StoreChange } from "./store.ts"
import { TABLE_NAMES, type TableName } from "./tables.ts"

const PERSON = "somebody"
const cleanUp: (() => void)[] = []

afterEach(() => {
  for (const end of cleanUp.splice(0)) end()
  vi.restoreAllMocks()
})

async function open(options: IndexedDbStoreOptions): Promise<Store> {
  const store = await openIndexedDbStore(PERSON, { channel: undefined, ...options })
  cleanUp.push(() => store.close())
  return store
}

/** A factory whose open handles the test can reach, as a browser reaches them when it closes them. */
function watchedFactory(): { factory: IDBFactory; handles: IDBDatabase[] } {
  const [factory, handles]: [IDBFactory, IDBDatabase[]] = [new IDBFactory(), []]
  const openOne = factory.open.bind(factory)
  factory.open = (name, version) => {
    const request = openOne(name, version)
    request.addEventListener("success", () => handles.push(request.result))
    return request
  }
  return { factory, handles }
}

const put = (store: Store, key: string, value = 1): Promise<void> =>
  store.write(["settings"], (write) => write.put("settings", { key, value }))

const keysOf = async (store: Store): Promise<string[]> =>
  (await store.read(["settings"], (read) => read.list("settings", { prefix: [] }))).map((row) => row.key)

test("writes are asked to be strict: on the disk, not in a buffer", async () => {
  const store = await open({ factory: new IDBFactory() })
  const asked = vi.spyOn(FakeDatabase.prototype, "transaction")

  await put(store, "a")

  expect(asked.mock.calls.map(([tables, mode, how]) => [tables, mode, how])).toEqual([
    [["settings"], "readwrite", { durability: "strict" }],
  ])
})

test("a dead handle is replaced, for writing and for reading", async () => {
  const { factory, handles } = watchedFactory()
  const store = await open({ factory })
  await put(store, "a")

  handles.at(-1)!.close()
  await put(store, "b")
  handles.at(-1)!.close()

  expect(await keysOf(store)).toEqual(["a", "b"])
  expect(handles).toHaveLength(3)
})

test("a handle that the browser says it closed is replaced as well", async () => {
  const { factory, handles } = watchedFactory()
  const store = await open({ factory })

  handles[0]!.onclose?.(new Event("close"))
  await put(store, "a")

  expect(handles).toHaveLength(2)
  expect(await keysOf(store)).toEqual(["a"])
})

test("a handle that dies every time is said aloud, after one more try", async () => {
  const { factory, handles } = watchedFactory()
  const store = await open({ factory })
  vi.spyOn(FakeDatabase.prototype, "transaction").mockImplementation(() => {
    throw new DOMException("Connection to Indexed Database server lost.", "UnknownError")
  })

  await expect(put(store, "a")).rejects.toMatchObject({ name: "NotSaved", reason: "unknown" })
  expect(handles).toHaveLength(2)

  vi.restoreAllMocks()
  await put(store, "b")
  expect(await keysOf(store)).toEqual(["b"])
})

test("a write that is run again after its handle died appends its operation once", async () => {
  const { factory, handles } = watchedFactory()
  const store = await open({ factory })
  const made = { id: "o", contract: "c", device: "d", record: "r" } as NewOperation
  let runs = 0

  const operation = await store.write(APPEND_TABLES, async (write) => {
    runs += 1
    const appended = await appendOperation(write, made)
    // Committed, and the browser loses the connection before it says so.
    if (runs === 1) throw new DOMException("Connection lost.", "UnknownError")
    return appended
  })
  const again = await store.write(APPEND_TABLES, (write) => appendOperation(write, made))

  expect([runs, handles.length]).toEqual([2, 2])
  expect(again).toEqual(operation)
  expect(await store.read(["operations"], (read) => read.list("operations", { prefix: [] }))).toEqual([
    { ...made, number: 1 },
  ])
})

test("a full disk at the commit: NotSaved says full, and nothing of the write is there", async () => {
  const store = await open({ factory: new IDBFactory() })
  await put(store, "before")
  const original = FakeDatabase.prototype.transaction
  const full = vi.spyOn(FakeDatabase.prototype, "transaction").mockImplementation(function (
    this: IDBDatabase,
    ...asked
  ) {
    const transaction = original.apply(this, asked)
    // What a browser does where the quota is reached: the abort comes by itself, with the reason.
    queueMicrotask(() =>
      (transaction as unknown as { _abort(name: string): void })._abort("QuotaExceededError"),
    )
    return transaction
  })

  await expect(put(store, "a")).rejects.toMatchObject({ name: "NotSaved", reason: "full" })
  const slow = store.write(["settings"], async (write) => {
    for (let at = 0; ; at += 1) {
      write.put("settings", { key: `b${at}`, value: 1 })
      await write.get("settings", "a")
    }
  })
  await expect(slow).rejects.toMatchObject({ name: "NotSaved", reason: "full" })

  full.mockRestore()
  expect(await keysOf(store)).toEqual(["before"])
})

test("a browser that says nothing is given up, and the next write has a new handle", async () => {
  const { factory, handles } = watchedFactory()
  const store = await open({ factory, writeTimeoutMs: 20 })
  const silent = new EventTarget() as unknown as IDBTransaction
  Object.assign(silent, { abort: () => undefined, objectStore: () => ({ put: () => undefined }) })
  vi.spyOn(FakeDatabase.prototype, "transaction").mockImplementationOnce(() => silent)

  await expect(put(store, "a")).rejects.toMatchObject({ name: "NotSaved", reason: "unknown" })
  await put(store, "b")

  expect(handles).toHaveLength(2)
  expect(await keysOf(store)).toEqual(["b"])
})

test("a write that never ends is ended, and keeps nothing", async () => {
  const store = await open({ factory: new IDBFactory(), writeTimeoutMs: 20 })

  const endless = store.write(["settings"], async (write) => {
    for (let at = 0; ; at += 1) {
      write.put("settings", { key: `a${at}`, value: 1 })
      await write.get("settings", "a0")
    }
  })

  await expect(endless).rejects.toMatchObject({ name: "NotSaved" })
  expect(await keysOf(store)).toEqual([])
})

test("other tabs hear what a tab wrote, and read it", async () => {
  const factory = new IDBFactory()
  const channel = (): BroadcastChannel => new BroadcastChannel("tabs-of-this-test")
  const [here, there] = [
    await open({ factory, channel: channel() }),
    await open({ factory, channel: channel() }),
  ]
  const heard: StoreChange[] = []
  const said = new Promise<void>((resolve) => {
    there.subscribe((change) => {
      heard.push(change)
      resolve()
    })
  })

  await put(here, "a")
  await said

  expect(heard).toEqual([{ tables: ["settings"] }])
  expect(await keysOf(there)).toEqual(["a"])
})

test("two people on one browser see nothing of each other", async () => {
  const factory = new IDBFactory()
  const [one, other] = [
    await openIndexedDbStore("one", { factory, channel: undefined }),
    await openIndexedDbStore("other", { factory, channel: undefined }),
  ]
  cleanUp.push(
    () => one.close(),
    () => other.close(),
  )

  await put(one, "a")

  expect(await keysOf(other)).toEqual([])
})

const MORE: UpgradeStep = (database, upgrade) => {
  database.createObjectStore("more", { keyPath: "id" })
  upgrade.objectStore("settings").createIndex("by_value", "value")
}

test("an older database walks through the steps it lacks and keeps its rows", async () => {
  const factory = new IDBFactory()
  const older = await open({ factory })
  await put(older, "kept", 7)
  older.close()

  const newer = await open({ factory, upgrades: [...UPGRADES, MORE] })

  const range = { index: "by_value", prefix: [] }
  expect(await newer.read(["settings"], (read) => read.list("settings", range))).toEqual([
    { key: "kept", value: 7 },
  ])
  expect(
    await newer.read(["more" as TableName], (read) => read.count("more" as TableName, { prefix: [] })),
  ).toBe(0)
})

test("an upgrade that fails leaves the older database as it was", async () => {
  const factory = new IDBFactory()
  const older = await open({ factory })
  await put(older, "kept")
  older.close()
  const failing: UpgradeStep = (database, upgrade) => {
    MORE(database, upgrade)
    upgrade.objectStore("settings").clear()
    throw new RangeError("a step that fails")
  }

  await expect(open({ factory, upgrades: [...UPGRADES, failing] })).rejects.toMatchObject({
    name: "NotReadable",
  })

  expect(await keysOf(await open({ factory }))).toEqual(["kept"])
})

test("an older program lets a newer one upgrade, and says that it is older", async () => {
  const factory = new IDBFactory()
  const older = await open({ factory })
  await put(older, "a")

  const newer = await open({ factory, upgrades: [...UPGRADES, MORE] })

  await expect(put(older, "b")).rejects.toMatchObject({ name: "NotSaved", reason: "newer_program" })
  await expect(keysOf(older)).rejects.toMatchObject({ name: "NotReadable", reason: "newer_program" })
  expect(await keysOf(newer)).toEqual(["a"])
})

test("a tab that holds the records in an older shape is named, and a handle that comes too late is not left open", async () => {
  const { factory, handles } = watchedFactory()
  const stubborn = await new Promise<IDBDatabase>((resolve) => {
    const request = factory.open(databaseNameOf(PERSON), 1)
    request.onsuccess = () => resolve(request.result)
  })
  const steps: UpgradeStep[] = [() => undefined, ...UPGRADES]

  await expect(open({ factory, upgrades: steps, openTimeoutMs: 20 })).rejects.toMatchObject({
    name: "NotReadable",
    reason: "blocked",
    message: "Another tab of Tallybook holds this device's records: close it, then try again.",
  })
  stubborn.close()
  await vi.waitUntil(() => handles.length === 2)

  expect(() => handles[1]!.transaction("settings")).toThrow(DOMException)
})

test("a tab that was frozen reads everything anew when it wakes, until it is closed", async () => {
  const page = new EventTarget()
  const store = await open({ factory: new IDBFactory(), page })
  const changes: StoreChange[] = []
  store.subscribe((change) => changes.push(change))

  page.dispatchEvent(new Event("resume"))
  store.close()
  page.dispatchEvent(new Event("resume"))

  expect(changes).toEqual([{ tables: TABLE_NAMES }])
})
