// @vitest-environment node
/** The store's promise, kept by both stores. */
import "fake-indexeddb/auto"
import { IDBFactory } from "fake-indexeddb"
import fc from "fast-check"
import { afterEach, describe, expect, test } from "vitest"
import { openIndexedDbStore } from "./indexed-db-store.ts"
import { openMemoryStore } from "./memory-store.ts"
import { NotReadable, NotSaved, type Range, type Store, type StoreChange } from "./store.ts"
import type { ImageRow, TableName, Tables } from "./tables.ts"

const opened: Store[] = []

async function openBoth(): Promise<{ memory: Store; browser: Store }> {
  const factory = new IDBFactory()
  const both = {
    memory: openMemoryStore(),
    browser: await openIndexedDbStore("somebody", { factory, channel: undefined }),
  }
  opened.push(both.memory, both.browser)
  return both
}

afterEach(() => {
  for (const store of opened.splice(0)) store.close()
})

const setting = (key: string, value: number): Tables["settings"] => ({ key, value })

const image = (record: string, more: Partial<ImageRow> = {}): ImageRow => ({
  contract: "c",
  copy: 1,
  record,
  type: "note",
  seq: 1,
  revision: 1,
  fields: { work_date: "2026-11-20" },
  by: "o",
  by_field: {},
  author: "p",
  made_at: "",
  received_at: "",
  ...more,
})

const readAll = <T extends TableName>(store: Store, table: T): Promise<Tables[T][]> =>
  store.read([table], (read) => read.list(table, { prefix: [] }))

