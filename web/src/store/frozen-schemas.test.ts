// @vitest-environment node
/**
 * Every database that a released program ever left opens, is upgraded, and every operation in it is read
 * and sent. With a new version of the database or of the operations, freeze it once and keep the file:
 * TALLYBOOK_FREEZE=1 npx vitest run src/store/frozen-schemas.test.ts
 */
import "fake-indexeddb/auto"
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { IDBFactory } from "fake-indexeddb"
import { expect, test } from "vitest"
import type { Operation } from "../core/operation.ts"
import { SCHEMA } from "../core/record-types.ts"
import { openDevice, type Person } from "./device.ts"
import { databaseNameOf, openIndexedDbStore } from "./indexed-db-store.ts"
import { encodeFrames, readFrames } from "./journal-frames.ts"
import { openJournaledStore } from "./journaled-store.ts"
import { openMemoryStore } from "./memory-store.ts"
import { readEntry, readUnsent } from "./queries.ts"
import { UPGRADES } from "./schema.ts"
import { answerOf, emptyTables, freeze, thaw, type FrozenDatabase } from "./testing/freeze.ts"
import { MemoryJournal } from "./testing/memory-journal.ts"
import { leaveSampleWork } from "./testing/sample-work.ts"

const FOLDER = join(import.meta.dirname, "testing", "frozen")
const PERSON = { id: "01890000-0000-7000-8000-00000000000a" } as Person
const NAME = databaseNameOf(PERSON.id)
const fileOf = (version: number): string => join(FOLDER, `schema-${version}.json`)
const FILES = readdirSync(FOLDER).sort()

const readFrozen = (file: string): FrozenDatabase =>
  JSON.parse(readFileSync(join(FOLDER, file), "utf8")) as FrozenDatabase

const operationsIn = (frozen: FrozenDatabase): Operation[] => frozen.tables["operations"]!.rows as Operation[]

async function freezeToday(): Promise<FrozenDatabase> {
  const factory = new IDBFactory()
  const store = await openIndexedDbStore(PERSON.id, { factory, channel: undefined })
  await leaveSampleWork(store)
  store.close()
  const handle = await answerOf(factory.open(NAME))
  const frozen = await freeze(handle, SCHEMA)
  handle.close()
  return frozen
}

/** The database as it was left, opened by the program of today. */
async function openThawed(frozen: FrozenDatabase): Promise<Awaited<ReturnType<typeof openIndexedDbStore>>> {
  const factory = new IDBFactory()
  await thaw(factory, NAME, frozen)
  return openIndexedDbStore(PERSON.id, { factory, channel: undefined })
}

test("the database and the operations of today are frozen", async () => {
  const today = await freezeToday()
  expect(emptyTables(today)).toEqual([])
  const file = fileOf(UPGRADES.length)
  if (process.env["TALLYBOOK_FREEZE"] && !existsSync(file))
    writeFileSync(file, `${JSON.stringify(today, null, 2)}\n`)

  const newest = readFrozen(`schema-${UPGRADES.length}.json`)
  expect([newest.version, newest.schema]).toEqual([UPGRADES.length, SCHEMA])
})

test("no version in between is missing", () => {
  expect(FILES).toEqual(UPGRADES.map((_, at) => `schema-${at + 1}.json`))
})

test.each(FILES)(
  "the steps that led to %s lead there still: none was changed after its release",
  async (file) => {
    const frozen = readFrozen(file)
    const factory = new IDBFactory()
    const upgrades = UPGRADES.slice(0, frozen.version)
    ;(await openIndexedDbStore(PERSON.id, { factory, channel: undefined, upgrades })).close()

    const handle = await answerOf(factory.open(NAME))
    const made = await freeze(handle, frozen.schema)
    handle.close()

    const shapes = ({ tables }: FrozenDatabase): unknown =>
      Object.entries(tables).map(([name, { key, indexes }]) => ({ name, key, indexes }))
    expect(shapes(made)).toEqual(shapes(frozen))
  },
)

test.each(FILES)(
  "%s opens, every operation is read as it was, and waits or is answered as it was",
  async (file) => {
    const frozen = readFrozen(file)
    const store = await openThawed(frozen)

    const operations = await store.read(["operations"], (read) => read.list("operations", { prefix: [] }))
    expect(operations).toEqual(operationsIn(frozen))
    const rows = frozen.tables["unconfirmed"]!.rows as { id: string; waiting?: 1 }[]
    const waiting = rows.filter((row) => row.waiting).map((row) => row.id)
    expect((await readUnsent(store)).map((one) => one.id).sort()).toEqual(waiting.sort())
    for (const { contract, record } of operations) {
      const detail = await readEntry(store, contract, record)
      expect(detail?.operations.map((own) => own.operation.id)).toEqual(
        operations.filter((one) => one.record === record).map((one) => one.id),
      )
    }
    store.close()
  },
)

test.each(FILES)("%s goes on: its device, its numbers, its draft", async (file) => {
  const frozen = readFrozen(file)
  const store = await openThawed(frozen)

  const device = await openDevice({ store, person: PERSON, app: "test" })

  const [first] = operationsIn(frozen)
  expect(device.id).toBe(first!.device)
  const drafts = await store.read(["drafts"], (read) => read.list("drafts", { prefix: [] }))
  expect(drafts).toEqual(frozen.tables["drafts"]!.rows)
  store.close()
})

test.each(FILES)("the operations of %s come back out of a journal as they were", async (file) => {
  const made = operationsIn(readFrozen(file))
  const journal = Object.assign(new MemoryJournal(), {
    operations: readFrames(encodeFrames(made)).operations,
  })

  const store = await openJournaledStore(openMemoryStore(), Promise.resolve(journal))

  expect(await store.read(["operations"], (read) => read.list("operations", { prefix: [] }))).toEqual(made)
  expect(await readUnsent(store)).toHaveLength(made.length)
  store.close()
})
