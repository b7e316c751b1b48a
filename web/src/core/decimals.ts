/** Exact decimals as texts: one spelling, no exponent, no float anywhere. */
import Big, { type RoundingMode } from "big.js"

const DECIMAL_PATTERN = /^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$/
const DECIMAL_LENGTH_MAX = 60 // characters of one typed decimal
const HALF_UP: RoundingMode = 1 // halves away from zero
const ZERO = new Big(0)

/** Return the one spelling of a decimal (`"012.50"` → `"12.5"`, `"-0.0"` → `"0"`), or null if it is none. */
export function normaliseDecimal(typed: string): string | null {
  const text = typed.trim()
  if (text.length > DECIMAL_LENGTH_MAX || !DECIMAL_PATTERN.test(text)) return null
  const [whole = "", fraction = ""] = text.replace(/^[+-]/, "").split(".")
  const [shortWhole, shortFraction] = [whole.replace(/^0+/, "") || "0", fraction.replace(/0+$/, "")]
  const normal = shortFraction ? `${shortWhole}.${shortFraction}` : shortWhole
  return text.startsWith("-") && normal !== "0" ? `-${normal}` : normal
}

export function isDecimal(typed: string): boolean {
  return normaliseDecimal(typed) !== null
}

/** How many digits stand behind the point of a normalised decimal. */
export function countDecimals(normal: string): number {
  return normal.split(".")[1]?.length ?? 0
}

/** How many digits stand before the point of a normalised decimal. */
export function countWholeDigits(normal: string): number {
  return (normal.replace("-", "").split(".")[0] ?? "").length
}

/** Rounded with halves away from zero; no zeros are added behind the point. */
export function roundHalfUp(value: string, decimals: number): string {
  return spell(new Big(value).round(decimals, HALF_UP))
}

/** Rounded with halves away from zero, with exactly so many decimals: `"12.50"`. */
export function toFixedDecimals(value: string, decimals: number): string {
  const fixed = new Big(value).toFixed(decimals, HALF_UP)
  return new Big(fixed).eq(ZERO) ? fixed.replace("-", "") : fixed
}

export function add(one: string, other: string): string {
  return spell(new Big(one).plus(other))
}

export function subtract(one: string, other: string): string {
  return spell(new Big(one).minus(other))
}

export function multiply(one: string, other: string): string {
  return spell(new Big(one).times(other))
}

/** A quotient for reading (a percent, a bar), rounded half up to so many decimals. Raises on zero. */
export function divide(one: string, other: string, decimals: number): string {
  if (compare(other, "0") === 0) throw new RangeError("Nothing can be divided by zero.")
  return spell(new (bigWithDecimals(decimals))(one).div(other))
}

const bigs = new Map<number, typeof Big>()

/** Only a division rounds, by the setting of its constructor: each number of decimals has its own. */
function bigWithDecimals(decimals: number): typeof Big {
  let made = bigs.get(decimals)
  if (!made) {
    made = Big()
    made.DP = decimals
    made.RM = HALF_UP
    bigs.set(decimals, made)
  }
  return made
}

/** Below zero: `one` is less; zero: the same; above: greater. */
export function compare(one: string, other: string): -1 | 0 | 1 {
  return new Big(one).cmp(other)
}

/** The exact sum. Cost: one pass. */
export function sum(values: Iterable<string>): string {
  let total = ZERO
  for (const value of values) total = total.plus(value)
  return spell(total)
}

function spell(value: Big): string {
  return normaliseDecimal(value.toFixed()) ?? "0"
}
