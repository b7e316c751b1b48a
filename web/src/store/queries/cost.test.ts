// @vitest-environment node
/** What the screens' queries cost on contract L: rows read, which is what a browser's database takes its time for. */
import "fake-indexeddb/auto"
import { beforeAll, describe, expect, test } from "vitest"
import { recordItemTransaction, recordNote } from "../../actions/record-entry.ts"
import type { Fields } from "../../core/operation.ts"
import { newContractRow } from "../contract-rows.ts"
import { openDevice } from "../device.ts"
import { openMemoryStore } from "../memory-store.ts"
import {
  countAttention,
  countWaiting,
  readContract,
  readContracts,
  readDay,
  readEntry,
  readHeld,
  readItems,
  readItemTotal,
  readItemTotals,
  readItemTransactions,
  readMarkedDays,
  searchEntries,
} from "../queries.ts"
import type { ReadStore, Store } from "../store.ts"
import type { ImageRow } from "../tables.ts"

const CONTRACT = "01890000-0000-7000-8000-00000000000c"
const [ITEMS, TRANSACTIONS, NOTES, DAYS, HOLDS] = [500, 10_000, 5_000, 250, 3]
const PERSON = { id: "p", email: "a@example.org", name: "Alice", initials: "A", role: "inspector" as const }

const idOf = (kind: string, at: number): string =>
  `01890000-0000-7000-8${kind}00-${String(at).padStart(12, "0")}`
const dateOf = (at: number): string =>
  new Date(Date.UTC(2026, 0, 1) + (at % DAYS) * 86_400_000).toISOString().slice(0, 10)

const store = openMemoryStore()
let rows = 0
let timesDecisionsWereRead = 0

/** The same store, which counts every row that it gives out. */
const counted: Store = {
  read: (tables, look) => store.read(tables, (read) => look(counting(read))),
  write: (tables, change) => store.write(tables, change),
  subscribe: (listener) => store.subscribe(listener),
  close: () => store.close(),
}

function counting(read: ReadStore): ReadStore {
  return {
    get: async (table, key) => {
      const row = await read.get(table, key)
      rows += 1
      return row
    },
    list: async (table, range) => {
      const found = await read.list(table, range)
      rows += found.length
      if (range.index === "by_target") timesDecisionsWereRead += 1
      return found
    },
    count: (table, range) => read.count(table, range),
    countEach: async (table, range) => {
      const counts = await read.countEach(table, range)
      rows += counts.size
      return counts
    },
  }
}

async function cost(query: () => Promise<unknown>): Promise<number> {
  rows = 0
  await query()
  return rows
}

const imageOf = (type: string, record: string, seq: number, fields: Fields): ImageRow => ({
  contract: CONTRACT,
  copy: 1,
  type,
  record,
  seq,
  revision: 1,
  fields,
  by: `o${seq}`,
  by_field: {},
  author: "p",
  made_at: "",
  received_at: "",
})

function* imagesOfL(): Generator<ImageRow> {
  yield imageOf("contract", CONTRACT, 1, { number: "L-1", name: "Large", note_types: ["General"] })
  for (let at = 0; at < ITEMS; at += 1) {
    const item = {
      line: String(at + 1),
      item_number: `2${at}`,
      description: `Item ${at}`,
      quantity: "100",
      unit_price: "2",
    }
    yield imageOf("contract_item", idOf("1", at), at + 2, { ...item, accuracy: 3 })
  }
  for (let at = 0; at < TRANSACTIONS; at += 1) {
    const fields = {
      item: idOf("1", at % ITEMS),
      work_date: dateOf(at),
      quantity: "1.5",
      location: `Bay ${at}`,
    }
    yield imageOf("item_transaction", idOf("2", at), at + 600, fields)
  }
  for (let at = 0; at < NOTES; at += 1) {
    yield imageOf("note", idOf("3", at), at + 11_000, {
      note_type: "General",
      work_date: dateOf(at),
      text: `note ${at}`,
    })
  }
}

