/** A page of the feed, and what the server tells of contracts. */
import type { Right } from "./contract-records.ts"
import type { EndOfHold, HeldOperation, Image, Position } from "./operation.ts"

export type FeedLine =
  | { kind: "image"; seq: number; image: Image }
  | { kind: "held"; seq: number; held: HeldOperation }
  | { kind: "ended"; seq: number; ended: string; how: EndOfHold }

export interface Tally {
  records: number
  /** The sum of all records' revisions. */
  revisions: number
}

export interface FeedPage {
  position: Position
  /** Lines that were still to come when the page began, its own included. */
  remaining: number
  lines: FeedLine[]
  cursor: number
  more: boolean
  tally: Tally
}

/** Another copy of a contract, on another device. */
export interface CheckoutOfOthers {
  device: string
  label: string
  person: string
  personName: string
  /** His account was switched off: what he has not sent comes as unclaimed. */
  isDisabled?: true
  checkedOutAt: string
  lastHeardAt: string
  /** Unanswered operations that it reported then. */
  waiting: number
}

/** What this person may take offline. */
export interface ListedContract {
  id: string
  number: string
  name: string
  primeContractor?: string
  status: string
  right: Right
  head: number
  records: number
  bytes: number
  checkouts: CheckoutOfOthers[]
}
