/** Dates and times as the reader's locale writes them. A work date is a date, never an instant. */
import { readerLocale } from "./figures.ts"

/** Noon in UTC: a date without a time, safe from every zone. */
const noon = (date: string): Date => new Date(`${date}T12:00:00Z`)

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale + JSON.stringify(options)
  let format = formats.get(key)
  if (!format) {
    format = new Intl.DateTimeFormat(locale, options)
    formats.set(key, format)
  }
  return format
}

/** "Thursday, Nov 19"; with the year where it is not this one. */
export function sayDay(date: string, today: string, locale = readerLocale()): string {
  const year = date.slice(0, 4) === today.slice(0, 4) ? {} : { year: "numeric" as const }
  return formatOf(locale, { weekday: "long", month: "short", day: "numeric", ...year, timeZone: "UTC" }).format(
    noon(date),
  )
}

/** "Nov 19, 2026": where the weekday says nothing. */
export function sayDate(date: string, locale = readerLocale()): string {
  return formatOf(locale, { month: "short", day: "numeric", year: "numeric", timeZone: "UTC" }).format(noon(date))
}

export function sayMonth(date: string, locale = readerLocale()): string {
  return formatOf(locale, { month: "long", year: "numeric", timeZone: "UTC" }).format(noon(date))
}

/** The time of an instant on the reader's clock: "2:40 PM". */
export function sayTime(instant: string, locale = readerLocale()): string {
  return formatOf(locale, { hour: "numeric", minute: "2-digit" }).format(new Date(instant))
}

/** A time of day that a person typed as `HH:MM`. */
export function sayClock(time: string, locale = readerLocale()): string {
  return formatOf(locale, { hour: "numeric", minute: "2-digit", timeZone: "UTC" }).format(
    new Date(`2000-01-01T${time}:00Z`),
  )
}

/** The date of an instant on the reader's calendar. */
export function dateOf(instant: Date): string {
  const two = (part: number): string => String(part).padStart(2, "0")
  return `${instant.getFullYear()}-${two(instant.getMonth() + 1)}-${two(instant.getDate())}`
}

/** "2:40 PM" today, "Nov 19, 2:40 PM" on another day: short, and never wrong by a day. */
export function sayWhen(instant: string, today: string, locale = readerLocale()): string {
  const date = dateOf(new Date(instant))
  if (date === today) return sayTime(instant, locale)
  const day = formatOf(locale, {
    month: "short",
    day: "numeric",
    ...(date.slice(0, 4) === today.slice(0, 4) ? {} : { year: "numeric" as const }),
    timeZone: "UTC",
  }).format(noon(date))
  return `${day}, ${sayTime(instant, locale)}`
}

/** The date so many days later; earlier where `days` is negative. */
export function dayAfter(date: string, days: number): string {
  const moved = noon(date)
  moved.setUTCDate(moved.getUTCDate() + days)
  return moved.toISOString().slice(0, 10)
}

/** The first day of the month so many months later. */
export function monthAfter(date: string, months: number): string {
  const moved = noon(`${date.slice(0, 7)}-01`)
  moved.setUTCMonth(moved.getUTCMonth() + months)
  return moved.toISOString().slice(0, 10)
}

/** The weeks that show a month, each of seven dates, beginning on the given weekday (0 is Sunday). */
export function weeksOf(month: string, firstWeekday: number): string[][] {
  const first = `${month.slice(0, 7)}-01`
  const lead = (noon(first).getUTCDay() - firstWeekday + 7) % 7
  const weeks: string[][] = []
  for (let start = dayAfter(first, -lead); start < monthAfter(first, 1); start = dayAfter(start, 7)) {
    weeks.push(Array.from({ length: 7 }, (_, day) => dayAfter(start, day)))
  }
  return weeks
}

/** The weekday that this locale's calendars begin with (0 is Sunday). */
export function firstWeekdayOf(locale = readerLocale()): number {
  const found = new Intl.Locale(locale) as Intl.Locale & {
    weekInfo?: { firstDay: number }
    getWeekInfo?: () => { firstDay: number }
  }
  const firstDay = found.getWeekInfo?.().firstDay ?? found.weekInfo?.firstDay ?? 7
  return firstDay % 7
}

export function sayWeekday(date: string, width: "short" | "long", locale = readerLocale()): string {
  return formatOf(locale, { weekday: width, timeZone: "UTC" }).format(noon(date))
}
