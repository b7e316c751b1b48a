/** Words of Needs Attention: what happened, what is safe, what the person can do about it. */
import type { Fields, FieldValue, HeldOperation } from "../../core/operation.ts"
import type { HeldView } from "../../store/queries.ts"
import { formatDate, formatInstant } from "../format.ts"
import { textOf, typeWords } from "./entries.ts"
import { labelOf } from "./entry.ts"
import { describeValue, nameItem, nameSomebody, valueWords, type Named } from "./values.ts"

export const attentionWords = {
  title: "Needs Attention",
  empty: "Nothing needs attention.",
  emptyMore: "What two people changed differently, or what the office cannot take in, is shown here.",
  toContracts: "Contracts",
  all: "All",
  reading: "Looking…",
  gone: "Somebody has decided this.",
  goneMore: "It needs your attention no longer.",
  seeAll: "See what else needs attention",
  base: "What both had seen",
  baseOfNew: "Before",
  result: "Result",
  chosen: "chosen",
  changed: "changed",
  notChanged: "not changed",
  open: "not chosen yet",
  together: "What belongs together is chosen together, such as a quantity and how it was measured.",
  reason: "Reason",
  reasonHint: "Why? It is kept in the history.",
  save: "Save the result",
  putIn: "Put it in",
  setAside: "Set it aside",
  download: "Download this decision",
  later: "Later",
  dismiss: "Dismiss",
  dismissOwn: "Take it off my list",
  dismissOwnMore:
    "It goes off this list and the day. The office keeps it and can still hand it over; this device keeps it too, under “Dismissed” on the list.",
  dismissed: "Dismissed",
  dismissedMore:
    "Kept here and at the office. Each comes back by itself when the office says something else.",
  showAgain: "Show it again",
  chooseFirst: "Choose one version in each group first.",
  closedToo: "The contract is closed: only the office can still put something into it.",
  nothingLeft: "Both say the same by now. Set the waiting one aside.",
  compareAgain: "Compare again",
  movedTitle: "This changed while you were looking at it.",
  moved: "Nothing is saved yet. Compare again; your reason is kept, your choices are asked anew.",
  decidedTitle: "You decided; it goes to the office with the next sync.",
  decidedSetAside: "You set it aside.",
  decidedApply: "You kept it, in whole or in part.",
  toOther: "Go to the entry that is still waiting",
  toEntry: "See the entry",
  onDevice: "As it stands on this device",
  typed: "What was typed",
  putRight: "Put right what is not valid, then put it in.",
  youDecided: "You decided",
} as const

/** The reasons of the protocol; another one comes from a newer office. */
type Reason =
  | "conflict"
  | "missing_record"
  | "missing_base"
  | "missing_target"
  | "id_reused"
  | "invalid"
  | "paid"
  | "contract_closed"
  | "unknown_type"
  | "unknown_schema"
  | "error"
  | "forbidden"

const nameType = (type: string): string =>
  type in typeWords ? typeWords[type as keyof typeof typeWords].toLowerCase() : type.replaceAll("_", " ")

/** What happened, in a line: the title of its page, and its line in the list. */
export function titleOf(view: Pick<HeldView, "state" | "held" | "base" | "theirs" | "mine">): string {
  const { state, held } = view
  if (state === "superseded") {
    return held.reason === "moved"
      ? "The entry changed before your decision arrived"
      : "Your decision came too late"
  }
  const what = nameType(held.operation.type)
  const titles: Readonly<Record<Reason, () => string>> = {
    conflict: () => titleOfConflict(view),
    missing_record: () => titleOfMissing(held, what),
    missing_base: () => "What this was typed upon is not here yet",
    missing_target: () => "A decision about something that is not here yet",
    id_reused: () => `One ${what} came twice, with different words`,
    invalid: () => titleOfInvalid(held, what),
    paid: () => `A change of a ${what} that is paid`,
    contract_closed: () => `A ${what} for a contract that is closed`,
    unknown_type: () => "The office does not know this kind of entry yet",
    unknown_schema: () => "This was typed in a newer Tallybook than the office has",
    error: () => `The office's computer could not take this ${what} in`,
    forbidden: () => "The right on this contract was missing when this arrived",
  }
  return isReason(held.reason, titles) ? titles[held.reason]() : `A ${what} that waits for a decision`
}

const isReason = (reason: string, known: Readonly<Record<Reason, unknown>>): reason is Reason =>
  Object.hasOwn(known, reason)

