/** What a backup of the whole device is made of. */
import { readContractsHere } from "../store/queries/contracts.ts"
import type { Store } from "../store/store.ts"
import type { BackupWishes } from "./write-backup.ts"

type Known = Pick<BackupWishes, "agency" | "label" | "stranded">

/** Every contract of which something is kept here, in the database or in the second copy alone. */
export async function wishForAll(store: Store, known: Known): Promise<BackupWishes> {
  const here = (await readContractsHere(store)).map((contract) => contract.id)
  const stranded = (known.stranded ?? []).map((operation) => operation.contract)
  return { ...known, contracts: [...new Set([...here, ...stranded])] }
}
