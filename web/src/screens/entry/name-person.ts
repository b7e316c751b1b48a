/** Who somebody is, as far as this device knows. */
import type { ContractPerson } from "../../core/contract-records.ts"
import type { Person } from "../../store/device.ts"
import { entryWords } from "../../ui/words/entries.ts"

/** Who is signed in is known also where he is not on the contract's list. */
export function namePerson(id: string, people: readonly ContractPerson[], self: Person): string {
  if (id === self.id) return self.name
  return people.find(({ record }) => record === id)?.name ?? entryWords.unknownPerson
}