function titleOfMissing({ operation }: HeldOperation, what: string): string {
  if (operation.verb !== "create") return `The ${what} that this changes is not here yet`
  return operation.set["item"] === undefined
    ? "Something that this names is not here yet"
    : "The item that this names is not here yet"
}

function titleOfInvalid({ detail }: HeldOperation, what: string): string {
  const told = detail?.["fields"]
  const names = told !== null && typeof told === "object" ? Object.keys(told) : []
  return names.length === 0 ? `A ${what} that is not valid` : `Not valid: ${nameFields(names)}`
}

/** "quantity and location" */
function nameFields(names: readonly string[]): string {
  const labels = names.map((name) => labelOf(name).toLowerCase())
  const last = labels.at(-1) ?? ""
  return labels.length > 1 ? `${labels.slice(0, -1).join(", ")} and ${last}` : last
}

/** By what matters most of what the two disagree on. */
const SUBJECTS: readonly (readonly [readonly string[], string])[] = [
  [["quantity"], "quantity"],
  [["item"], "item"],
  [["work_date"], "date"],
  [["text"], "note"],
  [["station_from", "station_to", "side", "offset", "location"], "place"],
]

function titleOfConflict({ held, theirs, base }: Pick<HeldView, "held" | "theirs" | "base">): string {
  const { operation } = held
  const what = nameType(operation.type)
  const isVoidNow = theirs["voided"] === true && base["voided"] !== true
  if (operation.set["voided"] === true) return `A ${what} was changed while it was being voided`
  if (isVoidNow) return `A ${what} was voided while it was being revised`
  const told = held.detail?.["fields"]
  const names: readonly FieldValue[] = Array.isArray(told) ? told : []
  const subject = SUBJECTS.find(([fields]) => fields.some((name) => names.includes(name)))
  return `Two people changed the same ${subject?.[1] ?? what}`
}

/** What that means: what is safe, and what comes next. */
export function explain({ state, held }: Pick<HeldView, "state" | "held">, right: string): string {
  if (state === "superseded") return explainSuperseded(held.reason)
  const isOffice = right === "office"
  const sentences: Readonly<Record<Reason, string>> = {
    conflict: "Nothing is lost: both are at the office. The one there counts until somebody decides.",
    missing_record:
      "It waits at the office and goes in by itself when what it needs arrives, perhaps with somebody else's next sync. Set it aside if that never comes.",
    missing_base:
      "It waits at the office and is looked at again when that arrives. You can decide now instead.",
    missing_target:
      "It waits at the office and is looked at again when that arrives. Set it aside if that never comes.",
    id_reused: "Both are at the office. Keep the right one, or put the second one in as a correction.",
    invalid: "It is safe at the office and counts in no sum. Put right what is wrong, or set it aside.",
    paid: "It is safe at the office. What is paid is corrected by an adjustment, so this one can only be set aside.",
    contract_closed: isOffice
      ? "It is safe at the office. You decide whether it still goes in."
      : "It is safe at the office. Only the office can put it into a closed contract.",
    unknown_type: "It is safe at the office and goes in by itself when the office has a newer Tallybook.",
    unknown_schema: "It is safe at the office and goes in by itself when the office has a newer Tallybook.",
    error: "It is safe at the office, which tries again with its next version. You can decide now instead.",
    forbidden:
      "It was received and is kept for the office, which can hand it to the contract. Ask your office about it.",
  }
  return isReason(held.reason, sentences)
    ? sentences[held.reason]
    : "It is safe at the office and waits for a decision."
}

function explainSuperseded(reason: string): string {
  return reason === "moved"
    ? "Somebody changed the entry after you had looked at it, so your decision changed nothing. It is still open: decide again on what stands now."
    : "Somebody else had decided before, so yours changed nothing. The entry shows what stands now."
}

/** "Adjust manhole casting, line 90 · Thursday, Nov 19" */
export function describeSubject(view: Pick<HeldView, "held" | "theirs" | "mine">, named: Named): string {
  const { type } = view.held.operation
  const fields: Fields = { ...view.mine, ...view.theirs }
  const date = textOf(fields, "work_date")
  const item = textOf(fields, "item")
  const what =
    type === "item_transaction" && item
      ? nameItem(item, named)
      : textOf(fields, "note_type") || capitalise(nameType(type))
  return [what, date && formatDate(date, "weekday")].filter(Boolean).join(" · ")
}

