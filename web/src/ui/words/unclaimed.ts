/** Words of the office's page for what arrived from people without a right. */
import type { AnswerState, Fields, FieldValue, Operation } from "../../core/operation.ts"
import type { UnclaimedEntry, UnclaimedGroup, UnclaimedPage } from "../../wire/unclaimed.ts"
import { formatCount, formatInstant } from "../format.ts"
import { entryWords, typeWords } from "./entries.ts"
import { describeOperation } from "./entry.ts"
import { describeChanges, type SaidChange } from "./history.ts"
import { nameProject } from "./items.ts"
import { countEntries } from "./sync.ts"
import { describeValue, type NamedIds } from "./values.ts"

export const unclaimedWords = {
  title: "Unclaimed",
  lead: "What arrived from people without a right on the contract. It is safe, and counts nowhere until you hand it over.",
  none: "Nothing is unclaimed",
  noneMore: "What arrives from somebody without a right on its contract is kept here for you.",
  noneAside: "Nothing was set aside",
  noneAsideMore: "What you set aside stays to be read here, with the reason.",
  open: "Open",
  setAsideList: "Set aside",
  lists: "Which ones",
  needsConnection: "This page needs a connection.",
  noConnection: "The office keeps these entries. There is no connection now; nothing is lost.",
  workOffline: "The office keeps these entries. Turn Work Offline off to see them.",
  turnOff: "Turn Work Offline off",
  again: "Try again",
  reading: "Asking the office",
  show: "Show",
  hide: "Hide",
  more: "Show more",
  noContract: "A contract that does not exist",
  noContractMore: "Perhaps it was lost with a restored server. These can only be set aside.",
  chooseAll: "Choose all that are shown",
  chooseNone: "Choose none",
  handOver: "Hand over",
  setAside: "Set aside",
  reason: "Reason",
  reasonHint: "It is kept.",
  needsReason: "Say why in a few words.",
  cancel: "Cancel",
  stop: "Stop after this part",
  safe: "Nothing was changed.",
  stays: "What you typed stays.",
  unreadable: "Something that cannot be read",
  unknownRecord: "A record of which it says nothing more",
  unknownItem: "An item that is not on the contract",
  unknownProject: "A project that is not on the contract",
} as const

export type Act = "hand_over" | "set_aside"

/** "Ann Lindqvist · SP 1" */
export function describeGroup({ person, contract, contractNumber }: UnclaimedGroup): string {
  return `${person.name} · ${contractNumber ?? nameNowhere(contract)}`
}

const ID_END_LENGTH = 8

/** "A contract that does not exist (…1b2c3d4e)": of several it is told which. */
export const nameNowhere = (contract: string): string =>
  `${unclaimedWords.noContract} (…${contract.slice(-ID_END_LENGTH)})`

/** "12 entries, arrived Nov 20, 2026, 2:40 PM to 4:00 PM" */
export function describeArrival(
  { count, firstReceivedAt, lastReceivedAt }: UnclaimedGroup,
  now: Date,
): string {
  const [first, last] = [formatInstant(firstReceivedAt, now), formatInstant(lastReceivedAt, now)]
  return `${countEntries(count)}, arrived ${first === last ? first : `${first} to ${last}`}`
}

export interface SaidOperation {
  title: string
  /** Which record it changes, by what its author saw of it; empty where it makes one. */
  about: string
  /** Who typed it, when, and who brought it. */
  journey: string
  changes: SaidChange[]
  reason: string
}

/** An operation in words; whatever may stand in it, nothing raises. */
export function describeUnclaimed(
  { operation, person, receivedAt }: UnclaimedEntry,
  { people }: Pick<UnclaimedPage, "people">,
  named: NamedIds,
  now: Date,
): SaidOperation {
  const read = readParts(operation)
  const arrived = `arrived ${formatInstant(receivedAt, now)}`
  if (!read) return { title: unclaimedWords.unreadable, about: "", journey: arrived, changes: [], reason: "" }
  const author = people[read.author] ?? entryWords.unknownPerson
  const typed = read.madeAt && `typed ${formatInstant(read.madeAt, now)}`
  const bringer = read.author !== person.id && `brought by ${person.name}`
  const journey = [author, typed, [arrived, bringer].filter(Boolean).join(", ")].filter(Boolean).join(" · ")
  const changes = Object.entries(read.set).map(([field, after]) => ({
    field,
    before: read.base[field] ?? null,
    after,
  }))
  return {
    title: `${typeOf(read.type)}: ${lowerFirst(describeOperation(read))}`,
    about: describeAbout(read, named),
    journey,
    changes: describeChanges({ changes, fields: { ...read.base, ...read.set } }, named),
    reason: read.reason,
  }
}

const ABOUT_LENGTH_MAX = 80
const ABOUT_FIELDS = ["item", "text", "work_date"] as const

