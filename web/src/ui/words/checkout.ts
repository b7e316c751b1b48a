/** Words of Contract Offline Checkout: what is where, and how checking out and in ended. */
import type { CheckoutOfOthers } from "../../core/feed.ts"
import type { ContractOnDevice } from "../../store/queries.ts"
import type { CheckInOutcome, CheckOutOutcome } from "../../sync/outcomes.ts"
import { formatBytes, formatCount, formatInstant } from "../format.ts"
import { countRecords, describeWaiting } from "./contracts.ts"
import { countEntries, type Tone } from "./sync.ts"

export const checkoutWords = {
  title: "Contract Offline Checkout",
  list: "Contracts that can be taken offline",
  lead: "Checking out copies a contract to this device, so that it opens without a network. It is no lock: others can have it too.",
  checkOut: "Check Out",
  checkedOut: "Checked Out",
  checkedOutHint: "Brings the newest records, and looks whether all of it is stored.",
  checkIn: "Check In",
  checkingIn: "Checking in…",
  resume: "Continue",
  sendNow: "Send and check in",
  nobody: "Nobody else has it out",
  you: "You",
  disabled: "account switched off",
  more: "more",
  toStorage: "See Storage",
  noneTitle: "There is no contract to check out.",
} as const

/** What a contract's row stands for. */
export type RowStage =
  | "out"
  /** Asked for here, and another sync has its turn. */
  | "waiting"
  | "receiving"
  /** The records are in; the program's files are not yet. */
  | "storing"
  /** Cut off: it goes on with the next sync. */
  | "cut_off"
  | "in"

/** What is said of a stage beside its button; of "in" only where its records are here. */
export const stageNotes: Readonly<Record<RowStage, string | undefined>> = {
  out: undefined,
  waiting: "Checking out: begins as soon as the sync before it is through.",
  receiving: "Checking out: continues by itself if the line drops.",
  storing: "The records are here. Storing the program itself…",
  cut_off: "Checking out: goes on by itself when there is a connection.",
  in: "Opened on this device, without the promise of a checkout.",
}

/** A sentence in a contract's row, until the next thing that is done with it. */
export interface Said {
  tone: Tone
  text: string
  /** What the person can do about it. */
  offer?: "send_now" | "storage"
}

/** "10,230 records, 6 MB". */
export function describeSize({ recordsAtOffice, records, bytes }: ContractOnDevice): string {
  return `${countRecords(Math.max(recordsAtOffice, records))}, ${formatBytes(bytes)}`
}

export function describeProgressOf({ done, total }: { done: number; total: number }): string {
  return `${formatCount(done)} of ${formatCount(total)}`
}

export const nameProgress = (number: string): string => `Checking out ${number}`

export function describeCheckedOutAt(at: string, now: Date): string {
  return `Checked out ${formatInstant(at, now)}`
}

const DAY_MS = 86_400_000

/** Nobody heard from it for over a day: what it says of what is unsent is old. */
const isSilent = ({ lastHeardAt }: Pick<CheckoutOfOthers, "lastHeardAt">, now: Date): boolean =>
  now.getTime() - new Date(lastHeardAt).getTime() > DAY_MS

/** Who else has it, when he was heard last, and what he had not sent then. */
export function describeOther(other: CheckoutOfOthers, person: string, now: Date): string {
  const name = other.person === person ? checkoutWords.you : other.personName
  const who = `${name}${other.isDisabled ? ` (${checkoutWords.disabled})` : ""}, ${other.label}`
  const last = formatInstant(other.lastHeardAt, now)
  const heard = isSilent(other, now) ? `not heard from for over a day, since ${last}` : `heard from ${last}`
  return `${who}: ${heard}, ${other.waiting === 0 ? "nothing unsent" : `${countEntries(other.waiting)} unsent`}`
}

/** "Out on 3 other devices, 14 entries not sent yet": as far as they told. */
export function summarizeOthers(others: readonly Pick<CheckoutOfOthers, "waiting">[]): string {
  const devices = others.length === 1 ? "1 other device" : `${formatCount(others.length)} other devices`
  const waiting = others.reduce((sum, one) => sum + one.waiting, 0)
  return `Out on ${devices}, ${waiting === 0 ? "nothing unsent" : `${countEntries(waiting)} not sent yet`}`
}

