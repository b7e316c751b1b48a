// @vitest-environment node
/** Weeks by locale. */
import { expect, test } from "vitest"
import { firstWeekday, nameMonth, weekdayNames } from "./week.ts"

test("a week begins where the locale says", () => {
  expect(firstWeekday("en-US")).toBe(0)
  expect(firstWeekday("de-DE")).toBe(1)
})

test("names from the first weekday on", () => {
  expect(weekdayNames(0, "en-US").map(({ short }) => short)).toEqual([
    "Sun",
    "Mon",
    "Tue",
    "Wed",
    "Thu",
    "Fri",
    "Sat",
  ])
  expect(weekdayNames(1, "en-US")[6]?.long).toBe("Sunday")
})

test("a month's name", () => {
  expect(nameMonth("2026-11-30", "en-US")).toBe("November 2026")
})
