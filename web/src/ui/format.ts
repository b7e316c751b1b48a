/** Dates, times, quantities and money as this person's locale writes them; never through a float. */
import { isCalendarDate, spellDate } from "../core/dates.ts"
import { countDecimals, isDecimal, normaliseDecimal } from "../core/decimals.ts"

const DECIMALS_MAX = 20

/** A decimal with the locale's separators and all its decimals; at least `decimals` of them. */
export function formatQuantity(value: string, decimals = 0): string {
  const normal = normaliseDecimal(value)
  if (normal === null) return value // typed before the form knew better: shown as it is
  return formatterWith(Math.min(Math.max(decimals, countDecimals(normal)), DECIMALS_MAX)).format(
    normal as Intl.StringNumericLiteral,
  )
}

/** Dollars and cents, without the sign: "292,180.86". */
export function formatAmount(value: string): string {
  return isDecimal(value) ? formatQuantity(value, 2) : value
}

const formatters = new Map<number, Intl.NumberFormat>()

function formatterWith(decimals: number): Intl.NumberFormat {
  const known = formatters.get(decimals)
  if (known) return known
  const made = new Intl.NumberFormat(undefined, {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  })
  formatters.set(decimals, made)
  return made
}

export function formatCount(count: number): string {
  return formatterWith(0).format(count)
}

const MEGABYTE = 1_000_000
const GIGABYTE = 1_000 * MEGABYTE

/** "22 MB", "0.4 MB", "9 GB". */
export function formatBytes(bytes: number): string {
  if (bytes >= GIGABYTE) return `${Math.round(bytes / GIGABYTE)} GB`
  const tenths = Math.ceil((bytes * 10) / MEGABYTE)
  const shown = tenths >= 100 ? String(Math.round(tenths / 10)) : (tenths / 10).toFixed(1)
  return `${shown} MB`
}

type DateStyle = "long" | "short" | "weekday"

const DATE_STYLES: Readonly<Record<DateStyle, Intl.DateTimeFormatOptions>> = {
  long: { weekday: "long", month: "short", day: "numeric", year: "numeric" },
  weekday: { weekday: "long", month: "short", day: "numeric" },
  short: { month: "short", day: "numeric", year: "numeric" },
}

const dateFormatters = new Map<DateStyle, Intl.DateTimeFormat>()

/** A date of the calendar, which has no zone: "Thursday, Nov 19, 2026". What is no date is shown as it is. */
export function formatDate(date: string, style: DateStyle = "long"): string {
  if (!isCalendarDate(date)) return date
  let formatter = dateFormatters.get(style)
  if (!formatter) {
    formatter = new Intl.DateTimeFormat(undefined, { ...DATE_STYLES[style], timeZone: "UTC" })
    dateFormatters.set(style, formatter)
  }
  return formatter.format(new Date(`${date}T00:00:00Z`))
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" })

/** An instant on this device's clock: the time alone where it is of today, else with its date. */
export function formatInstant(instant: string, now: Date): string {
  const at = new Date(instant)
  if (Number.isNaN(at.getTime())) return instant
  const time = clock.format(at)
  return spellDate(at) === spellDate(now) ? time : `${formatDate(spellDate(at), "short")}, ${time}`
}

/** A time of day, `14:05`, as people here write it. */
export function formatTime(time: string): string {
  const at = new Date(`2000-01-01T${time}:00`)
  return Number.isNaN(at.getTime()) ? time : clock.format(at)
}
