// @vitest-environment node
/** Searching a contract's entries by words, as they stand on this device. */
import { beforeEach, expect, test } from "vitest"
import type { Fields } from "../../core/operation.ts"
import { newContractRow } from "../contract-rows.ts"
import { openMemoryStore } from "../memory-store.ts"
import type { Store } from "../store.ts"
import type { ImageRow } from "../tables.ts"
import { searchEntries } from "./entries.ts"

const CONTRACT = "01990000-0000-7000-8000-000000000001"
const ITEM = "01990000-0000-7000-8000-0000000abcde"
let store: Store

const image = (type: string, record: string, fields: Fields): ImageRow => ({
  contract: CONTRACT,
  copy: 1,
  record,
  type,
  seq: 1,
  revision: 1,
  fields,
  by: "o",
  by_field: {},
  author: "p",
  made_at: "",
  received_at: "",
})

beforeEach(async () => {
  store = openMemoryStore()
  const live = { copy: 1, cursor: 9, whole: 9, records: 3, revisions: 3, isStale: false }
  await store.write(["contracts", "records"], (write) => {
    write.put("contracts", { ...newContractRow(CONTRACT), live })
    write.put(
      "records",
      image("contract_item", ITEM, {
        line: "140",
        item_number: "2360.509",
        description: "Wearing course mix",
      }),
    )
    write.put(
      "records",
      image("note", "note", { work_date: "2026-11-19", text: "Paving began at the Culvert." }),
    )
    write.put(
      "records",
      image("item_transaction", "transaction", { item: ITEM, work_date: "2026-11-20", quantity: "412.65" }),
    )
  })
})

const find = async (words: string): Promise<string[]> =>
  (await searchEntries(store, CONTRACT, words)).map((entry) => entry.record)

test("every word must stand somewhere in an entry, or in the name of its item", async () => {
  expect(await find("culvert PAVING")).toEqual(["note"])
  expect(await find("culvert wearing")).toEqual([])
  expect(await find("wearing 412.65")).toEqual(["transaction"])
  expect(await find("2026-11")).toEqual(["transaction", "note"])
})

test("the id of an item is no word: its digits find nothing", async () => {
  expect(await find("0abcde")).toEqual([])
  expect(await find("0199")).toEqual([])
})
