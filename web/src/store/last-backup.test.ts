/** What is said of the last backup: counted from when it began, for its contracts alone, the same after a restart. */
import { beforeEach, expect, test } from "vitest"
import type { Operation } from "../core/operation.ts"
import type { Store } from "./store.ts"
import { openMemoryStore } from "./memory-store.ts"
import {
  countKept,
  keepBackupMarks,
  keepRestoredMarks,
  readBackupStanding,
  readLatestMark,
} from "./last-backup.ts"
import { APPEND_TABLES, appendOperation } from "./outbox.ts"

const [ONE, OTHER] = ["01890000-0000-7000-8000-0000000000c1", "01890000-0000-7000-8000-0000000000c2"]
const AT = "2026-11-23T14:05:00.000-06:00"
let store: Store
let made = 0

beforeEach(() => {
  store = openMemoryStore()
})

async function type(contract: string, count: number, madeAt = AT): Promise<void> {
  await store.write(APPEND_TABLES, async (write) => {
    for (let at = 0; at < count; at += 1) {
      made += 1
      const id = `operation-${made}`
      await appendOperation(write, {
        ...{ id, contract, record: id, type: "note", verb: "create", set: {}, device: "d1", author: "ann" },
        ...{ made_at: madeAt, app: "0.1.0", schema: 1 },
      })
    }
  })
}

async function backUp(contracts: string[], at: string, meanwhile = async (): Promise<void> => {}) {
  const kept = await countKept(store, contracts, [])
  await meanwhile()
  await keepBackupMarks(store, kept, { at, way: "written" })
}

test("nothing waits: nothing to say", async () => {
  expect(await readBackupStanding(store)).toEqual({ waiting: 0, since: 0, never: 0 })
  expect(await readLatestMark(store)).toBeUndefined()
})

test("never backed up", async () => {
  await type(ONE, 3)

  expect(await readBackupStanding(store)).toEqual({ waiting: 3, lacksSince: AT, since: 3, never: 1 })
})

test("what was typed while the file was written counts as typed since", async () => {
  await type(ONE, 3)
  await backUp([ONE], "2026-11-23T20:00:00.000Z", () => type(ONE, 2))
  await type(ONE, 1)

  const { last, since, never } = await readBackupStanding(store)

  expect({ last, since, never }).toEqual({
    last: { at: "2026-11-23T20:00:00.000Z", way: "written" },
    since: 3,
    never: 0,
  })
})

test("a backup of one contract says nothing of another one", async () => {
  await type(ONE, 3)
  await type(OTHER, 2)
  await backUp([ONE], "2026-11-23T20:00:00.000Z")

  expect(await readBackupStanding(store)).toMatchObject({ waiting: 5, since: 2, never: 1 })
})

test("of two contracts the older backup counts", async () => {
  await type(ONE, 1)
  await type(OTHER, 1)
  await backUp([OTHER], "2026-11-23T19:00:00.000Z")
  await backUp([ONE], "2026-11-23T20:00:00.000Z")

  expect(await readBackupStanding(store)).toMatchObject({ last: { at: "2026-11-23T19:00:00.000Z" } })
  expect(await readLatestMark(store)).toMatchObject({ at: "2026-11-23T20:00:00.000Z" })
})

test("without a backup since the oldest entry, by its instant and not its text", async () => {
  await type(ONE, 1, "2026-11-23T08:00:00.000-06:00")
  await type(OTHER, 1, "2026-11-23T09:00:00.000+05:30")

  expect(await readBackupStanding(store)).toMatchObject({ lacksSince: "2026-11-23T09:00:00.000+05:30" })
})

test("without a backup since its last one, where something new came; not where that has all", async () => {
  await type(ONE, 1)
  await backUp([ONE], "2026-11-23T21:00:00.000Z")
  expect(await readBackupStanding(store)).not.toHaveProperty("lacksSince")
  await type(ONE, 1)

  expect(await readBackupStanding(store)).toMatchObject({ lacksSince: "2026-11-23T21:00:00.000Z" })
})

test("a contract that no backup has is not covered by another one's", async () => {
  await type(ONE, 1)
  await type(OTHER, 1, "2026-11-19T14:05:00.000-06:00")
  await backUp([ONE], "2026-11-23T21:00:00.000Z")
  await type(ONE, 1)

  expect(await readBackupStanding(store)).toMatchObject({ lacksSince: "2026-11-19T14:05:00.000-06:00" })
})

test("one that began earlier and ended later does not take its place", async () => {
  await type(ONE, 1)
  const early = await countKept(store, [ONE], [])
  await type(ONE, 1)
  await backUp([ONE], "2026-11-23T20:00:00.000Z")
  await keepBackupMarks(store, early, { at: "2026-11-23T19:59:00.000Z", way: "written" })

  expect(await readBackupStanding(store)).toMatchObject({ since: 0 })
})

test("a restored file stands for a backup, unless one has more of the contract", async () => {
  await type(ONE, 3)
  await keepRestoredMarks(store, new Map([[ONE, 2]]), "2026-11-23T20:00:00.000Z")
  expect(await readBackupStanding(store)).toMatchObject({ since: 1, never: 0 })
  await backUp([ONE], "2026-11-23T21:00:00.000Z")

  await keepRestoredMarks(store, new Map([[ONE, 2]]), "2026-11-23T22:00:00.000Z")

  expect(await readBackupStanding(store)).toMatchObject({
    since: 0,
    last: { at: "2026-11-23T21:00:00.000Z" },
  })
})

test("what only the second copy has is in the file, and is not counted once more when it comes back", async () => {
  const stranded = { contract: ONE } as Operation
  await type(ONE, 1)
  await keepBackupMarks(store, await countKept(store, [ONE], [stranded]), { at: AT, way: "shared" })
  await type(ONE, 1)

  expect(await readBackupStanding(store)).toMatchObject({ since: 0, last: { way: "shared" } })
})

test("what only the second copy has waits as well, and a backup that has it is one of it", async () => {
  const alone = (contract: string, madeAt: string) => ({ contract, made_at: madeAt }) as Operation
  const stranded = [alone(ONE, "2026-11-23T13:00:00.000-06:00"), alone(OTHER, AT)]
  await type(ONE, 2)

  expect(await readBackupStanding(store, stranded)).toEqual({
    ...{ waiting: 4, lacksSince: "2026-11-23T13:00:00.000-06:00", since: 4, never: 2 },
  })

  await keepBackupMarks(store, await countKept(store, [ONE, OTHER], stranded), { at: AT, way: "written" })
  expect(await readBackupStanding(store, stranded)).toMatchObject({ waiting: 4, since: 0, never: 0 })
})

test("a mark that nobody understands is none", async () => {
  await type(ONE, 1)
  for (const value of [
    7,
    "",
    "soon",
    "once written 1",
    `${AT} carried 1`,
    `${AT} written`,
    `${AT} written -1`,
  ]) {
    await store.write(["settings"], (write) => write.put("settings", { key: `last_backup ${ONE}`, value }))

    expect(await readBackupStanding(store)).toMatchObject({ never: 1, since: 1 })
  }
})
