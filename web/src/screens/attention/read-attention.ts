/** Everything that needs attention, with the items, people and projects that it names. */
import type { ContractItem } from "../../core/contract-records.ts"
import {
  readContract,
  readHeld,
  readItems,
  readPeople,
  readProjects,
  type ContractPerson,
  type HeldView,
} from "../../store/queries.ts"
import type { Store } from "../../store/store.ts"
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
  aroundByContract: Map<string, ContractAround>
}

/** Cost: the number of holds, and the items of the contracts that have some. */
export async function readAttention(
  store: Store,
  personId: string,
  readViews = readHeld,
): Promise<Attention> {
  const views = inListOrder(await readViews(store, personId))
  const contracts = [...new Set(views.map((one) => one.contract))]
  const around = await Promise.all(contracts.map((contract) => readAround(store, contract)))
  return { views, aroundByContract: new Map(around.map((one) => [one.contract, one])) }
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
