// @vitest-environment node
/** After a server was restored from a backup: what it lost of other people is kept aside, and nothing else is. */
import { expect, test } from "vitest"
import type { Operation } from "../core/operation.ts"
import { changeContract, newContractRow, putListing } from "./contract-rows.ts"
import { openMemoryStore } from "./memory-store.ts"
import { clearRetiredCopies, forgetAnswers, isToBeCompared, leaveContract } from "./recovery.ts"
import type { Store } from "./store.ts"
import type { ImageRow } from "./tables.ts"

const COPY = { cursor: 9, whole: 9, records: 0, revisions: 0, isStale: false }

const image = (copy: number, record: string, revision: number, by: string, by_field = {}): ImageRow => ({
  contract: "c",
  copy,
  record,
  revision,
  by,
  by_field,
  type: "note",
  seq: revision,
  fields: { text: "x" },
  author: "p",
  made_at: "",
  received_at: "",
})

async function storeWith(before: ImageRow[], after: ImageRow[], own: string[]): Promise<Store> {
  const store = openMemoryStore()
  await store.write(["contracts", "records", "operations"], (write) => {
    write.put("contracts", {
      ...newContractRow("c"),
      live: { ...COPY, copy: 2 },
      retired: [{ copy: 1, isStale: true }],
      nextCopy: 3,
    })
    for (const row of [...before, ...after]) write.put("records", row)
    for (const [at, id] of own.entries())
      write.put("operations", { id, contract: "c", device: "d", number: at + 1, record: "r" } as Operation)
  })
  return store
}

const keptAside = async (store: Store): Promise<string[]> =>
  (await store.read(["kept_aside"], (read) => read.list("kept_aside", { prefix: [] }))).map(
    (row) => row.record,
  )

test.each<[string, ImageRow[], ImageRow[], string[], string[]]>([
  ["as it was", [image(1, "a", 1, "x")], [image(2, "a", 1, "x")], [], []],
  ["gone, by another", [image(1, "a", 1, "x")], [], [], ["a"]],
  ["gone, by the device's own hand: it is sent again", [image(1, "a", 1, "own")], [], ["own"], []],
  ["a change by another is gone", [image(1, "a", 2, "x", { text: "y" })], [image(2, "a", 1, "x")], [], ["a"]],
  [
    "a change by another is gone, and an own one gives the same revision",
    [image(1, "a", 2, "x", { text: "y" })],
    [image(2, "a", 2, "x", { time: "own" })],
    ["own"],
    ["a"],
  ],
  [
    "an own change that is held now",
    [image(1, "a", 2, "x", { text: "own" })],
    [image(2, "a", 1, "x")],
    ["own"],
    [],
  ],
  ["more than before", [image(1, "a", 1, "x")], [image(2, "a", 2, "x", { text: "y" })], [], []],
])("%s", async (_name, before, after, own, expected) => {
  const store = await storeWith(before, after, own)

  await clearRetiredCopies(store, "c")

  expect(await keptAside(store)).toEqual(expected)
  const left = await store.read(["records"], (read) => read.list("records", { prefix: ["c", 1] }))
  expect(left).toEqual([])
})

test("more images than one write takes are all looked at", async () => {
  const many = Array.from({ length: 2_300 }, (_, at) => image(1, String(at).padStart(5, "0"), 1, "x"))
  const store = await storeWith(
    many,
    many.slice(0, 2_200).map((one) => ({ ...one, copy: 2 })),
    [],
  )

  await clearRetiredCopies(store, "c")

  expect(await keptAside(store)).toHaveLength(100)
})

test("a copy that was begun of the lost ledger waits until a new one is whole", async () => {
  const store = await storeWith([image(1, "a", 1, "x")], [image(2, "a", 1, "x")], [])
  await forgetAnswers(store, "c")

  await clearRetiredCopies(store, "c")

  const row = await store.read(["contracts"], (read) => read.get("contracts", "c"))
  expect(row).toMatchObject({
    retired: [{ copy: 1 }],
    live: { copy: 2, isStale: true, whole: 0 },
    position: { known: 0 },
  })
  expect(await keptAside(store)).toEqual([])
})

test("a contract is not left while something of it waits", async () => {
  const store = await storeWith([], [image(2, "a", 1, "x")], ["own"])
  await forgetAnswers(store, "c")

  expect(await leaveContract(store, "c")).toBe(1)

  const row = await store.read(["contracts"], (read) => read.get("contracts", "c"))
  expect(row?.live?.copy).toBe(2)
})

test("a copy that is left before it was compared stays, is compared with the next one, and keeps nothing else back", async () => {
  const store = await storeWith([image(1, "a", 1, "x")], [image(2, "b", 1, "x")], [])
  await clearRetiredCopies(store, "c")
  await forgetAnswers(store, "c")
  await store.write(["contracts"], (write) =>
    changeContract(write, "c", (row) => ({ ...row, retired: [...row.retired, { copy: 9, isStale: false }] })),
  )

  await leaveContract(store, "c")
  await clearRetiredCopies(store, "c")

  const left = await store.read(["contracts"], (read) => read.get("contracts", "c"))
  expect(left).toMatchObject({ retired: [{ copy: 2, isStale: true }] })
  expect(left && isToBeCompared(left)).toBe(true)
  await store.write(["contracts"], (write) => putListing(write, [], "d"))
  await store.write(["contracts"], (write) =>
    changeContract(write, "c", (row) => ({ ...row, live: { ...COPY, copy: 3 } })),
  )
  await clearRetiredCopies(store, "c")
  expect(await keptAside(store)).toEqual(["a", "b"])
})
