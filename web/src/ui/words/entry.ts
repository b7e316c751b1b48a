/** Words of one entry: who, when, what became of it; revising, voiding, bringing back. */
import type { Answer, Operation } from "../../core/operation.ts"
import { formatInstant } from "../format.ts"
import { fieldLabels } from "./entries.ts"

export const oneEntryWords = {
  revise: "Revise",
  void: "Void",
  bringBack: "Bring back",
  download: "Download what you typed",
  cancel: "Cancel",
  reason: "Reason",
  reasonHint: "It is kept in the history.",
  notFound: "There is no such entry on this device",
  notFoundMore: "Perhaps it is of another contract, or it has not been received yet.",
  toDay: "Go to the day",
  history: "History on this device",
  noHistory: "Nothing of it was typed on this device.",
  where: "Where it is",
  by: "By",
  account: "Item Record Account",
  held: "Two versions wait for a decision.",
  imagined: "This is not at the office as an entry yet. It counts when somebody has decided.",
  decide: "See it in Needs Attention",
  nothingChanged: "Nothing was changed, so nothing was saved.",
  voidedTitle: "This entry is void.",
  voided: "It is in no sum and stays here to be read.",
  superseded: "came too late: somebody had decided before",
} as const

export const reviseTitles = { note: "Revise Note", item_transaction: "Revise Transaction" } as const

export const voidWords = {
  title: "Void this entry?",
  body: "It leaves every sum and stays here to be read. It can be brought back.",
  confirm: "Void this entry",
} as const

export const bringBackWords = {
  title: "Bring this entry back?",
  body: "It counts again, as it stood.",
  confirm: "Bring this entry back",
} as const

/** "Ann Lindqvist, 2:40 PM, revision 2" */
export function describeAuthorship(name: string, madeAt: string, revision: number, now: Date): string {
  const parts = [name, formatInstant(madeAt, now), revision > 1 && `revision ${revision}`]
  return parts.filter(Boolean).join(", ")
}

/** What was done, in a word or two. */
export function describeOperation({ verb, set, choice }: Pick<Operation, "verb" | "set" | "choice">): string {
  if (verb === "create") return "Recorded"
  if (verb === "decide") return choice === "apply" ? "Decided: apply" : "Decided: set aside"
  if (set["voided"] === true) return "Voided"
  if (set["voided"] === false) return "Brought back"
  const names = Object.keys(set).map((name) => labelOf(name).toLowerCase())
  return `Revised ${names.join(", ")}`
}

export function labelOf(name: string): string {
  return name in fieldLabels ? fieldLabels[name as keyof typeof fieldLabels] : name.replaceAll("_", " ")
}

/** What the office made of it. */
export function describeAnswer(answer: Answer | undefined): string {
  if (!answer) return "saved on this device, not sent yet"
  switch (answer.state) {
    case "applied":
      return "at the office"
    case "merged":
      return "at the office, merged with another change"
    case "released":
      return "at the office, after it had waited for something missing"
    case "superseded":
      return oneEntryWords.superseded
    case "held":
      return describeHold(answer.reason)
  }
}

export function describeHold(reason: string | undefined): string {
  if (reason === "conflict") return "held: somebody else changed the same"
  if (reason === "forbidden")
    return "received, and kept for the office: the right on this contract is missing"
  if (reason?.startsWith("missing_")) return "held: it rests on something the office does not have yet"
  return "held for a decision"
}

/** Somebody else's revision came while the form was open. */
export function describeMoved(name: string): { title: string; text: string } {
  return {
    title: `${name} changed this entry meanwhile.`,
    text: "Go on: your change will be merged, or held for a decision where both changed the same.",
  }
}
