/** A number as a person types it, in the writing of his locale, as an exact decimal text. */
import { readerLocale, separatorsOf } from "../figures.ts"

const GROUPED = /^\d{1,3}(G\d{3})+$/

/**
 * Return the number in plain spelling (`1234.5`), or undefined where it is none.
 *
 * Grouping is taken only where the groups are whole: `1,234` is a thousand in English, `12,5` can
 * only be a decimal mark from a keyboard of another region. Spaces always group.
 */
export function readTypedNumber(typed: string, locale = readerLocale()): string | undefined {
  const { decimal } = separatorsOf(locale)
  const text = typed.replaceAll(/[\s\u00a0\u202f'’]/g, "").replace(/^[−–]/, "-")
  const sign = /^[+-]/.exec(text)?.[0] ?? ""
  const plain = plainSpelling(text.slice(sign.length), decimal)
  if (plain === undefined) return undefined
  return sign === "-" ? `-${plain}` : plain
}

function plainSpelling(digits: string, decimal: string): string | undefined {
  const marks = digits.replaceAll(/\d/g, "")
  if (/[^.,]/.test(marks) || !/\d/.test(digits)) return undefined
  if (marks === "") return digits
  const last = marks.at(-1) ?? decimal
  const isDecimal = last === decimal ? marks.indexOf(last) === marks.length - 1 : marks.length === 1 && !isGrouped(digits)
  if (!isDecimal) return isGrouped(digits) ? digits.replaceAll(/[.,]/g, "") : undefined
  const at = digits.lastIndexOf(last)
  const whole = digits.slice(0, at)
  if (/[.,]/.test(whole) && !isGrouped(whole)) return undefined
  return `${whole.replaceAll(/[.,]/g, "") || "0"}.${digits.slice(at + 1) || "0"}`
}

/** One kind of mark, and groups of exactly three. */
function isGrouped(digits: string): boolean {
  const marks = new Set(digits.replaceAll(/\d/g, ""))
  return marks.size === 1 && GROUPED.test(digits.replaceAll(/[.,]/g, "G"))
}