export const countOthersLeft = (count: number): string => `${formatCount(count)} ${checkoutWords.more}`

export function describeCheckOut(outcome: CheckOutOutcome): Said {
  switch (outcome.kind) {
    case "checked_out":
      return outcome.kept
        ? { tone: "go", text: "All of it is on this device. You can go offline." }
        : {
            tone: "mind",
            text: "All of it is on this device. The browser does not promise to keep it.",
            offer: "storage",
          }
    case "program_not_stored":
      return {
        tone: "mind",
        text: "The records are here; the program itself is not stored yet, so it would not start without a network. It goes on by itself: stay connected until this reads Checked Out.",
        offer: "storage",
      }
    case "no_network":
      return mind(
        "The office cannot be reached. What came in is kept, and it goes on by itself when there is a connection.",
      )
    case "busy":
      return mind(
        "The office's computer is busy. What came in is kept, and it goes on by itself in a moment.",
      )
    case "forbidden":
      return {
        tone: "stop",
        text: "You have no right on this contract any more. Ask your office for it.",
      }
    case "work_offline":
    case "not_signed_in":
    case "not_the_server":
    case "disabled":
    case "failed":
      return describeObstacle(outcome)
  }
}

export function describeCheckIn(outcome: CheckInOutcome): Said {
  switch (outcome.kind) {
    case "checked_in":
      return {
        tone: "go",
        text: "Checked in. The copy is removed from this device; all of it is at the office.",
      }
    case "unsent":
      return {
        tone: "mind",
        text: `Not checked in: ${describeWaiting(outcome.waiting)}. Send first, then check in.`,
        offer: "send_now",
      }
    case "not_compared":
      return {
        tone: "mind",
        text: "Not checked in: this copy was not compared with the office yet, and may have what the office lost. Sync first, then check in.",
        offer: "send_now",
      }
    case "no_network":
      return mind(
        "The office cannot be reached, so the copy stays here. Check in when there is a connection.",
      )
    case "busy":
      return mind("The office's computer is busy, so the copy stays here. Try again in a moment.")
    case "forbidden":
      return { tone: "stop", text: "The office did not take it back. The copy stays here; ask your office." }
    case "work_offline":
    case "not_signed_in":
    case "not_the_server":
    case "disabled":
    case "failed":
      return describeObstacle(outcome)
  }
}

const mind = (text: string): Said => ({ tone: "mind", text })

type Obstacle = Extract<
  CheckOutOutcome,
  { kind: "work_offline" | "not_signed_in" | "not_the_server" | "disabled" | "failed" }
>

/** The same whether one checks out or in. */
function describeObstacle(outcome: Obstacle): Said {
  switch (outcome.kind) {
    case "work_offline":
      return mind("Work Offline is on: nothing goes out and nothing is fetched. Turn it off first.")
    case "not_signed_in":
      return mind("Your sign-in has ended. Sign in again, then try once more; what is here stays.")
    case "not_the_server":
      return mind(
        "Something else answered, as a hotel's or shop's network does before one signs in to it. Sign in there, then try again; what is here stays.",
      )
    case "disabled":
      return { tone: "stop", text: "This account is switched off. Ask your office; what is here stays." }
    case "failed": {
      const isFull = outcome.code === "device_full"
      return { tone: "stop", text: describeFailure(outcome), ...(isFull && { offer: "storage" }) }
    }
  }
}

function describeFailure({ code, title, remedy }: Extract<Obstacle, { kind: "failed" }>): string {
  if (code === "tally_differs")
    return "The records here and at the office do not add up, twice in a row. What is here stays; tell your administrator."
  if (code === "other_protocol")
    return "The office has another version of Tallybook. Reload the page to get it; what is here stays."
  return (
    [title, remedy].filter(Boolean).join(" ") || `It did not go through. Tell your administrator: ${code}.`
  )
}