beforeAll(async () => {
  await store.write(["contracts", "records", "held"], (write) => {
    const copy = {
      copy: 1,
      cursor: 20_000,
      whole: 20_000,
      records: 15_501,
      revisions: 15_501,
      isStale: false,
    }
    write.put("contracts", { ...newContractRow(CONTRACT), isWanted: true, live: copy, right: "inspection" })
    for (const image of imagesOfL()) write.put("records", image)
    for (let at = 0; at < HOLDS; at += 1) {
      const [id, record] = [`h${at}`, idOf("2", at)]
      const operation = {
        id,
        record,
        type: "item_transaction",
        set: { quantity: "9" },
        verb: "revise",
        author: "q",
      }
      write.put("held", {
        contract: CONTRACT,
        copy: 1,
        id,
        record,
        seq: 9,
        reason: "conflict",
        operation,
      } as never)
    }
  })
  const device = await openDevice({ store, person: PERSON, app: "test" })
  const item = idOf("1", 0)
  await recordItemTransaction(device, CONTRACT, { item, work_date: dateOf(0), quantity: "2" })
  await recordNote(device, CONTRACT, { note_type: "General", work_date: dateOf(1), text: "of today" })
})

describe("contract L with three holds and two entries that wait", () => {
  const [perDay, unsettled, few] = [TRANSACTIONS / DAYS + NOTES / DAYS, HOLDS + 2, 12]

  test("what it holds", async () => {
    expect(await readContract(store, CONTRACT)).toMatchObject({ number: "L-1", waiting: 2, attention: 3 })
    const { notes, transactions } = await readDay(store, CONTRACT, dateOf(0))
    expect([notes.length, transactions.length]).toEqual([NOTES / DAYS, TRANSACTIONS / DAYS + 1])
    expect((await readMarkedDays(store, CONTRACT)).get(dateOf(1))).toEqual({ notes: 21, transactions: 40 })
    const [first, second] = await readItemTotals(store, CONTRACT)
    expect(first).toMatchObject({ used: "32", usedHere: "2", remaining: "68", amount: "64.00" })
    expect(second).toMatchObject({ used: "30", usedHere: "0", percent: "30" })
    expect(await readItemTotal(store, CONTRACT, idOf("1", 0))).toEqual(first)
  })

  test.each<[string, () => Promise<unknown>, number]>([
    [
      "a day: the day and what is unsettled",
      () => readDay(counted, CONTRACT, dateOf(0)),
      perDay + 2 * unsettled + few,
    ],
    [
      "marked days: a row a day and type",
      () => readMarkedDays(counted, CONTRACT),
      2 * DAYS + 3 * unsettled + few,
    ],
    [
      "marked days of a month",
      () => readMarkedDays(counted, CONTRACT, { from: "2026-03-01", to: "2026-03-31" }),
      2 * 31 + 3 * unsettled + few,
    ],
    ["the items", () => readItems(counted, CONTRACT), ITEMS + few],
    ["a contract", () => readContract(counted, CONTRACT), 3 * HOLDS + few],
    ["all contracts", () => readContracts(counted), 3 * HOLDS + few],
    ["what needs attention, counted", () => countAttention(counted, CONTRACT), 3 * HOLDS + few],
    ["what needs attention, shown", () => readHeld(counted, "p"), 4 * HOLDS + few],
    ["what waits", () => countWaiting(counted), 0],
    ["one entry", () => readEntry(counted, CONTRACT, idOf("2", 5)), few],
    [
      "an item's transactions",
      () => readItemTransactions(counted, CONTRACT, idOf("1", 0)),
      20 + 2 * unsettled + few,
    ],
    ["an item's sums", () => readItemTotal(counted, CONTRACT, idOf("1", 0)), 20 + 2 * unsettled + few],
    [
      "all items' sums: one pass",
      () => readItemTotals(counted, CONTRACT),
      ITEMS + TRANSACTIONS + unsettled + few,
    ],
    [
      "a search: one pass",
      () => searchEntries(counted, CONTRACT, "bay 9999"),
      ITEMS + TRANSACTIONS + NOTES + 2 * unsettled + few,
    ],
  ])("%s", async (_name, query, most) => {
    const read = await cost(query)

    expect(read).toBeLessThanOrEqual(most)
  })
})

test.each<[string, () => Promise<unknown>]>([
  ["counted", () => countAttention(counted)],
  ["shown with each contract", () => readContracts(counted)],
])(
  "what needs attention, %s: decisions are read once, however many contracts there are",
  async (_how, query) => {
    await store.write(["contracts", "held"], async (write) => {
      const [contract, held] = [
        await write.get("contracts", CONTRACT),
        (await write.list("held", { prefix: [CONTRACT] }))[0]!,
      ]
      for (const at of [1, 2, 3]) {
        write.put("contracts", { ...contract!, id: idOf("c", at) })
        write.put("held", { ...held, contract: idOf("c", at) })
      }
    })
    timesDecisionsWereRead = 0

    await query()

    expect(timesDecisionsWereRead).toBe(1)
  },
)
