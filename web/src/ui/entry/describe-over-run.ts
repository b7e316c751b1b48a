/** The live warning under a quantity: how far over the contract the item would be, and how fresh that is. */
import { add, compare, subtract } from "../../core/decimals.ts"
import { sayWhen } from "../days.ts"
import { readerLocale, sayQuantity } from "../figures.ts"
import { entryWords as words } from "../words/entry.ts"

/** How fresh a device's sums are, and who may add to them. */
export interface Freshness {
  lastSyncAt?: string | undefined
  /** Names of others who had unsent entries when last heard from. */
  unsentOf: readonly string[]
  today: string
}

export interface OverRunQuestion {
  unit: string
  contractQuantity: string
  /** What is used already, with this device's entries, without the entry being typed. */
  used: string
  quantity: string
}

export interface QuantityView {
  tone: "over" | "within"
  title: string
  text: string
}

/** Undefined where there is nothing to say: no contract quantity, or a correction downwards. */
export function describeOverRun(
  question: OverRunQuestion,
  fresh: Freshness,
  locale = readerLocale(),
): QuantityView | undefined {
  const { unit, contractQuantity, used, quantity } = question
  if (compare(contractQuantity, "0") <= 0) return undefined
  const left = subtract(contractQuantity, add(used, quantity))
  if (compare(left, "0") >= 0) {
    return { tone: "within", title: "", text: words.remaining(sayQuantity(left, locale), unit) }
  }
  if (compare(quantity, "0") < 0) return undefined
  return {
    tone: "over",
    title: words.overRun(sayQuantity(subtract("0", left), locale), unit),
    text: [
      words.overRunFigures(sayQuantity(contractQuantity, locale), sayQuantity(used, locale)),
      ...describeFreshness(fresh, locale),
      words.overRunSave,
    ].join(" "),
  }
}

/** "Figures of 6:40 AM." "Bo has unsent entries." */
export function describeFreshness(fresh: Freshness, locale = readerLocale()): string[] {
  const said = [fresh.lastSyncAt ? words.figuresOf(sayWhen(fresh.lastSyncAt, fresh.today, locale)) : words.figuresNever]
  if (fresh.unsentOf.length > 0) {
    said.push(words.unsentOf(listNames(fresh.unsentOf, locale), fresh.unsentOf.length > 1))
  }
  return said
}

export function listNames(names: readonly string[], locale = readerLocale()): string {
  return new Intl.ListFormat(locale, { type: "conjunction" }).format(names)
}
