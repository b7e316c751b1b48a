/** Everything that needs attention, with the items, people and projects that it names. */
import type { ContractItem } from "../../core/contract-records.ts"
import {
  readContract,
  readDismissed,
  readHeld,
  readItems,
  readPeople,
  readProjects,
  type ContractPerson,
  type HeldView,
} from "../../store/queries.ts"
import type { Store } from "../../store/store.ts"
import type { TableName } from "../../store/tables.ts"
import { inListOrder } from "./filter.ts"
import { nameProject } from "../../ui/words/items.ts"
import type { Named } from "../../ui/words/values.ts"

export interface ContractAround extends Named {
  contract: string
  number: string
  name: string
  right: string
  status: string
  items: readonly ContractItem[]
  people: readonly ContractPerson[]
}

export interface Attention {
  /** Contract after contract, the oldest first. */
  views: HeldView[]
  aroundByContract: ReadonlyMap<string, ContractAround>
}

/** What a decision typed in the field leaves as it is: `readAround` need not be asked again after one. */
export const AROUND_TABLES: readonly TableName[] = ["contracts", "records"]

/** Contract after contract, the oldest first. Cost: the number of holds. */
export const readInListOrder = async (store: Store, personId: string): Promise<HeldView[]> =>
  inListOrder(await readHeld(store, personId))

export const contractsOf = (views: readonly HeldView[]): string[] => [
  ...new Set(views.map((one) => one.contract)),
]

/** Cost: the items, people and projects of these contracts. */
export async function readArounds(
  store: Store,
  contracts: readonly string[],
): Promise<Map<string, ContractAround>> {
  const around = await Promise.all(contracts.map((contract) => readAround(store, contract)))
  return new Map(around.map((one) => [one.contract, one]))
}

/** What its author dismissed. Cost: its number, and the items of the contracts that have some. */
export async function readDismissedAttention(store: Store, personId: string): Promise<Attention> {
  const views = inListOrder(await readDismissed(store, personId))
  return { views, aroundByContract: await readArounds(store, contractsOf(views)) }
}

/** One contract with what its entries name. Cost: its items, people and projects. */
export async function readAround(store: Store, contract: string): Promise<ContractAround> {
  const [row, items, people, projects] = await Promise.all([
    readContract(store, contract),
    readItems(store, contract),
    readPeople(store, contract),
    readProjects(store, contract),
  ])
  return {
    contract,
    number: row?.number ?? "",
    name: row?.name ?? "",
    right: row?.right ?? "",
    status: row?.status ?? "",
    items,
    people,
    itemById: new Map(items.map((one) => [one.record, one])),
    personById: new Map(people.map((one) => [one.record, one.name])),
    projectById: new Map(projects.map((one) => [one.record, nameProject(one)])),
  }
}
