// @vitest-environment node
/** Days of the calendar, times of day, and instants with their zone. */
import fc from "fast-check"
import { afterEach, describe, expect, test } from "vitest"
import { isCalendarDate, isClockTime, spellDate, spellInstant } from "./dates.ts"

const zoneBefore = process.env["TZ"]

afterEach(() => {
  process.env["TZ"] = zoneBefore ?? ""
  if (zoneBefore === undefined) delete process.env["TZ"]
})

test.each(["2026-11-20", "2024-02-29", "2000-02-29", "0001-01-01", "9999-12-31"])("%s is a day", (text) => {
  expect(isCalendarDate(text)).toBe(true)
})

test.each([
  "2026-02-29",
  "1900-02-29",
  "2026-04-31",
  "2026-00-10",
  "2026-13-01",
  "2026-01-00",
  "2026-1-1",
  "0000-01-01",
  "20261120",
  "2026-11-20T00:00",
  " 2026-11-20",
  "2026-11-20\n",
  "٢٠٢٦-11-20",
  "",
])("%j is no day", (text) => {
  expect(isCalendarDate(text)).toBe(false)
})

test("a day is one where the calendar of the machine knows it, and only there", () => {
  const part = (most: number): fc.Arbitrary<string> =>
    fc.integer({ min: 0, max: most }).map((number) => String(number).padStart(2, "0"))
  const years = fc.integer({ min: 1, max: 9999 }).map((year) => String(year).padStart(4, "0"))

  fc.assert(
    fc.property(years, part(14), part(33), (year, month, day) => {
      const text = `${year}-${month}-${day}`
      const found = new Date(`${text}T00:00:00Z`)
      const isOne = !Number.isNaN(found.getTime()) && found.toISOString().slice(0, 10) === text
      expect(isCalendarDate(text)).toBe(isOne)
    }),
    { numRuns: 1_000 },
  )
})

test("times of day", () => {
  for (const text of ["00:00", "07:30", "19:59", "23:59"]) expect(isClockTime(text)).toBe(true)
  for (const text of ["24:00", "7:30", "07:60", "07:3", "07:30:00", "07.30", "07:30\n", ""])
    expect(isClockTime(text)).toBe(false)
})

describe("an instant by the device's clock", () => {
  const zones = [
    "UTC",
    "America/Chicago",
    "Asia/Kolkata",
    "Pacific/Chatham",
    "America/St_Johns",
    "Pacific/Kiritimati",
  ]

  test.each([
    ["America/Chicago", "2026-11-23T14:05:11.120-06:00", "2026-11-23"],
    ["America/Chicago", "2026-07-01T00:30:00.000-05:00", "2026-07-01"],
    ["Asia/Kolkata", "2026-11-24T01:35:11.120+05:30", "2026-11-24"],
    ["America/St_Johns", "2026-11-23T16:35:11.120-03:30", "2026-11-23"],
    ["UTC", "1970-01-01T00:00:00.000+00:00", "1970-01-01"],
  ])("in %s: %s", (zone, text, date) => {
    process.env["TZ"] = zone

    expect(spellInstant(new Date(text))).toBe(text)
    expect(spellDate(new Date(text))).toBe(date)
  })

  test("in any zone it is the same instant, and its date the one on the wall", () => {
    const instants = fc.date({
      min: new Date("1971-01-01"),
      max: new Date("2199-01-01"),
      noInvalidDate: true,
    })

    fc.assert(
      fc.property(instants, fc.constantFrom(...zones), (at, zone) => {
        process.env["TZ"] = zone
        const onTheWall = at.toLocaleDateString("sv-SE")

        expect(new Date(spellInstant(at)).getTime()).toBe(at.getTime())
        expect(spellDate(at)).toBe(onTheWall)
      }),
    )
  })
})
