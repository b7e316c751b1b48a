/** Quantities keep every digit, dates have no zone, and what is none is shown as it is. */
import { expect, test } from "vitest"
import {
  formatAmount,
  formatBytes,
  formatCount,
  formatDate,
  formatInstant,
  formatQuantity,
  formatTime,
} from "./format.ts"

test.each([
  ["412.65", "412.65"],
  ["4250", "4,250"],
  ["0.1", "0.1"],
  ["-21.65", "-21.65"],
  ["999999999999.123456", "999,999,999,999.123456"],
  ["9007199254740993", "9,007,199,254,740,993"], // a float would make it …992
  ["twelve", "twelve"],
])("the quantity %s", (value, shown) => {
  expect(formatQuantity(value)).toBe(shown)
})

test("an amount has cents, and all the digits of its dollars", () => {
  expect(formatAmount("1100000000.1")).toBe("1,100,000,000.10")
})

test("a count and a size", () => {
  expect(formatCount(10230)).toBe("10,230")
  expect(formatBytes(22_400_000)).toBe("22 MB")
  expect(formatBytes(340_000)).toBe("0.4 MB")
  expect(formatBytes(0)).toBe("0.0 MB")
})

test("a date is that date, wherever the device is", () => {
  expect(formatDate("2026-11-19")).toBe("Thursday, Nov 19, 2026")
  expect(formatDate("2026-11-19", "weekday")).toBe("Thursday, Nov 19")
  expect(formatDate("2026-02-30")).toBe("2026-02-30")
})

test("an instant of today is a time, another one has its date", () => {
  const now = new Date(2026, 10, 19, 18, 0)
  expect(formatInstant(new Date(2026, 10, 19, 14, 40).toISOString(), now)).toMatch(/^2:40\sPM$/)
  expect(formatInstant(new Date(2026, 10, 18, 6, 25).toISOString(), now)).toMatch(/^Nov 18, 2026, 6:25\sAM$/)
  expect(formatInstant("some time", now)).toBe("some time")
})

test("a time of day", () => {
  expect(formatTime("14:05")).toMatch(/^2:05\sPM$/)
  expect(formatTime("25:00")).toBe("25:00")
})
