/** Dates of the calendar, times of day and instants, as records spell them. No clock is read here. */

const MINUTES_AN_HOUR = 60

/** Whether there is such a day: `2026-02-29` is none. */
export function isCalendarDate(text: string): boolean {
  const found = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  if (!found || found[1] === "0000") return false
  const [year, month, day] = [Number(found[1]), Number(found[2]), Number(found[3])]
  return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month)
}

/** A time of day, `14:05`. */
export function isClockTime(text: string): boolean {
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text)
}

/** The instant by the device's clock, with its zone: `2026-11-23T14:05:11.120-06:00`. */
export function spellInstant(at: Date): string {
  const offset = -at.getTimezoneOffset() // minutes east of Greenwich
  const local = new Date(at.getTime() + offset * 60_000)
  const [hours, minutes] = [
    Math.trunc(Math.abs(offset) / MINUTES_AN_HOUR),
    Math.abs(offset) % MINUTES_AN_HOUR,
  ]
  const zone = `${offset < 0 ? "-" : "+"}${two(hours)}:${two(minutes)}`
  return `${local.toISOString().slice(0, -1)}${zone}`
}

/** The date of an instant on the device's calendar. */
export function spellDate(at: Date): string {
  return spellInstant(at).slice(0, 10)
}

export function daysIn(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28
  return [4, 6, 9, 11].includes(month) ? 30 : 31
}

const isLeapYear = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0

const two = (part: number): string => String(part).padStart(2, "0")
