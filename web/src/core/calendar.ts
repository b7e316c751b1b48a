/** The calendar as weeks and steps between its days. Dates have no zone; no clock is read here. */
import { daysIn, isCalendarDate } from "./dates.ts"

const DAY_MS = 86_400_000
const DAYS_A_WEEK = 7
const FIRST_DATE = "0001-01-01"
const LAST_DATE = "9999-12-31"

/** So many days later, or earlier; the calendar ends at its first and last year. */
export function addDays(date: string, days: number): string {
  return clamp(new Date(startOf(date) + days * DAY_MS))
}

/** The same day so many months later; the last one where that month is shorter. */
export function addMonths(date: string, months: number): string {
  const [year, month, day] = partsOf(date)
  const count = year * 12 + (month - 1) + months
  const [newYear, newMonth] = [Math.floor(count / 12), (((count % 12) + 12) % 12) + 1]
  if (newYear < 1) return FIRST_DATE
  if (newYear > 9999) return LAST_DATE
  return spell(newYear, newMonth, Math.min(day, daysIn(newYear, newMonth)))
}

/** Sunday 0 to Saturday 6. */
export function weekdayOf(date: string): number {
  return new Date(startOf(date)).getUTCDay()
}

export function firstOfMonth(date: string): string {
  return `${date.slice(0, 7)}-01`
}

export function lastOfMonth(date: string): string {
  const [year, month] = partsOf(date)
  return spell(year, month, daysIn(year, month))
}

/** The month of a date as weeks that begin on `firstWeekday`, filled up with its neighbours' days. */
export function weeksOfMonth(date: string, firstWeekday: number): string[][] {
  const first = firstOfMonth(date)
  const before = (weekdayOf(first) - firstWeekday + DAYS_A_WEEK) % DAYS_A_WEEK
  const count = Math.ceil((before + Number(lastOfMonth(date).slice(8))) / DAYS_A_WEEK)
  return Array.from({ length: count }, (_week, week) =>
    Array.from({ length: DAYS_A_WEEK }, (_day, day) => addDays(first, week * DAYS_A_WEEK + day - before)),
  )
}

/** A date of years below 100 as well, which `Date.UTC` takes for the last century. */
function startOf(date: string): number {
  if (!isCalendarDate(date)) throw new RangeError(`${date} is no date.`)
  return Date.parse(`${date}T00:00:00Z`)
}

function partsOf(date: string): [number, number, number] {
  if (!isCalendarDate(date)) throw new RangeError(`${date} is no date.`)
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8))]
}

function clamp(at: Date): string {
  if (at.getTime() < startOf(FIRST_DATE)) return FIRST_DATE
  if (at.getTime() > startOf(LAST_DATE)) return LAST_DATE
  return at.toISOString().slice(0, 10)
}

const spell = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, "0")}-${String(month).padStart(2, "0")}-${String(day).padStart(2, "0")}`
