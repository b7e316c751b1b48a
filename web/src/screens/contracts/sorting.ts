/** Which contracts are shown: those that are this person's or here, and those that words find. */
import type { ContractOnDevice } from "../../store/queries.ts"

export const FIND_BOX_FROM = 9 // fewer are found by looking

/** One that the office no longer lists and of which nothing is here is only a witness of its ledger. */
export function isWorthListing(contract: ContractOnDevice): boolean {
  const { right, hasRecords, state, waiting, attention } = contract
  return right !== "" || hasRecords || state !== "listed" || waiting > 0 || attention > 0
}

/** Of none is more here than its name in the list. */
export const isNothingHere = (contracts: readonly ContractOnDevice[]): boolean =>
  contracts.every(({ hasRecords, state, waiting }) => !hasRecords && state === "listed" && waiting === 0)

/** Taken away from this person, and still here to read. */
export const isTakenAway = ({ right }: ContractOnDevice): boolean => right === ""

/** Those in which each of the words stands: in the number, the name or the contractor. */
export function findContracts(contracts: readonly ContractOnDevice[], words: string): ContractOnDevice[] {
  const wanted = fold(words).split(/\s+/).filter(Boolean)
  return contracts.filter((one) => {
    const text = fold(`${one.number} ${one.name} ${one.primeContractor ?? ""}`)
    return wanted.every((word) => text.includes(word))
  })
}

/** Capitals and accents do not matter. */
const fold = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase()
