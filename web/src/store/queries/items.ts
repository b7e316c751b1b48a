/** Reading the Item Record Account: items, their sums and their transactions. */
import {
  compareLines,
  readContractItem,
  readContractPerson,
  readProject,
  type ContractItem,
  type ContractPerson,
  type Project,
} from "../../core/contract-records.ts"
import { subtract } from "../../core/decimals.ts"
import type { Entry } from "../../core/entry.ts"
import {
  isCounted,
  quantityFor,
  sumEntries,
  totalItem,
  totalQuantity,
  type ItemTotal,
} from "../../core/item-totals.ts"
import type { Fields } from "../../core/operation.ts"
import type { ReadStore, Store } from "../store.ts"
import type { ImageRow } from "../tables.ts"
import {
  imageKey,
  readEntries,
  readSurroundings,
  VIEW_TABLES,
  viewIn,
  type Surroundings,
} from "./surroundings.ts"

const TRANSACTION = "item_transaction"

/** The pay items in the order of their lines; those that a contract change removed are marked. */
export function readItems(store: Store, contract: string): Promise<ContractItem[]> {
  return readOfType(store, contract, "contract_item", readContractItem).then((items) =>
    items.sort(compareLines),
  )
}

export function readProjects(store: Store, contract: string): Promise<Project[]> {
  return readOfType(store, contract, "project", readProject)
}

export function readPeople(store: Store, contract: string): Promise<ContractPerson[]> {
  return readOfType(store, contract, "person", readContractPerson)
}

/** The office's own records are shown as they stand at the office: nobody types them in the field. */
function readOfType<T>(
  store: Store,
  contract: string,
  type: string,
  asRead: (image: ImageRow) => T,
): Promise<T[]> {
  return store.read(["contracts", "records"], async (read) => {
    const copy = (await read.get("contracts", contract))?.live?.copy ?? 0
    return (await read.list("records", { index: "by_type", prefix: [contract, copy, type] })).map(asRead)
  })
}

/** The entries of one item, newest last. Cost: the item's own, and what is unsettled. */
export function readItemTransactions(store: Store, contract: string, item: string): Promise<Entry[]> {
  return store.read(VIEW_TABLES, async (read) =>
    listItemTransactions(read, await readSurroundings(read, contract), item),
  )
}

function listItemTransactions(read: ReadStore, around: Surroundings, item: string): Promise<Entry[]> {
  return readEntries(read, around, {
    type: TRANSACTION,
    images: { index: "by_item", prefix: [around.contract, around.copy, TRANSACTION, item] },
    matches: (fields) => fields["item"] === item,
  })
}

/** One item with its sums, undefined where it is not here. Cost: the item's own entries. */
export function readItemTotal(store: Store, contract: string, item: string): Promise<ItemTotal | undefined> {
  return store.read(VIEW_TABLES, async (read) => {
    const around = await readSurroundings(read, contract)
    const image = await read.get("records", imageKey(around, item))
    if (!image) return undefined
    const { used, usedHere } = sumEntries(item, await listItemTransactions(read, around, item))
    return totalItem(readContractItem(image), used, usedHere)
  })
}

/** Every item with its sums. Cost: one pass over all transactions of the contract. */
export function readItemTotals(store: Store, contract: string): Promise<ItemTotal[]> {
  return store.read(VIEW_TABLES, async (read) => {
    const around = await readSurroundings(read, contract)
    const [items, images] = await Promise.all([
      read.list("records", { index: "by_type", prefix: [contract, around.copy, "contract_item"] }),
      read.list("records", { index: "by_type", prefix: [contract, around.copy, TRANSACTION] }),
    ])
    const sums = sumAll(around, images)
    return items
      .map(readContractItem)
      .sort(compareLines)
      .map((item) => {
        const used = totalQuantity(sums.used.get(item.record) ?? [])
        const atOffice = totalQuantity(sums.atOffice.get(item.record) ?? [])
        return totalItem(item, used, subtract(used, atOffice))
      })
  })
}

type QuantitiesByItem = Map<string, string[]>

/** Quantities by item: as shown, and the part of them that the office has. */
function sumAll(
  around: Surroundings,
  images: readonly ImageRow[],
): { used: QuantitiesByItem; atOffice: QuantitiesByItem } {
  const used: QuantitiesByItem = new Map<string, string[]>()
  const atOffice: QuantitiesByItem = new Map<string, string[]>()
  const unsettled = new Map<string, ImageRow | undefined>()
  for (const record of [...around.own.keys(), ...around.held.keys()]) unsettled.set(record, undefined)
  for (const image of images) {
    if (unsettled.has(image.record)) unsettled.set(image.record, image)
    else for (const sums of [used, atOffice]) addQuantity(sums, image.fields)
  }
  for (const [record, image] of unsettled) {
    const entry = viewIn(around, record, image)
    if (entry?.type !== TRANSACTION || !isCounted(entry)) continue
    addQuantity(used, entry.fields)
    addQuantity(atOffice, entry.where === "device" ? entry.image?.fields : entry.fields)
  }
  return { used, atOffice }
}

function addQuantity(sums: QuantitiesByItem, fields: Fields | undefined): void {
  const item = fields?.["item"]
  if (typeof item !== "string") return
  const quantity = quantityFor(item, fields)
  const known = sums.get(item)
  if (known) known.push(quantity)
  else sums.set(item, [quantity])
}
