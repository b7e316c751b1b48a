/** Numbers as the reader's locale writes them, from exact decimal strings: no float on the way. */

const DECIMALS_MAX = 20

type Exact = Intl.StringNumericLiteral

/** The browser's locale; tests pass their own. */
export const readerLocale = (): string => (typeof navigator === "undefined" ? "en-US" : navigator.language)

const formats = new Map<string, Intl.NumberFormat>()

/** Making a format costs 50 µs, and a table has thousands of figures: each is made once. */
function formatOf(locale: string, least: number, most: number): Intl.NumberFormat {
  const key = `${locale} ${least} ${most}`
  let format = formats.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, { minimumFractionDigits: least, maximumFractionDigits: most })
    formats.set(key, format)
  }
  return format
}

/** Every decimal that is there, none that is not: `-21.65` reads −21.65. */
export function sayQuantity(decimal: string, locale = readerLocale()): string {
  return withMinus(formatOf(locale, 0, DECIMALS_MAX).format(decimal as Exact))
}

/** An amount of money, to the cent. */
export function sayAmount(decimal: string, locale = readerLocale()): string {
  return withMinus(formatOf(locale, 2, 2).format(decimal as Exact))
}

/** A unit price keeps the decimals it was bid with, two at least. */
export function sayPrice(decimal: string, locale = readerLocale()): string {
  return withMinus(formatOf(locale, 2, DECIMALS_MAX).format(decimal as Exact))
}

/** A percent for reading: whole from ten on, one decimal below, never rounded up to 100. */
export function sayPercent(decimal: string, locale = readerLocale()): string {
  const [whole = "0"] = decimal.replace("-", "").split(".")
  const most = whole.length > 1 ? 0 : 1
  return `${withMinus(floor(locale, most).format(decimal as Exact))} %`
}

export function sayCount(count: number, locale = readerLocale()): string {
  return formatOf(locale, 0, 0).format(count)
}

/** The characters that part a number in this locale: `,` and `.` in English. */
export function separatorsOf(locale = readerLocale()): { group: string; decimal: string } {
  const parts = new Intl.NumberFormat(locale, { useGrouping: true }).formatToParts(1234567.5)
  const find = (type: string, otherwise: string) => parts.find((part) => part.type === type)?.value ?? otherwise
  return { group: find("group", ","), decimal: find("decimal", ".") }
}

const floors = new Map<string, Intl.NumberFormat>()

function floor(locale: string, most: number): Intl.NumberFormat {
  const key = `${locale} ${most}`
  let format = floors.get(key)
  if (!format) {
    format = new Intl.NumberFormat(locale, { maximumFractionDigits: most, roundingMode: "trunc" })
    floors.set(key, format)
  }
  return format
}

/** A hyphen in front of a figure is easily overlooked; the minus sign has the width of a digit. */
const withMinus = (said: string): string => said.replace("-", "−")
