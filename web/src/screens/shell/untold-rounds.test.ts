/** What went by itself a moment before is told once, with the round that somebody asked for. */
import { expect, test } from "vitest"
import type { SyncSummary } from "../../sync/outcomes.ts"
import { UntoldRounds } from "./untold-rounds.ts"

const round = (sent: number, received = 0): SyncSummary => ({
  sent,
  received,
  merged: 0,
  attention: 0,
  outcome: { kind: "done" },
})

test("what went by itself before the press is told with it, once", () => {
  const untold = new UntoldRounds()
  untold.hear(round(3, 12), 1_000)
  const asked = round(1, 2)
  untold.hear(asked, 2_000)

  expect(untold.tell(asked, 2_000)).toEqual(round(4, 14))
  const next = round(0)
  expect(untold.tell(next, 3_000)).toEqual(next)
})

test("what went long ago, and a checkout, are not told again", () => {
  const untold = new UntoldRounds()
  untold.hear(round(3), 1_000)
  untold.hear(round(0, 15_000), 60_000)
  const asked = round(0, 1)

  expect(untold.tell(asked, 61_000)).toEqual(asked)
})

test("how the asked one ended is what is told", () => {
  const untold = new UntoldRounds()
  untold.hear(round(3), 1_000)
  const asked: SyncSummary = { ...round(0), outcome: { kind: "no_network" } }

  expect(untold.tell(asked, 2_000)).toEqual({ ...round(3), outcome: { kind: "no_network" } })
})
