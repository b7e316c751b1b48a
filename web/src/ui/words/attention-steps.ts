/** Words for going through what needs attention: what was decided, where one is, what is shown. */
import type { HeldView } from "../../store/queries.ts"
import type { Fields } from "../../core/operation.ts"
import { formatCount } from "../format.ts"
import { describeSubject, type Sides } from "./attention.ts"
import { describePlace, textOf } from "./entries.ts"
import { describeValue, type Named } from "./values.ts"

export const stepWords = {
  next: "Next",
  previous: "Previous",
  steps: "Step through what needs attention",
  toList: "All",
  changeAgain: "Change this again",
  goesOut: "Saved on this device; it goes to the office with the next sync.",
  allDecided: "Everything here is decided.",
  allDecidedMore: "It goes to the office with the next sync. Nothing is lost.",
  show: "Show",
  everything: "everything",
  contract: "Contract",
  reason: "What happened",
  person: "Typed by",
  allContracts: "All contracts",
  allReasons: "Anything",
  allPeople: "Everybody",
  isGone: "No longer on the list",
  nothingFits: "Nothing here fits what you chose to see.",
  clear: "Show everything",
  edit: "Type something else",
  editMore: "Type what it should say. It goes in in place of both.",
  versions: "What there was to choose from",
  versionsMore:
    "You decided between these. The decision stays in the history; what you save here is a new change.",
  keyStep: "J next, K previous",
  keyEdit: "E type something else",
  keySameReason: "R same reason as before",
} as const

/** Letters that do something now. */
export interface FreeLetters {
  step: boolean
  edit: boolean
  sameReason: boolean
}

/** "J next, K previous, E type something else": none that would do nothing. */
export function describeLetters({ step, edit, sameReason }: FreeLetters): string {
  return [step && stepWords.keyStep, edit && stepWords.keyEdit, sameReason && stepWords.keySameReason]
    .filter(Boolean)
    .join(", ")
}

/** What was decided: a whole side, some of both, or something else. */
export type Outcome = "theirs" | "mine" | "both" | "edited" | "put_in" | "set_aside" | "dismissed"

/** "Kept Bo's: Adjust manhole casting, line 90 · Thursday, Nov 19 · Manhole 12." */
export function describeMade(view: HeldView, outcome: Outcome, sides: Sides, named: Named): string {
  return `${nameOutcome(outcome, sides)}: ${describeCase(view, named)}.`
}

/** What it is about, when, and where: "Adjust manhole casting, line 90 · Thursday, Nov 19 · Manhole 12". */
export function describeCase(view: HeldView, named: Named): string {
  return [describeSubject(view, named), describePlace({ ...view.mine, ...view.theirs })]
    .filter(Boolean)
    .join(" · ")
}

function nameOutcome(outcome: Outcome, { theirs, mine }: Sides): string {
  switch (outcome) {
    case "theirs":
      return theirs.kept
    case "mine":
      return mine.kept
    case "both":
      return "Kept some of both"
    case "edited":
      return "Saved what you typed"
    case "put_in":
      return "Put in"
    case "set_aside":
      return "Set aside"
    case "dismissed":
      return "Off your list"
  }
}

/** What tells one of many from the next: "Manhole 12 · 3 EACH or 2 EACH", or how a note begins. */
export function describeWhat({ held, theirs, mine }: HeldView, named: Named): string {
  const fields: Fields = { ...mine, ...theirs }
  if (held.operation.type === "note") return cut(textOf(fields, "text"))
  const spell = (one: Fields): string =>
    one["quantity"] === undefined ? "" : describeValue("quantity", one["quantity"], one, named)
  const quantities = [...new Set([spell(theirs), spell(mine)].filter(Boolean))]
  return [describePlace(fields), quantities.join(" or ")].filter(Boolean).join(" · ")
}

/** "3 of 100 · 98 left" */
export function countSteps(at: number, all: number, left: number): string {
  const place = at < 0 ? "" : `${formatCount(at + 1)} of ${formatCount(all)}`
  return [place, left === 0 ? "none left" : `${formatCount(left)} left`].filter(Boolean).join(" · ")
}

/** "Show everything (12 more)" */
export function describeClear(hidden: number): string {
  return hidden > 0 ? `${stepWords.clear} (${formatCount(hidden)} more)` : stepWords.clear
}

/** "Same reason: Bo counted two." A long one is cut short on the button alone. */
export function describeSameReason(reason: string): string {
  return `Same reason: ${cut(reason)}`
}

const SHOWN_CHARACTERS_MAX = 60

function cut(text: string): string {
  const characters = Array.from(text)
  return characters.length > SHOWN_CHARACTERS_MAX
    ? `${characters.slice(0, SHOWN_CHARACTERS_MAX).join("")}…`
    : text
}

const REASONS: Readonly<Record<string, string>> = {
  conflict: "Two people changed the same",
  missing_record: "Something is not here yet",
  missing_base: "Something is not here yet (typed upon)",
  missing_target: "Something is not here yet (to decide)",
  id_reused: "Came twice, with different words",
  invalid: "Not valid",
  paid: "Paid already",
  contract_closed: "Contract is closed",
  unknown_type: "Kind of entry not known yet",
  unknown_schema: "Typed in a newer Tallybook",
  error: "Could not be taken in",
  forbidden: "Right was missing",
  superseded: "Your decision came too late",
}

/** What happened, in the few words of a list to choose from. */
export function nameReason(reason: string): string {
  return Object.hasOwn(REASONS, reason) ? (REASONS[reason] ?? reason) : reason.replaceAll("_", " ")
}
