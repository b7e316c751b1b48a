/** What was chosen among the file's contracts, projects and bidders, and what a change of it does to the rest. */
import type { ImportChoice, ImportWishes } from "../../wire/imports.ts"

type Where = ImportWishes["where"]

/** What the file's answer says is chosen, in its order. */
export function whereOf(choices: readonly ImportChoice[]): Where {
  return choices.flatMap(({ heading, chosen }) => (chosen === null ? [] : [{ heading, value: chosen }]))
}

/** Choose anew: what was chosen after it goes, for it may have no rows any more. Empty: nothing chosen. */
export function chooseAgain(choices: readonly ImportChoice[], heading: string, value: string): Where {
  const at = choices.findIndex((one) => one.heading === heading)
  const before = whereOf(choices.slice(0, Math.max(at, 0)))
  return value === "" ? before : [...before, { heading, value }]
}

/** What the file itself says of the contract, to begin the form with. */
export function suggestFrom(choices: readonly ImportChoice[]): { number?: string; primeContractor?: string } {
  const chosen = (part: ImportChoice["part"]): string | undefined =>
    choices.find((one) => one.part === part)?.chosen ?? undefined
  const [number, primeContractor] = [chosen("contract"), chosen("bidder")]
  return {
    ...(number !== undefined && { number }),
    ...(primeContractor !== undefined && { primeContractor }),
  }
}
