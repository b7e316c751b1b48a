/** Dates and times of day as people type them, in the spelling that records keep. */
import { isCalendarDate, isClockTime } from "./dates.ts"

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
const WEEKDAY = /^(?:sun|mon|tue|wed|thu|fri|sat)[a-z]*\.?,? +/
const TYPED_LENGTH_MAX = 40 // characters of a typed date or time

/**
 * Return `2026-11-19` for `11/19/2026`, `11/19/26`, `11/19`, `Nov 19`, `19 November 2026`, `Thu, Nov 19`,
 * or null where it is no day of the calendar. Without a year it is the one nearest to `today`.
 */
export function readTypedDate(typed: string, today: string): string | null {
  const text = typed.trim().toLowerCase()
  if (text.length > TYPED_LENGTH_MAX) return null
  const parts = readIso(text) ?? readFigures(text) ?? readWords(text.replace(WEEKDAY, ""))
  if (!parts) return null
  const { month, day } = parts
  const date =
    parts.year === undefined ? nearest(month, day, today) : spell(expandYear(parts.year), month, day)
  return isCalendarDate(date) ? date : null
}

/** Return `14:05` for `2:05 pm`, `2:05 p.m.`, `1405`, `9:05`, `2 pm`; null where it is no time of day. */
export function readTypedTime(typed: string): string | null {
  const text = typed.trim().toLowerCase().replaceAll(".", "")
  if (text.length > TYPED_LENGTH_MAX) return null
  const found = /^(\d{1,2})(?::?(\d\d))?(?: *([ap])m?)?$/.exec(text)
  const [, hours = "", minutes, half] = found ?? []
  if (hours === "" || (minutes === undefined && half === undefined)) return null // `14` alone may be anything
  const hour = half === undefined ? Number(hours) : hourOfHalf(Number(hours), half)
  const time = `${two(hour)}:${minutes ?? "00"}`
  return isClockTime(time) ? time : null
}

interface DateParts {
  year?: string | undefined
  month: number
  day: number
}

function readIso(text: string): DateParts | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text) ?? []
  return year === undefined ? undefined : { year, month: Number(month), day: Number(day) }
}

function readFigures(text: string): DateParts | undefined {
  const [, month, day, year] = /^(\d{1,2})[/-](\d{1,2})(?:[/-](\d{2}|\d{4}))?$/.exec(text) ?? []
  return month === undefined ? undefined : { year, month: Number(month), day: Number(day) }
}

function readWords(text: string): DateParts | undefined {
  const found =
    /^(?<name>[a-z]{3,9})\.? *(?<day>\d{1,2})(?:,? +(?<year>\d{4}))?$/.exec(text) ??
    /^(?<day>\d{1,2})\.? *(?<name>[a-z]{3,9})\.?(?:,? +(?<year>\d{4}))?$/.exec(text)
  const { name = "", day, year } = found?.groups ?? {}
  const month = MONTHS.indexOf(name.slice(0, 3)) + 1
  return month === 0 ? undefined : { year, month, day: Number(day) }
}

const expandYear = (year: string): number => (year.length === 2 ? 2000 + Number(year) : Number(year))

/** On the second of January `12/30` is of last year. */
function nearest(month: number, day: number, today: string): string {
  const year = Number(today.slice(0, 4))
  const dates = [year, year - 1, year + 1].map((one) => spell(one, month, day)).filter(isCalendarDate)
  const distance = (date: string): number => Math.abs(Date.parse(date) - Date.parse(today))
  return dates.sort((one, other) => distance(one) - distance(other))[0] ?? ""
}

function hourOfHalf(hour: number, half: string): number {
  if (hour < 1 || hour > 12) return 99 // no such hour: `13 pm`
  return (hour % 12) + (half === "p" ? 12 : 0)
}

const spell = (year: number, month: number, day: number): string =>
  `${String(year).padStart(4, "0")}-${two(month)}-${two(day)}`

const two = (part: number): string => String(part).padStart(2, "0")
