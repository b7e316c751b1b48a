/** Which contracts are shown, and which words find. */
import { expect, test } from "vitest"
import type { ContractOnDevice } from "../../store/queries.ts"
import { findContracts, isNothingHere, isTakenAway, isWorthListing } from "./sorting.ts"

const contract = (more: Partial<ContractOnDevice>): ContractOnDevice => ({
  id: "c",
  number: "SP 027-609-012",
  name: "CSAH 9 overlay, Brockton to Fernbrook",
  primeContractor: "Núñez Paving",
  status: "construction",
  right: "inspection",
  state: "listed",
  hasRecords: false,
  cursor: 0,
  records: 0,
  recordsAtOffice: 0,
  bytes: 0,
  waiting: 0,
  attention: 0,
  others: [],
  noteTypes: [],
  ...more,
})

test("nothing is here while all contracts are only listed; one opened, or one entry that waits, is something", () => {
  expect(isNothingHere([contract({}), contract({})])).toBe(true)
  expect(isNothingHere([contract({}), contract({ hasRecords: true })])).toBe(false)
  expect(isNothingHere([contract({ state: "checking_out" })])).toBe(false)
  expect(isNothingHere([contract({ waiting: 1 })])).toBe(false)
})

test("words find in number, name and contractor, in any order and case", () => {
  const all = [
    contract({ id: "a" }),
    contract({ id: "b", number: "CP 1822", name: "Trail", primeContractor: "Oak" }),
  ]
  const found = (words: string): string[] => findContracts(all, words).map((one) => one.id)

  expect(found("overlay 609")).toEqual(["a"])
  expect(found("nunez")).toEqual(["a"])
  expect(found("  OAK trail ")).toEqual(["b"])
  expect(found("")).toEqual(["a", "b"])
  expect(found("overlay trail")).toEqual([])
})

test("taken away and still here: shown; taken away and gone: not", () => {
  const gone = contract({ right: "" })

  expect(isTakenAway(gone)).toBe(true)
  expect(isWorthListing(gone)).toBe(false)
  expect(isWorthListing({ ...gone, hasRecords: true })).toBe(true)
  expect(isWorthListing({ ...gone, waiting: 1 })).toBe(true)
  expect(isWorthListing({ ...gone, attention: 1 })).toBe(true)
  expect(isWorthListing(contract({}))).toBe(true)
})