/** "Removing bituminous pavement, line 0050 · Saturday, Oct 3, 2026" */
function describeAbout({ verb, base }: ReadParts, named: NamedIds): string {
  if (verb === "create") return ""
  const said = ABOUT_FIELDS.filter((name) => typeof base[name] === "string").map((name) =>
    cut(describeValue(name, base[name] ?? null, base, named)),
  )
  return said.length > 0 ? said.join(" · ") : unclaimedWords.unknownRecord
}

const cut = (text: string): string =>
  text.length > ABOUT_LENGTH_MAX ? `${text.slice(0, ABOUT_LENGTH_MAX).trimEnd()}…` : text

interface ReadParts extends Pick<Operation, "verb" | "set"> {
  type: string
  choice?: "apply" | "set_aside"
  base: Fields
  author: string
  madeAt: string
  reason: string
}

function readParts(operation: unknown): ReadParts | undefined {
  if (!isFields(operation)) return undefined
  const { verb, type, set, base, choice } = operation
  if (verb !== "create" && verb !== "revise" && verb !== "decide") return undefined
  if (typeof type !== "string") return undefined
  return {
    verb,
    type,
    ...((choice === "apply" || choice === "set_aside") && { choice }),
    set: isFields(set) ? set : {},
    base: isFields(base) ? base : {},
    author: textIn(operation, "author"),
    madeAt: textIn(operation, "made_at"),
    reason: textIn(operation, "reason"),
  }
}

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value)

function textIn(fields: Fields, name: string): string {
  const value: FieldValue | undefined = fields[name]
  return typeof value === "string" ? value : ""
}

/** What kind of record it is; one that only a newer program knows, by its own word. */
export function typeOf(type: string): string {
  if (type in typeWords) return typeWords[type as keyof typeof typeWords]
  const words = type.replaceAll("_", " ")
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** What the ids on a page stand for, as values are described by it. */
export function nameIds({ items, projects, people }: UnclaimedPage): NamedIds {
  return {
    itemById: new Map(Object.entries(items)),
    projectById: new Map(Object.entries(projects).map(([id, project]) => [id, nameProject(project)])),
    personById: new Map(Object.entries(people)),
    unknownItem: unclaimedWords.unknownItem,
    unknownProject: unclaimedWords.unknownProject,
  }
}

/** "Hand over 3 chosen", "Set aside all 12"; of the only one, what is done. */
export function nameAct(act: Act, chosen: number, all: number): string {
  const verb = act === "hand_over" ? unclaimedWords.handOver : unclaimedWords.setAside
  if (chosen === 0 && all === 1) return verb
  return chosen > 0 ? `${verb} ${formatCount(chosen)} chosen` : `${verb} all ${formatCount(all)}`
}

export function describeAct(act: Act, count: number, group: UnclaimedGroup): { title: string; body: string } {
  const entries = `${countEntries(count)} by ${group.person.name}`
  if (act === "set_aside") {
    return {
      title: `Set aside ${entries}?`,
      body: "They count nowhere and stay to be read under Set aside, with your name and the reason. They cannot be handed over afterwards.",
    }
  }
  return {
    title: `Hand over ${entries}?`,
    body: `They go to ${group.contractNumber ?? ""} as if they arrived now. Their author stays who typed them. What does not fit is held, and waits in Needs Attention.`,
  }
}

export function describeProgress(act: Act, done: number, total: number): string {
  const verb = act === "hand_over" ? "Handed over" : "Set aside"
  return `${verb} ${formatCount(done)} of ${formatCount(total)}`
}

export interface ActResult {
  count: number
  states: readonly AnswerState[]
  /** Stopped by the person, or by a failure, before all was done. */
  left: number
}

/** "Handed over 12 entries. 10 count now. 2 wait in Needs Attention." */
export function describeResult(act: Act, { count, states, left }: ActResult): string {
  const rest = left > 0 ? [`${countEntries(left)} ${left === 1 ? "is" : "are"} still here.`] : []
  if (count === 0) return ["Somebody else had dealt with them.", ...rest].join(" ")
  if (act === "set_aside") return [`Set aside ${countEntries(count)}.`, ...rest].join(" ")
  const held = states.filter((state) => state === "held").length
  const late = states.filter((state) => state === "superseded").length
  const counting = states.length - held - late
  return [
    `Handed over ${countEntries(count)}.`,
    ...(counting > 0 ? [`${formatCount(counting)} ${counting === 1 ? "counts" : "count"} now.`] : []),
    ...(held > 0 ? [`${formatCount(held)} ${held === 1 ? "waits" : "wait"} in Needs Attention.`] : []),
    ...(late > 0 ? [`${formatCount(late)} came too late and changed nothing.`] : []),
    ...rest,
  ].join(" ")
}

/** "Set aside by Ruth Berg, Nov 24, 2026, 2:40 PM" */
export function describeEnded({ by, at }: NonNullable<UnclaimedEntry["ended"]>, now: Date): string {
  return `Set aside by ${by.name}, ${formatInstant(at, now)}`
}
