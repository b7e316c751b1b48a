/** What the ids in an entry's versions stand for, as far as this device knows. */
import type { ContractItem, ContractPerson, Project } from "../../core/contract-records.ts"
import { nameProject } from "../../ui/words/items.ts"
import type { NamedIds } from "../../ui/words/values.ts"

interface OfOffice {
  items: readonly ContractItem[]
  people: readonly ContractPerson[]
  projects: readonly Project[]
}

export function nameIds({ items, people, projects }: OfOffice): NamedIds {
  return {
    itemById: new Map(items.map((one) => [one.record, one])),
    personById: new Map(people.map((one) => [one.record, one.name])),
    projectById: new Map(projects.map((one) => [one.record, nameProject(one)])),
  }
}
