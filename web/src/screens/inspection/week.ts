/** Weeks as this person's locale has them: which day begins one, and what the days are called. */

const SUNDAY_DATE = 4 // January 4 of 1970 was a Sunday

/** Sunday 0 to Saturday 6. Browsers that do not know say Sunday. */
export function firstWeekday(locale: string): number {
  interface WithWeek {
    getWeekInfo?: () => { firstDay: number }
    weekInfo?: { firstDay: number }
  }
  const known = new Intl.Locale(locale) as WithWeek
  const week = known.getWeekInfo?.() ?? known.weekInfo
  return (week?.firstDay ?? 7) % 7
}

/** Seven names from the first weekday on: short to look at, long to be read aloud. */
export function weekdayNames(first: number, locale?: string): { short: string; long: string }[] {
  const named = (style: "short" | "long"): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" })
  const [short, long] = [named("short"), named("long")]
  return Array.from({ length: 7 }, (_, at) => {
    const day = new Date(Date.UTC(1970, 0, SUNDAY_DATE + ((first + at) % 7)))
    return { short: short.format(day), long: long.format(day) }
  })
}

/** "November 2026" */
export function nameMonth(date: string, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { month: "long", year: "numeric", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  )
}