describe.each(["memory", "browser"] as const)("a store: %s", (which) => {
  const open = async (): Promise<Store> => (await openBoth())[which]

  test("what is written is read back", async () => {
    const store = await open()

    const result = await store.write(["settings"], (write) => {
      write.put("settings", setting("a", 1))
      return "its result"
    })

    expect(result).toBe("its result")
    expect(await store.read(["settings"], (read) => read.get("settings", "a"))).toEqual(setting("a", 1))
    expect(await store.read(["settings"], (read) => read.get("settings", "b"))).toBeUndefined()
  })

  test("a write sees what it put itself, and what it deleted", async () => {
    const store = await open()
    await store.write(["records"], (write) => write.put("records", image("a")))

    const seen = await store.write(["records"], async (write) => {
      write.put("records", image("b"))
      write.put("records", image("c"))
      write.delete("records", ["c", 1, "a"])
      write.deleteRange("records", { prefix: ["c", 1], from: "c" })
      return (await write.list("records", { index: "by_type", prefix: ["c", 1, "note"] })).map(
        (row) => row.record,
      )
    })

    expect(seen).toEqual(["b"])
    expect((await readAll(store, "records")).map((row) => row.record)).toEqual(["b"])
  })

  test("a part of a table whose key is one text, and of it alone", async () => {
    const store = await open()
    await store.write(["settings"], (write) => {
      for (const key of ["a", "b", "c", "d"]) write.put("settings", setting(key, 1))
    })
    const keys = (range: Range): Promise<string[]> =>
      store.read(["settings"], async (read) => (await read.list("settings", range)).map((row) => row.key))

    expect(await keys({ prefix: [], from: "b" })).toEqual(["b", "c", "d"])
    expect(await keys({ prefix: [], from: "b", to: "c" })).toEqual(["b", "c"])
    expect(await keys({ prefix: [], to: "b" })).toEqual(["a", "b"])
    expect(await keys({ prefix: ["c"] })).toEqual(["c"])
    expect(await keys({ prefix: [], from: "b", limit: 2 })).toEqual(["b", "c"])
    await store.write(["settings"], (write) => write.deleteRange("settings", { prefix: [], from: "c" }))
    expect(await keys({ prefix: [] })).toEqual(["a", "b"])
  })

  test("a write that raises keeps nothing, in any table", async () => {
    const store = await open()
    await store.write(["settings"], (write) => write.put("settings", setting("a", 1)))

    const failing = store.write(["settings", "drafts"], async (write) => {
      write.put("settings", setting("a", 2))
      write.put("drafts", { key: "d", fields: {} })
      await write.get("settings", "a")
      throw new RangeError("of the change itself")
    })

    await expect(failing).rejects.toThrow("of the change itself")
    expect(await readAll(store, "settings")).toEqual([setting("a", 1)])
    expect(await readAll(store, "drafts")).toEqual([])
  })

  test("a row that cannot be kept is said aloud, and nothing beside it is kept", async () => {
    const store = await open()

    const failing = store.write(["settings"], (write) => {
      write.put("settings", setting("a", 1))
      write.put("settings", { value: 2 } as unknown as Tables["settings"])
    })

    await expect(failing).rejects.toBeInstanceOf(NotSaved)
    expect(await readAll(store, "settings")).toEqual([])
  })

  test("a table that was not named cannot be touched", async () => {
    const store = await open()

    const write = store.write(["settings"], (within) => within.put("drafts", { key: "d", fields: {} }))
    await expect(write).rejects.toBeInstanceOf(NotSaved)
    const read = store.read(["settings"], (look) => look.get("drafts", "d"))
    await expect(read).rejects.toBeInstanceOf(NotReadable)
  })

  test("nobody reads half a write", async () => {
    const store = await open()
    const counts: number[] = []
    const write = (round: number): Promise<void> =>
      store.write(["settings"], async (within) => {
        for (const key of ["a", "b", "c"]) {
          within.put("settings", setting(`${key}${round}`, round))
          await within.get("settings", key)
        }
      })
    const look = async (): Promise<void> => {
      counts.push(await store.read(["settings"], (read) => read.count("settings", { prefix: [] })))
    }

    await Promise.all([look(), write(1), look(), write(2), look(), write(3), look()])

    expect(counts).toHaveLength(4)
    expect(counts.filter((count) => count % 3 !== 0)).toEqual([])
    expect(await store.read(["settings"], (read) => read.count("settings", { prefix: [] }))).toBe(9)
  })

  test("two writes that count up never give one number twice", async () => {
    const store = await open()
    const raise = (): Promise<number> =>
      store.write(["settings"], async (write) => {
        const next = Number((await write.get("settings", "n"))?.value ?? 0) + 1
        write.put("settings", setting("n", next))
        return next
      })

    const given = await Promise.all(Array.from({ length: 20 }, raise))

    expect(new Set(given).size).toBe(20)
  })

  test("what was read or put is a copy: changing it changes nothing that is kept", async () => {
    const store = await open()
    const draft = { key: "d", fields: { text: "as typed" } }
    await store.write(["drafts"], (write) => write.put("drafts", draft))
    draft.fields.text = "changed after"

    const [read] = await readAll(store, "drafts")
    read!.fields["text"] = "changed after it was read"

    expect(await readAll(store, "drafts")).toEqual([{ key: "d", fields: { text: "as typed" } }])
  })

  test("who subscribed hears of each committed write, of no other, and of none after he left", async () => {
    const store = await open()
    const heard: StoreChange[] = []
    const leave = store.subscribe((change) => heard.push(change))

    await store.write(["settings", "drafts"], (write) => write.put("settings", setting("a", 1)))
    await store.write(["settings"], () => undefined)
    await store.write(["settings"], async () => Promise.reject(new RangeError())).catch(() => undefined)
    leave()
    await store.write(["settings"], (write) => write.put("settings", setting("a", 2)))

    expect(heard).toEqual([{ tables: ["settings"] }])
  })

  test("a listener that reads at once sees what was written", async () => {
    const store = await open()
    const seen: Promise<unknown>[] = []
    store.subscribe(() => seen.push(store.read(["settings"], (read) => read.get("settings", "a"))))

    await store.write(["settings"], (write) => write.put("settings", setting("a", 1)))

    expect(await Promise.all(seen)).toEqual([setting("a", 1)])
  })

  test("a store that was closed neither reads nor writes, and does not open again by itself", async () => {
    const store = await open()
    store.close()

    await expect(
      store.write(["settings"], (write) => write.put("settings", setting("a", 1))),
    ).rejects.toMatchObject({
      name: "NotSaved",
      reason: "closed",
    })
    await expect(readAll(store, "settings")).rejects.toMatchObject({ name: "NotReadable", reason: "closed" })
  })
})

