/** Words of an entry's history at the office: who changed what from what to what, when, where. */
import type { FieldValue, Fields } from "../../core/operation.ts"
import type { FieldChange, PastEntry, Somebody } from "../../wire/history.ts"
import { formatInstant } from "../format.ts"
import { entryWords, fieldLabels } from "./entries.ts"
import { describeAnswer, describeOperation, labelOf } from "./entry.ts"
import { describeValue, type NamedIds } from "./values.ts"

export const historyWords = {
  title: "History at the office",
  show: "Show the history",
  more: "Show later changes",
  again: "Try again",
  reading: "Asking the office",
  reason: fieldLabels.reason,
  needsConnection: "The office keeps the history. It is shown here when there is a connection.",
  workOffline: "The office keeps the history. Turn Work Offline off to see it.",
  nothing: "The office has nothing of this entry yet.",
  safe: "The entry itself is here as before.",
} as const

export interface SaidChange {
  label: string
  text: string
}

/** "from 12.5 ton to 13 ton"; of what was never there the new value alone. */
function describeChange({ field, before, after }: FieldChange, fields: Fields, named: NamedIds): SaidChange {
  const say = (value: FieldValue, of: Fields): string => describeValue(field, value, of, named)
  const label = labelOf(field)
  if (isNothing(before)) return { label, text: say(after, fields) }
  // The quantity that was takes the unit of the item that was: where the item changed, none is better than a wrong one.
  const text = `from ${say(before, fields)} to ${say(after, fields)}`
  return { label, text }
}

const isNothing = (value: FieldValue | undefined): boolean =>
  value === null || value === undefined || value === ""

/** What each change of an entry says, in the order of the forms; what a newer program keeps stands at the end. */
export function describeChanges({ changes, fields }: Pick<PastEntry, "changes" | "fields">, named: NamedIds) {
  const order = Object.keys(fieldLabels)
  const placeOf = ({ field }: FieldChange): number =>
    order.includes(field) ? order.indexOf(field) : order.length
  const sorted = changes.toSorted((one, other) => placeOf(one) - placeOf(other))
  // Voiding and bringing back are said by the title.
  const shown = sorted.filter(({ field }) => field !== "voided")
  const item = changes.find(({ field }) => field === "item")
  return shown.map((change) => {
    const isOfAnotherItem = change.field === "quantity" && item !== undefined && !isNothing(item.before)
    return describeChange(change, isOfAnotherItem ? {} : fields, named)
  })
}

/** "Revised quantity": what was done, in a word or two. */
export function describePast({ verb, choice, changes, state }: PastEntry): string {
  const set = Object.fromEntries(changes.map(({ field, after }) => [field, after]))
  if (verb === "revise" && changes.length === 0) return "Revised, to what stood there"
  const said = describeOperation({ verb, set, ...(choice && { choice }) })
  return state === "released" ? `${said}, when what it waited for had come` : said
}

/** "Ann Lindqvist · typed Nov 20, 2:40 PM on Ann's tablet · arrived 4:00 PM, brought by Ruth Berg" */
export function describeJourney(past: PastEntry, now: Date): string {
  const typed = past.madeAt && `typed ${formatInstant(past.madeAt, now)}`
  const where = past.deviceLabel && `on ${past.deviceLabel}`
  const arrived = `arrived ${formatInstant(past.receivedAt, now)}`
  const bringer = past.signedIn.id !== past.author.id && `brought by ${nameOf(past.signedIn)}`
  return [
    nameOf(past.author),
    [typed, where].filter(Boolean).join(" "),
    [arrived, bringer].filter(Boolean).join(", "),
  ]
    .filter(Boolean)
    .join(" · ")
}

const nameOf = ({ name }: Somebody): string => name ?? entryWords.unknownPerson

/** What became of it, where that is not simply that it counts. */
export function describeEnd({ state, reason }: PastEntry): string {
  if (state === "applied" || state === "released") return ""
  return describeAnswer({ id: "", state, reason })
}
