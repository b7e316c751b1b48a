/** What a form needs of the device before it can be shown: items, projects, what was used lately. */
import { addDays } from "../../core/calendar.ts"
import { isCalendarDate } from "../../core/dates.ts"
import type { ContractItem, Project } from "../../core/contract-records.ts"
import { readDay, readItems, readMarkedDays, readProjects } from "../../store/queries.ts"
import type { Store } from "../../store/store.ts"
import { itemsUsedIn } from "./item-options.ts"

const DAYS_BACK = 14 // how far back something was "lately"
const DAYS_READ = 2

export interface ItemChoices {
  items: ContractItem[]
  projects: Project[]
  lately: string[]
}

/** Cost: the items, and the transactions of two days. */
export async function readItemChoices(store: Store, contract: string, date: string): Promise<ItemChoices> {
  const [items, projects, lately] = await Promise.all([
    readItems(store, contract),
    readProjectsInUse(store, contract),
    readLately(store, contract, date),
  ])
  return { items, projects, lately }
}

/** The primary one first. */
async function readProjectsInUse(store: Store, contract: string): Promise<Project[]> {
  const projects = await readProjects(store, contract)
  return projects
    .filter((project) => !project.voided)
    .sort((one, other) => Number(other.primary) - Number(one.primary) || (one.number < other.number ? -1 : 1))
}

async function readLately(store: Store, contract: string, date: string): Promise<string[]> {
  if (!isCalendarDate(date)) return []
  const days = await readMarkedDays(store, contract, { from: addDays(date, -DAYS_BACK), to: date })
  const last = [...days]
    .filter(([, { transactions }]) => transactions > 0)
    .map(([day]) => day)
    .slice(-DAYS_READ)
  return itemsUsedIn(await Promise.all(last.map((day) => readDay(store, contract, day))))
}