describe("both stores find the same", () => {
  const contracts = fc.constantFrom("a", "aa")
  const copies = fc.constantFrom(1, 2, 10)
  const rows = fc.array(
    fc.record({
      contract: contracts,
      copy: copies,
      record: fc.constantFrom("", "a", "aa", "b", "é", "z", "\u{1f600}", "\uffee"),
      type: fc.constantFrom("note", "item_transaction"),
      date: fc.option(fc.constantFrom("2026-11-19", "2026-11-20", "2026-12-01"), { nil: undefined }),
    }),
    { maxLength: 40 },
  )
  const texts = ["2026-11-19", "2026-11-20", "2026-11-21", "a", "aa", "b"]
  const types = fc.constantFrom("note", "item_transaction")
  const asPrefix = (parts: readonly (string | number)[]): (string | number)[] => [...parts]
  /** From the first bound to the second, or open at either end. */
  const between = (ordered: readonly (string | number)[]): fc.Arbitrary<Pick<Range, "from" | "to">> =>
    fc
      .tuple(fc.option(fc.nat(ordered.length - 1)), fc.option(fc.nat(ordered.length - 1)))
      .filter(([from, to]) => from === null || to === null || from <= to)
      .map(([from, to]) => ({
        ...(from !== null && { from: ordered[from]! }),
        ...(to !== null && { to: ordered[to]! }),
      }))
  const ranges: fc.Arbitrary<Range> = fc
    .tuple(
      fc.oneof(
        fc.tuple(fc.record({ prefix: fc.tuple(contracts, copies).map(asPrefix) }), between(texts)),
        fc.tuple(fc.record({ prefix: fc.tuple(contracts).map(asPrefix) }), between([1, 2, 3, 10])),
        fc.tuple(fc.record({ prefix: fc.constant([]).map(asPrefix) }), between(["", "a", "aa", "b"])),
        fc.tuple(
          fc.record({
            index: fc.constant("by_date"),
            prefix: fc.tuple(contracts, copies, types).map(asPrefix),
          }),
          between(texts),
        ),
        fc.tuple(
          fc.record({ index: fc.constant("by_type"), prefix: fc.tuple(contracts, copies).map(asPrefix) }),
          fc.constant({}),
        ),
        fc.tuple(
          fc.record({ index: fc.constant("by_type"), prefix: fc.tuple(contracts).map(asPrefix) }),
          between([1, 2, 3, 10]),
        ),
      ),
      fc.option(fc.integer({ min: 1, max: 4 })),
    )
    .map(([[where, bounds], limit]): Range => ({ ...where, ...bounds, ...(limit !== null && { limit }) }))

  test("any rows, any range: lists, counts, counts of each, and what a deletion leaves", async () => {
    const check = async (kept: readonly Row[], range: Range): Promise<void> => {
      const { memory, browser } = await openBoth()
      const found = await Promise.all([memory, browser].map((store) => ask(store, kept, range)))
      expect(found[0]).toEqual(found[1])
    }

    await fc.assert(fc.asyncProperty(rows, ranges, check), { numRuns: 300 })
  })

  interface Row {
    contract: string
    copy: number
    record: string
    type: string
    date?: string | undefined
  }

  async function ask(store: Store, kept: readonly Row[], range: Range): Promise<unknown> {
    const asImage = ({ contract, copy, record, type, date }: Row): ImageRow =>
      image(record, { contract, copy, type, fields: date === undefined ? {} : { work_date: date } })
    await store.write(["records"], (write) => {
      for (const row of kept) write.put("records", asImage(row))
    })
    const answers = await store.read(["records"], async (read) => ({
      list: await read.list("records", range),
      count: await read.count("records", range),
      each: [...(await read.countEach("records", range))],
    }))
    if (range.index === undefined)
      await store.write(["records"], (write) => write.deleteRange("records", range))
    return { ...answers, left: await readAll(store, "records") }
  }
})
