// @vitest-environment node
/** Whom one should ask first stands first. */
import { expect, test } from "vitest"
import type { CheckoutOfOthers } from "../../core/feed.ts"
import { sortOthers } from "./others.ts"

const device = (name: string, lastHeardAt: string, waiting: number): CheckoutOfOthers => ({
  ...{ device: name, label: name, person: "bo", personName: "Bo Keller" },
  ...{ checkedOutAt: "2026-11-01T00:00:00.000Z", lastHeardAt, waiting },
})

test("unsent first, the longest unheard first; how much is unsent is no matter", () => {
  const others = [
    device("sent, today", "2026-11-19T08:00:00.000Z", 0),
    device("unsent, today", "2026-11-19T09:00:00.000Z", 40),
    device("sent, last week", "2026-11-12T08:00:00.000Z", 0),
    device("unsent, last week", "2026-11-12T09:00:00.000Z", 1),
  ]

  expect(sortOthers(others).map(({ label }) => label)).toEqual([
    "unsent, last week",
    "unsent, today",
    "sent, last week",
    "sent, today",
  ])
  expect(others[0]?.label).toBe("sent, today")
})
