/** Words of the list of contracts, and what a contract's right, state and freshness are called everywhere. */
import type { ContractOnDevice } from "../../store/queries.ts"
import { formatCount, formatInstant } from "../format.ts"
import { countEntries } from "./sync.ts"

export const contractsWords = {
  title: "Contracts",
  import: "Import a Contract",
  find: "Find a contract",
  findHint: "Number, name or contractor",
  foundNone: "No contract fits these words.",
  showAll: "Show all",
  asking: "Asking the office for your contracts",
  list: "Contracts",
  noneTitle: "You have no contract yet.",
  none: "Contracts appear here as soon as your office assigns you to one. Ask them for the Inspection right.",
  noneOffice: "Import the items of a contract; people are assigned to it afterwards.",
  offlineTitle: "No contract is on this device.",
  offline: "The first time needs a connection. Connect, and the list comes by itself.",
  workOffline: "Work Offline is on, so the office is not asked. Turn it off to see your contracts.",
  turnOff: "Turn Work Offline off",
  askAgain: "Ask again",
  restoreBackup: "Restore a backup of another device",
  notAsked: "As last heard from the office.",
  takenAway:
    "The office no longer lists this contract for you. What is here stays readable; ask your office for the right.",
  attention: "See what needs attention",
} as const

const RIGHTS: Readonly<Record<ContractOnDevice["right"], string>> = {
  inspection: "Inspection right",
  office: "Office right",
  view: "View right",
  "": "No right any more",
}

export const nameRight = (right: ContractOnDevice["right"]): string => RIGHTS[right]

const STATUSES: Readonly<Record<string, string>> = {
  planning: "Planning",
  construction: "Under construction",
  closed: "Closed",
}

/** What a later server calls it is shown as it is. */
export const nameStatus = (status: string): string => STATUSES[status] ?? status

export function countContracts(count: number): string {
  return count === 1 ? "1 contract" : `${formatCount(count)} contracts`
}

export function countRecords(count: number): string {
  return count === 1 ? "1 record" : `${formatCount(count)} records`
}

/** How much of it is here. */
export function describeHere(contract: ContractOnDevice): string {
  const { state, hasRecords, records, received = 0, recordsAtOffice } = contract
  if (state === "checked_out") return `Checked out: ${countRecords(records)} here`
  if (state === "checking_out") {
    return hasRecords
      ? `Checking out: ${countRecords(records)} here`
      : `Checking out: ${formatCount(received)} of ${countRecords(Math.max(received, recordsAtOffice))}`
  }
  if (hasRecords) return `${countRecords(records)} here, not checked out`
  return "Not on this device"
}

export function describeWaiting(waiting: number): string {
  return `${countEntries(waiting)} only on this device`
}

export function describeAttention(attention: number): string {
  return attention === 1 ? "1 needs attention" : `${formatCount(attention)} need attention`
}

export function describeLastSync(at: string | undefined, now: Date): string {
  return at === undefined ? "Not synced yet" : `Last sync ${formatInstant(at, now)}`
}
