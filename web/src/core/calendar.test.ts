// @vitest-environment node
/** Steps between days, and months as weeks. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { addDays, addMonths, lastOfMonth, weekdayOf, weeksOfMonth } from "./calendar.ts"
import { isCalendarDate } from "./dates.ts"

const date = fc
  .date({ min: new Date("0002-01-01T00:00:00Z"), max: new Date("9998-12-31T00:00:00Z"), noInvalidDate: true })
  .map((at) => at.toISOString().slice(0, 10))

describe("steps", () => {
  test("over the ends of months and years", () => {
    expect(addDays("2026-02-28", 1)).toBe("2026-03-01")
    expect(addDays("2024-02-28", 1)).toBe("2024-02-29")
    expect(addDays("2026-01-01", -1)).toBe("2025-12-31")
    expect(addMonths("2026-01-31", 1)).toBe("2026-02-28")
    expect(addMonths("2026-01-15", -1)).toBe("2025-12-15")
    expect(addMonths("2026-12-31", 2)).toBe("2027-02-28")
    expect(lastOfMonth("2024-02-10")).toBe("2024-02-29")
  })

  test("the calendar ends somewhere", () => {
    expect(addDays("9999-12-31", 1)).toBe("9999-12-31")
    expect(addDays("0001-01-01", -1)).toBe("0001-01-01")
    expect(addMonths("9999-12-05", 1)).toBe("9999-12-31")
    expect(addMonths("0001-01-05", -1)).toBe("0001-01-01")
    expect(addDays("0050-03-01", -1)).toBe("0050-02-28")
  })

  test("what is no date is refused", () => {
    expect(() => addDays("2026-02-30", 1)).toThrow(RangeError)
    expect(() => addMonths("never", 1)).toThrow(RangeError)
  })

  test("there and back again", () => {
    fc.assert(
      fc.property(date, fc.integer({ min: -300, max: 300 }), (from, days) => {
        const to = addDays(from, days)

        expect(isCalendarDate(to)).toBe(true)
        expect(addDays(to, -days)).toBe(from)
      }),
    )
  })
})

describe("a month as weeks", () => {
  test("November 2026 begins on a Sunday", () => {
    const weeks = weeksOfMonth("2026-11-19", 0)

    expect(weeks).toHaveLength(5)
    expect(weeks[0]).toEqual(["01", "02", "03", "04", "05", "06", "07"].map((day) => `2026-11-${day}`))
    expect(weeks[4]?.[6]).toBe("2026-12-05")
  })

  test("February 2026 of Sundays is four weeks, of Mondays five", () => {
    expect(weeksOfMonth("2026-02-01", 0)).toHaveLength(4)
    expect(weeksOfMonth("2026-02-01", 1)).toHaveLength(5)
  })

  test("the last month that there is ends too", () => {
    expect(weeksOfMonth("9999-12-05", 0).flat()).toContain("9999-12-31")
  })

  test("every day of the month once, every week from its first weekday", () => {
    fc.assert(
      fc.property(date, fc.integer({ min: 0, max: 6 }), (day, first) => {
        const weeks = weeksOfMonth(day, first)
        const own = weeks.flat().filter((one) => one.startsWith(day.slice(0, 7)))

        expect(own).toHaveLength(Number(lastOfMonth(day).slice(8)))
        expect(weeks.every((week) => week.length === 7 && weekdayOf(week[0]!) === first)).toBe(true)
      }),
    )
  })
})
