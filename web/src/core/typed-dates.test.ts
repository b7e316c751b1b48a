// @vitest-environment node
/** Which spellings of a date and of a time are taken. */
import { describe, expect, test } from "vitest"
import { readTypedDate, readTypedTime } from "./typed-dates.ts"

const TODAY = "2026-11-23"

describe("a typed date", () => {
  test.each([
    ["2026-11-19", "2026-11-19"],
    ["2026-1-5", "2026-01-05"],
    ["11/19/2026", "2026-11-19"],
    ["11/19/26", "2026-11-19"],
    ["11-19-2026", "2026-11-19"],
    ["11/19", "2026-11-19"],
    ["1/5", "2027-01-05"],
    ["Nov 19", "2026-11-19"],
    ["nov. 19, 2025", "2025-11-19"],
    ["November 19 2026", "2026-11-19"],
    ["19 Nov", "2026-11-19"],
    ["19 november 2024", "2024-11-19"],
    ["Thursday, Nov 19, 2026", "2026-11-19"],
    ["Thu Nov 19", "2026-11-19"],
    [" 2024-02-29 ", "2024-02-29"],
  ])("%s is %s", (typed, date) => {
    expect(readTypedDate(typed, TODAY)).toBe(date)
  })

  test("without a year it is the nearest one", () => {
    expect(readTypedDate("12/30", "2027-01-02")).toBe("2026-12-30")
    expect(readTypedDate("1/2", "2026-12-30")).toBe("2027-01-02")
    expect(readTypedDate("Feb 29", "2026-11-23")).toBeNull() // neither of the three years has one
    expect(readTypedDate("Feb 29", "2027-11-23")).toBe("2028-02-29")
  })

  test.each([
    "2026-02-30",
    "2/30/2026",
    "2/30",
    "13/1/2026",
    "0000-01-01",
    "Nov",
    "19",
    "tomorrow",
    "",
    "11/19/226",
    "Foo 12",
    "1".repeat(100),
  ])("%s is none", (typed) => {
    expect(readTypedDate(typed, TODAY)).toBeNull()
  })
})

describe("a typed time", () => {
  test.each([
    ["14:05", "14:05"],
    ["9:05", "09:05"],
    ["2:05 pm", "14:05"],
    ["2:05 p.m.", "14:05"],
    ["2:05PM", "14:05"],
    ["12:00 am", "00:00"],
    ["12:30 pm", "12:30"],
    ["2 pm", "14:00"],
    ["7a", "07:00"],
    ["1405", "14:05"],
    ["930", "09:30"],
    ["0000", "00:00"],
  ])("%s is %s", (typed, time) => {
    expect(readTypedTime(typed)).toBe(time)
  })

  test.each(["24:00", "14:60", "13 pm", "0 am", "14", "7", "", "noon", "1".repeat(50)])(
    "%s is none",
    (typed) => {
      expect(readTypedTime(typed)).toBeNull()
    },
  )
})
