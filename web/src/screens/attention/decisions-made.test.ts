/** What was decided a moment ago: told, found again, and not offered once more before the list knows of it. */
import { beforeEach, expect, test } from "vitest"
import type { Device } from "../../store/device.ts"
import { DECISIONS_MAX, decisionsMadeOn, DecisionsMade } from "./decisions-made.svelte.ts"
import { heldView, operation, seenFields } from "./testing/held-views.ts"

const viewOf = (id: string, more = {}) => heldView({ id }, seenFields, more)
const madeOf = (id: string) => ({
  view: viewOf(id),
  said: `Kept yours: ${id}.`,
  canRevise: true,
  isOnItsWay: true,
})
let made: DecisionsMade

beforeEach(() => {
  made = new DecisionsMade()
})

test("the last one is told until it is enough; it is found all the same", () => {
  made.remember(madeOf("a"), "Counted.")
  expect(made.last?.said).toBe("Kept yours: a.")

  made.forgetLast()

  expect([made.last, made.find("a")?.said, made.find(null), made.lastReason]).toEqual([
    undefined,
    "Kept yours: a.",
    undefined,
    "Counted.",
  ])
})

test("a notice that is dismissed leaves the last reason as it was", () => {
  made.remember(madeOf("a"), "Counted.")
  made.remember(madeOf("b"))

  expect(made.lastReason).toBe("Counted.")
})

test("it counts as done until the list shows it decided, or no longer", () => {
  made.remember(madeOf("a"))
  made.compareWith([viewOf("a")])
  expect(made.isUnread("a")).toBe(true)

  made.compareWith([viewOf("a", { myDecision: operation() })])
  expect(made.isUnread("a")).toBe(false)

  made.remember(madeOf("b"))
  made.compareWith([])
  expect(made.isUnread("b")).toBe(false)
})

test("the oldest go", () => {
  for (let at = 0; at <= DECISIONS_MAX; at += 1) made.remember(madeOf(`o${at}`))

  expect([made.find("o0"), made.find("o1")?.said, made.find(`o${DECISIONS_MAX}`)?.said]).toEqual([
    undefined,
    "Kept yours: o1.",
    `Kept yours: o${DECISIONS_MAX}.`,
  ])
})

test("the same for one device, another for the next", () => {
  const [one, other] = [{ id: "1" } as Device, { id: "2" } as Device]

  expect(decisionsMadeOn(one)).toBe(decisionsMadeOn(one))
  expect(decisionsMadeOn(other)).not.toBe(decisionsMadeOn(one))
})
