/** Words of the office's page of what came back after a restore of the server. */
import type { AwaitedDevice, DeviceReturn, Restore, ReturnedEntry } from "../../wire/restores.ts"
import { formatCount, formatInstant } from "../format.ts"
import { entryWords } from "./entries.ts"
import { describeHold, describeOperation, oneEntryWords } from "./entry.ts"
import { describeChanges, type SaidChange } from "./history.ts"
import { countEntries } from "./sync.ts"
import { lowerFirst, typeOf } from "./unclaimed.ts"
import type { NamedIds } from "./values.ts"

export const restoresWords = {
  title: "After a restore",
  lead: "When the server is put back to an older backup, devices bring back what it lost, each with its next sync.",
  none: "Nothing was restored",
  noneMore: "Should it be, this page tells which device brings what, and who has not come yet.",
  needsConnection: "This page needs a connection.",
  noConnection: "The office keeps this list. There is no connection now; nothing is lost.",
  workOffline: "The office keeps this list. Turn Work Offline off to see it.",
  turnOff: "Turn Work Offline off",
  again: "Try again",
  lookAgain: "Look again",
  reading: "Asking the office",
  safe: "Nothing was changed.",
  cameBack: "Came back",
  notBack: "Not heard from since",
  notBackMore:
    "What the server lost and only they have comes back when they sync. Ask these people to open Tallybook with a network.",
  allBack: "Every device that has it checked out was heard from since.",
  show: "Show what it brought",
  hide: "Hide",
  more: "Show more",
  namelessDevice: "a device whose checkout was lost with the restore",
  complete: "All is here",
  bringing: "Still bringing",
  toEntry: "See the entry",
  toUnclaimed: "See Unclaimed",
  nothingBrought: "It brought nothing that was missing.",
} as const

/** "SP 1 · Overlay" */
export const nameRestored = ({ contractNumber, contractName }: Restore): string =>
  [contractNumber, contractName].filter(Boolean).join(" · ")

/** "Noticed Nov 25, 2026, 2:40 PM, when the first device knew more than the office." */
export const describeNoticed = ({ noticedAt }: Restore, now: Date): string =>
  `Noticed ${formatInstant(noticedAt, now)}, when the first device knew more than the office.`

/** "2 devices came back and brought 40 entries. 1 still brings. 3 were not heard from since." */
export function describeRestore({ returns, notBack }: Restore): string {
  const brought = returns.reduce((sum, one) => sum + one.brought, 0)
  const bringing = returns.filter(isBringing).length
  return [
    `${countDevices(returns.length)} came back and brought ${countEntries(brought)}.`,
    ...(bringing > 0 ? [`${formatCount(bringing)} still ${bringing === 1 ? "brings" : "bring"}.`] : []),
    ...(notBack.length > 0
      ? [`${formatCount(notBack.length)} ${notBack.length === 1 ? "was" : "were"} not heard from since.`]
      : []),
  ].join(" ")
}

export const countDevices = (count: number): string =>
  count === 1 ? "1 device" : `${formatCount(count)} devices`

export const isBringing = ({ finishedAt }: DeviceReturn): boolean => finishedAt === undefined

/** "Ann Lindqvist, Ann's tablet" */
export const nameDevice = ({ person, label }: Pick<DeviceReturn, "person" | "label">): string =>
  `${person.name}, ${label || restoresWords.namelessDevice}`

/** "Came back 2:40 PM. It had been told of 120 entries; the office had 80." */
export function describeReturn({ reportedAt, known, headThen }: DeviceReturn, now: Date): string {
  return `Came back ${formatInstant(reportedAt, now)}. It had been told of ${countEntries(known)}; the office had ${formatCount(headThen)}.`
}

/** "Brought 38 entries that were lost, 1 needs a decision. 45 were here already." */
export function describeBrought({ brought, held, hereAlready, unclaimed }: DeviceReturn): string {
  const decisions = held > 0 ? `, ${formatCount(held)} ${held === 1 ? "needs" : "need"} a decision` : ""
  return [
    brought > 0
      ? `Brought ${countEntries(brought)} that the office did not have${decisions}.`
      : restoresWords.nothingBrought,
    ...(hereAlready > 0
      ? [`${formatCount(hereAlready)} ${hereAlready === 1 ? "was" : "were"} here already.`]
      : []),
    ...(unclaimed > 0 ? [`${formatCount(unclaimed)} came without a right.`] : []),
  ].join(" ")
}

/** Whether there is more to come from it. */
export function describeStage(coming: DeviceReturn, now: Date): string {
  const { finishedAt, lastSentAt } = coming
  if (finishedAt !== undefined) return `${restoresWords.complete}, since ${formatInstant(finishedAt, now)}`
  const last = lastSentAt ? `last heard ${formatInstant(lastSentAt, now)}` : "nothing sent yet"
  return `${restoresWords.bringing}, ${last}`
}

/** "Last heard from Nov 20, 2026, 2:40 PM, 3 entries unsent then" */
export function describeAwaited(device: AwaitedDevice, now: Date): string {
  const unsent = device.waiting > 0 ? `${countEntries(device.waiting)} unsent then` : "nothing unsent then"
  return `Last heard from ${formatInstant(device.lastHeardAt, now)}, ${unsent}`
}

export interface SaidReturned {
  title: string
  changes: SaidChange[]
  /** Who typed it and when. */
  journey: string
  /** What became of it, where it does not simply count. */
  end: string
}

/** An entry that came back, in words; whatever a newer program keeps in it, nothing raises. */
export function describeReturned(entry: ReturnedEntry, named: NamedIds, now: Date): SaidReturned {
  const changes = Object.entries(entry.set).map(([field, after]) => ({ field, before: null, after }))
  const author = entry.authorName ?? entryWords.unknownPerson
  return {
    title: nameReturned(entry),
    changes: describeChanges({ changes, fields: entry.set }, named),
    journey: `${author} · typed ${formatInstant(entry.madeAt, now)}`,
    end: describeEnd(entry),
  }
}

function nameReturned({ verb, type, set }: ReturnedEntry): string {
  if (verb === "decide") return "A decision about what was held"
  return `${typeOf(type)}: ${lowerFirst(describeOperation({ verb, set }))}`
}

function describeEnd({ state, reason }: ReturnedEntry): string {
  if (state === "superseded") return oneEntryWords.superseded
  return state === "held" ? describeHold(reason) : ""
}
