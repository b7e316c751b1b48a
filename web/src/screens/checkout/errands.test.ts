/** Checking out and in as asked for: once, side by side, and with an end that is said. */
import { expect, test } from "vitest"
import type { CheckInOutcome, CheckOutOutcome, SyncSummary } from "../../sync/outcomes.ts"
import { Errands } from "./errands.svelte.ts"

/** A sync whose checkouts end when the test says so. */
function slowSync() {
  const asked: string[] = []
  const ends = new Map<string, { resolve(outcome: CheckOutOutcome): void; reject(failure: unknown): void }>()
  let unsent = 2
  return {
    asked,
    end: (contract: string, outcome: CheckOutOutcome) => ends.get(contract)?.resolve(outcome),
    fail: (contract: string, failure: unknown) => ends.get(contract)?.reject(failure),
    checkOut: (contract: string) => {
      asked.push(contract)
      return new Promise<CheckOutOutcome>((resolve, reject) => ends.set(contract, { resolve, reject }))
    },
    checkIn: async (): Promise<CheckInOutcome> =>
      unsent > 0 ? { kind: "unsent", waiting: unsent } : { kind: "checked_in" },
    syncNow: async (): Promise<SyncSummary> => {
      const sent = unsent
      unsent = 0
      return { sent, received: 0, merged: 0, attention: 0, outcome: { kind: "done" } }
    },
  }
}

test("pressed twice is asked once; two contracts go side by side", async () => {
  const sync = slowSync()
  const errands = new Errands(sync)

  const both = [errands.checkOut("a"), errands.checkOut("a"), errands.checkOut("b")]

  expect(sync.asked).toEqual(["a", "b"])
  expect([...errands.checkingOut]).toEqual(["a", "b"])
  sync.end("a", { kind: "checked_out", kept: true })
  sync.end("b", { kind: "no_network" })
  await Promise.all(both)
  expect([...errands.checkingOut]).toEqual([])
  expect(errands.said.get("a")?.tone).toBe("go")
  expect(errands.said.get("b")?.tone).toBe("mind")
})

test("what went wrong is said until it is tried again", async () => {
  const sync = slowSync()
  const errands = new Errands(sync)

  const tried = errands.checkOut("a")
  sync.end("a", { kind: "failed", code: "device_full", title: "There is no room left." })
  await tried

  expect(errands.said.get("a")?.text).toContain("no room left")
  void errands.checkOut("a")
  expect(sync.asked).toEqual(["a", "a"])
  expect(errands.said.has("a")).toBe(false)
})

test("a mistake in the program is not hidden, and the row can be pressed again", async () => {
  const sync = slowSync()
  const errands = new Errands(sync)

  const tried = errands.checkOut("a")
  sync.fail("a", new RangeError("not ours"))

  await expect(tried).rejects.toThrow("not ours")
  expect(errands.checkingOut.has("a")).toBe(false)
})

test("unsent entries stop a check-in; sent, it goes through", async () => {
  const errands = new Errands(slowSync())

  await errands.checkIn("a")
  expect(errands.said.get("a")).toMatchObject({ tone: "mind", offer: "send_now" })

  await errands.sendAndCheckIn("a")
  expect(errands.said.get("a")?.tone).toBe("go")
})
