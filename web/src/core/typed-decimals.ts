/** Decimals as people type and paste them, in the spelling that records keep. */
import { normaliseDecimal } from "./decimals.ts"

// Commas or blanks between groups of three: `1,234.5`, `7,800,000`, `12 345.6`.
const GROUPED = /^([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+)(\.\d*)?$/

/**
 * Return the one spelling, or null where it is no number or might be two. `1,234` might: a thousand
 * in one country, one and a quarter in another. A point or a second comma decides it, so `1,234.5`
 * and `1,234,567` are taken.
 */
export function readTypedDecimal(typed: string): string | null {
  const text = typed.trim().replace(/^\u2212/, "-") // a minus sign as word processors write it
  const [, sign = "", whole = "", fraction = ""] = GROUPED.exec(text) ?? []
  if (whole === "" || isAmbiguous(whole, fraction)) return normaliseDecimal(text)
  return normaliseDecimal(`${sign}${whole.replace(/\D/g, "")}${fraction}`)
}

const isAmbiguous = (whole: string, fraction: string): boolean =>
  fraction === "" && whole.split(",").length === 2
