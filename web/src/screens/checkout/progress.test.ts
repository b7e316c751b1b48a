/** How far a checkout is, and what its row stands for. */
import { expect, test } from "vitest"
import type { ContractOnDevice } from "../../store/queries.ts"
import type { SyncProgress } from "../../sync/outcomes.ts"
import { progressOf, stageOf } from "./progress.ts"

const contract: ContractOnDevice = {
  id: "c",
  number: "1",
  name: "One",
  status: "construction",
  right: "inspection",
  state: "checking_out",
  hasRecords: false,
  cursor: 0,
  records: 0,
  recordsAtOffice: 9_866,
  bytes: 0,
  waiting: 0,
  attention: 0,
  others: [],
  noteTypes: [],
}

const receiving = (done: number, total: number, id = "c"): SyncProgress => ({
  phase: "receiving",
  contract: id,
  done,
  total,
})

test("records received of all, by the sync's own count while it runs", () => {
  expect(progressOf(contract, receiving(4_120, 9_870))).toEqual({ done: 4_120, total: 9_870 })
})

test("a checkout that was cut off does not begin at nothing again", () => {
  expect(progressOf({ ...contract, received: 4_000 }, receiving(120, 5_866))).toEqual({
    done: 4_000,
    total: 9_866,
  })
})

test("another contract's progress, or sending, is not this one's", () => {
  expect(progressOf(contract, receiving(50, 60, "other")).done).toBe(0)
  expect(progressOf(contract, { ...receiving(50, 60), phase: "sending" }).done).toBe(0)
})

test("never more than all", () => {
  const { done, total } = progressOf({ ...contract, received: 10_000 }, undefined)

  expect(done).toBeLessThanOrEqual(total)
})

test("records that are in are shown as in while the program is stored", () => {
  expect(progressOf({ ...contract, hasRecords: true, records: 9_866 }, undefined).done).toBe(9_866)
})

test("the stages of a checkout", () => {
  const here = { ...contract, hasRecords: true }

  expect(stageOf({ ...contract, state: "listed" }, false, undefined)).toBe("in")
  expect(stageOf({ ...contract, state: "listed" }, true, undefined)).toBe("waiting")
  expect(stageOf(contract, true, receiving(1, 2))).toBe("receiving")
  expect(stageOf(contract, false, receiving(1, 2))).toBe("receiving") // it goes on by itself
  expect(stageOf(contract, true, receiving(1, 2, "other"))).toBe("waiting")
  expect(stageOf(contract, false, undefined)).toBe("cut_off")
  expect(stageOf(here, true, receiving(2, 2))).toBe("storing")
  expect(stageOf({ ...here, state: "checked_out" }, true, receiving(1, 2))).toBe("out")
})

test("opened is not checked out", () => {
  expect(stageOf({ ...contract, state: "opened", hasRecords: true }, false, receiving(1, 2))).toBe("in")
})
