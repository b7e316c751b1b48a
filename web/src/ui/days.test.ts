/** Days, months and weeks: dates stay dates in every zone. */
import { expect, test } from "vitest"
import { dayAfter, firstWeekdayOf, monthAfter, sayDay, sayWhen, weeksOf } from "./days.ts"

test("a day is said with its weekday, and its year where it is another", () => {
  expect(sayDay("2026-11-19", "2026-11-24", "en-US")).toBe("Thursday, Nov 19")
  expect(sayDay("2025-11-19", "2026-11-24", "en-US")).toBe("Wednesday, Nov 19, 2025")
})

test("days and months step over their ends", () => {
  expect(dayAfter("2026-02-28", 1)).toBe("2026-03-01")
  expect(dayAfter("2026-01-01", -1)).toBe("2025-12-31")
  expect(monthAfter("2026-01-31", 1)).toBe("2026-02-01")
  expect(monthAfter("2026-01-31", -1)).toBe("2025-12-01")
})

test("a month is shown in whole weeks", () => {
  const weeks = weeksOf("2026-11-19", 0)
  expect(weeks).toHaveLength(5)
  expect(weeks[0]?.[0]).toBe("2026-11-01")
  expect(weeks.at(-1)?.at(-1)).toBe("2026-12-05")
  expect(weeksOf("2026-11-19", 1)[0]?.[0]).toBe("2026-10-26")
})

test("weeks begin as the locale has it", () => {
  expect(firstWeekdayOf("en-US")).toBe(0)
  expect(firstWeekdayOf("de-DE")).toBe(1)
})

test("an instant of today is said by its time alone", () => {
  const now = new Date(2026, 10, 19, 14, 40)
  expect(sayWhen(now.toISOString(), "2026-11-19", "en-US")).toMatch(/^2:40\sPM$/)
  expect(sayWhen(now.toISOString(), "2026-11-20", "en-US")).toMatch(/^Nov 19, 2:40\sPM$/)
})