/** How one side is called: at the head of its column, and on the button that keeps it. */
export interface SideNames {
  heading: string
  short: string
  keep: string
  /** What is said after it was kept. */
  kept: string
}

export interface Sides {
  theirs: SideNames
  mine: SideNames
}

/** Names by persons: "Bo's" and "mine"; by where they are, where one person made both. */
export function nameSides(
  view: Pick<HeldView, "held" | "entry">,
  me: string,
  named: Pick<Named, "personById">,
  now: Date,
): Sides {
  const { operation } = view.held
  const image = view.entry?.image
  const there = image?.author ?? view.entry?.author ?? ""
  const isSame = there === operation.author
  const theirs = isSame ? "the one at the office" : nameOwner(there, me, named, operation.author)
  const mine = isSame ? "the one that waits" : nameOwner(operation.author, me, named, there)
  const typed = `typed ${formatInstant(operation.made_at, now)}`
  return {
    theirs: {
      heading: headingOf(nameWho(there, me, named), image, now),
      short: capitalise(theirs),
      keep: `Keep ${theirs}`,
      kept: `Kept ${theirs === "mine" ? "yours" : theirs}`,
    },
    mine: {
      heading: `${operation.author === me ? "Yours" : `${capitalise(nameWho(operation.author, me, named))}'s`}: ${typed}`,
      short: capitalise(mine),
      keep: `Keep ${mine}`,
      kept: `Kept ${mine === "mine" ? "yours" : mine}`,
    },
  }
}

function headingOf(who: string, image: NonNullable<HeldView["entry"]>["image"], now: Date): string {
  if (!image) return attentionWords.onDevice
  const [typed, arrived] = [formatInstant(image.made_at, now), formatInstant(image.received_at, now)]
  return `At the office: ${who}, typed ${typed}${arrived === typed || arrived === "" ? "" : `, arrived ${arrived}`}`
}

const nameWho = (person: string, me: string, named: Pick<Named, "personById">): string =>
  person === me ? "you" : nameSomebody(person, named)

function nameOwner(person: string, me: string, named: Pick<Named, "personById">, other: string): string {
  if (person === me) return "mine"
  const name = nameSomebody(person, named)
  if (name === valueWords.unknownPerson) return "the other one"
  const first = firstName(name)
  return `${first === firstName(nameSomebody(other, named)) ? name : first}'s`
}

const firstName = (name: string): string => name.split(" ")[0] ?? name

const capitalise = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1)

/** "Bo Keller, Ann Lindqvist or the office decides." */
export function describeDeciders(
  view: Pick<HeldView, "held" | "entry">,
  named: Pick<Named, "personById">,
): string {
  if (view.held.reason === "forbidden") return "The office decides."
  const authors = [view.entry?.image?.author, view.held.operation.author].filter((one) => one !== undefined)
  const names = [...new Set(authors)]
    .map((one) => nameSomebody(one, named))
    .filter((one) => one !== valueWords.unknownPerson)
  return names.length === 0 ? "The office decides." : `${names.join(", ")} or the office decides.`
}

/** What the keyboard does: "↑ ↓ to step, 1 Bo's, 2 Mine, Enter to save". */
export function describeKeys({ theirs, mine }: Sides): string {
  return `↑ ↓ to step, 1 ${theirs.short}, 2 ${mine.short}, Enter to save`
}

export function describeNotMine(
  view: Pick<HeldView, "held" | "entry">,
  named: Pick<Named, "personById">,
): string {
  return `You can see it; you are not the one to decide it. ${describeDeciders(view, named)}`
}

/** Who typed it and when, for the list. */
export function describeOrigin(
  { operation }: HeldOperation,
  me: string,
  named: Pick<Named, "personById">,
  now: Date,
): string {
  const who = capitalise(nameWho(operation.author, me, named))
  return `${who}, ${formatInstant(operation.made_at, now)}`
}

/** What a decision would have done, for who made it. */
export function describeDecision({ operation }: HeldOperation, named: Named): string[] {
  const choice = operation.choice === "apply" ? "You wanted to put it in." : "You wanted to set it aside."
  const values = Object.entries(operation.set).map(
    ([name, value]) => `${labelOf(name)}: ${describeValue(name, value, operation.set, named)}`,
  )
  const reason = operation.reason ? [`${attentionWords.reason}: ${operation.reason}`] : []
  return [choice, ...values, ...reason]
}
