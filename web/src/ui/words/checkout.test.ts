/** Words of Contract Offline Checkout: each outcome says what happened and what is safe. */
import { expect, test } from "vitest"
import type { CheckInOutcome, CheckOutOutcome } from "../../sync/outcomes.ts"
import {
  describeCheckIn,
  describeCheckOut,
  describeOther,
  describeProgressOf,
  summarizeOthers,
  type Said,
} from "./checkout.ts"

const OBSTACLES = [
  { kind: "work_offline" },
  { kind: "no_network" },
  { kind: "not_signed_in" },
  { kind: "not_the_server" },
  { kind: "busy", retryAfterMs: 1 },
  { kind: "forbidden" },
  { kind: "failed", code: "tally_differs" },
  { kind: "failed", code: "other_protocol" },
  { kind: "failed", code: "strange" },
] as const satisfies (CheckOutOutcome & CheckInOutcome)[]

const NOW = new Date(2026, 10, 19, 14, 0)
const HEARD_AT = new Date(2026, 10, 19, 6, 40).toISOString()
const other = {
  device: "d",
  label: "Chrome on Windows",
  person: "bo",
  personName: "Bo Keller",
  checkedOutAt: HEARD_AT,
  lastHeardAt: HEARD_AT,
  waiting: 4,
}

test("every outcome has whole sentences, and no two obstacles the same", () => {
  const outcomes: CheckOutOutcome[] = [
    { kind: "checked_out", kept: true },
    { kind: "checked_out", kept: false },
    { kind: "program_not_stored" },
    ...OBSTACLES,
  ]
  const out = outcomes.map(describeCheckOut)
  const back = [
    { kind: "checked_in" } as const,
    { kind: "unsent", waiting: 3 } as const,
    { kind: "not_compared" } as const,
    ...OBSTACLES,
  ].map(describeCheckIn)

  for (const said of [...out, ...back]) expect(said.text).toMatch(/^[A-Z].*\.$/)
  expect(new Set(out.map((said) => said.text)).size).toBe(out.length)
  expect(new Set(back.map((said) => said.text)).size).toBe(back.length)
})

test("only what is through is green", () => {
  const green = (said: Said): boolean => said.tone === "go"

  expect(green(describeCheckOut({ kind: "checked_out", kept: true }))).toBe(true)
  expect(green(describeCheckIn({ kind: "checked_in" }))).toBe(true)
  expect(green(describeCheckOut({ kind: "checked_out", kept: false }))).toBe(false)
  expect(green(describeCheckOut({ kind: "program_not_stored" }))).toBe(false)
  for (const obstacle of OBSTACLES) {
    expect(green(describeCheckOut(obstacle))).toBe(false)
    expect(green(describeCheckIn(obstacle))).toBe(false)
  }
})

test("with unsent entries Check In says how many, and offers to send them", () => {
  expect(describeCheckIn({ kind: "unsent", waiting: 1 })).toEqual({
    tone: "mind",
    text: "Not checked in: 1 entry only on this device. Send first, then check in.",
    offer: "send_now",
  })
})

test("a browser that does not promise to keep it leads to Storage", () => {
  expect(describeCheckOut({ kind: "checked_out", kept: false }).offer).toBe("storage")
})

test("the server's own words come first; without any the code is told", () => {
  const failed = { kind: "failed", code: "odd", title: "The roof leaks.", remedy: "Fetch a bucket." } as const

  expect(describeCheckOut(failed).text).toBe("The roof leaks. Fetch a bucket.")
  expect(describeCheckOut({ kind: "failed", code: "odd" }).text).toContain("odd")
})

test("a full device leads to Storage", () => {
  const full = { kind: "failed", code: "device_full", title: "No room.", remedy: "Make some." } as const

  expect(describeCheckOut(full)).toEqual({ tone: "stop", text: "No room. Make some.", offer: "storage" })
})

test("who else has it: name, device, when he was heard, what he had not sent", () => {
  expect(describeOther(other, "ann", NOW)).toMatch(
    /^Bo Keller, Chrome on Windows: heard from 6:40.AM, 4 entries unsent$/,
  )
  expect(describeOther({ ...other, waiting: 0 }, "bo", NOW)).toMatch(
    /^You, Chrome on Windows: .*, nothing unsent$/,
  )
})

test("whose account is switched off is marked in words", () => {
  expect(describeOther({ ...other, isDisabled: true }, "ann", NOW)).toMatch(
    /^Bo Keller \(account switched off\), Chrome on Windows: .*, 4 entries unsent$/,
  )
})

test("who was not heard from for over a day is marked in words", () => {
  const heardAt = (ageMs: number): string => new Date(NOW.getTime() - ageMs).toISOString()
  const DAY_MS = 86_400_000

  expect(describeOther({ ...other, lastHeardAt: heardAt(DAY_MS) }, "ann", NOW)).toMatch(/: heard from Nov 18/)
  expect(describeOther({ ...other, lastHeardAt: heardAt(DAY_MS + 1) }, "ann", NOW)).toMatch(
    /: not heard from for over a day, since Nov 18, 2026, .*, 4 entries unsent$/,
  )
})

test("the office is told first how many devices have it, and how much is not sent", () => {
  expect(summarizeOthers([other])).toBe("Out on 1 other device, 4 entries not sent yet")
  expect(summarizeOthers([other, { waiting: 0 }, { waiting: 10 }])).toBe(
    "Out on 3 other devices, 14 entries not sent yet",
  )
  expect(summarizeOthers([{ waiting: 0 }])).toBe("Out on 1 other device, nothing unsent")
})

test("progress counts records", () => {
  expect(describeProgressOf({ done: 4_120, total: 9_866 })).toBe("4,120 of 9,866")
})
