/** Words of the list of contracts. */
import { expect, test } from "vitest"
import type { ContractOnDevice } from "../../store/queries.ts"
import { describeHere, describeLastSync, nameStatus } from "./contracts.ts"

const contract: ContractOnDevice = {
  id: "c",
  number: "1",
  name: "One",
  status: "construction",
  right: "inspection",
  state: "listed",
  hasRecords: false,
  cursor: 0,
  records: 0,
  recordsAtOffice: 1_842,
  bytes: 0,
  waiting: 0,
  attention: 0,
  others: [],
  noteTypes: [],
}

test("how much of a contract is here, in every state", () => {
  const here = { hasRecords: true, records: 1_842 }
  const said = [
    describeHere(contract),
    describeHere({ ...contract, state: "checking_out", received: 400 }),
    describeHere({ ...contract, state: "checking_out", ...here }),
    describeHere({ ...contract, state: "opened", ...here }),
    describeHere({ ...contract, state: "checked_out", ...here }),
  ]

  expect(said).toEqual([
    "Not on this device",
    "Checking out: 400 of 1,842 records",
    "Checking out: 1,842 records here",
    "1,842 records here, not checked out",
    "Checked out: 1,842 records here",
  ])
})

test("one record is one record", () => {
  expect(describeHere({ ...contract, state: "opened", hasRecords: true, records: 1 })).toContain(
    "1 record here",
  )
})

test("more received than the office told of is no more than all", () => {
  expect(describeHere({ ...contract, state: "checking_out", received: 2_000 })).toContain("2,000 of 2,000")
})

test("a status of a later server is shown as it is", () => {
  expect(nameStatus("closed")).toBe("Closed")
  expect(nameStatus("suspended")).toBe("suspended")
})

test("never synced is said, not left out", () => {
  expect(describeLastSync(undefined, new Date())).toBe("Not synced yet")
})
