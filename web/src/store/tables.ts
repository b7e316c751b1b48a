/** The tables of a device's database: what each row is, its key and its indexes. */
import type { CheckoutOfOthers } from "../core/feed.ts"
import type { Answer, Fields, HeldOperation, Image, Operation, Position } from "../core/operation.ts"
import type { Entry } from "../core/entry.ts"
import type { OwnOperation } from "../core/view.ts"

/** An operation that this device still follows: it waits, is not confirmed yet, or needs attention. */
export interface UnconfirmedRow extends OwnOperation {
  id: string
  contract: string
  record: string
  /** Stands only while the operation is in the outbox, so that counting what waits is one index range. */
  waiting?: 1
  /** Stands only while it is held or superseded. */
  stuck?: 1
}

export interface AnswerRow {
  id: string
  contract: string
  answer: Answer
}

/** An image in one copy of its contract; a copy is pulled whole and then swapped in. */
export interface ImageRow extends Image {
  contract: string
  copy: number
}

export interface HeldRow extends HeldOperation {
  contract: string
  copy: number
  id: string
  record: string
}

/** A copy of a contract's records on this device. */
export interface ContractCopy {
  copy: number
  cursor: number
  /** The seq that the last complete pull reached. */
  whole: number
  records: number
  revisions: number
  /** Of a ledger that the server no longer has. */
  isStale: boolean
}

/** A copy that is being pulled from nothing. */
export interface StagedCopy {
  copy: number
  cursor: number
  received: number
}

export type CheckoutState = "none" | "checking_out" | "checked_out"

/** One contract, as far as this device knows it. */
export interface ContractRow {
  id: string
  number: string
  name: string
  primeContractor?: string
  status: string
  /** Empty where the server lists it no longer. */
  right: "" | "inspection" | "office" | "view"
  recordsAtOffice: number
  bytes: number
  others: CheckoutOfOthers[]
  checkout: CheckoutState
  checkedOutAt?: string
  /** Opened on this device, checked out or not: kept up to date. */
  isWanted: boolean
  position: Position
  live?: ContractCopy
  staged?: StagedCopy
  /** Copies whose rows are still to be cleared away; of a stale one what the server lost is kept aside first. */
  retired: { copy: number; isStale: boolean }[]
  nextCopy: number
  lastSyncAt?: string
}

/** A half-typed form, with the entry as it was when the form was opened. */
export interface Draft {
  key: string
  fields: Fields
  seen?: Entry
  /** When it was typed last, by this device's clock. */
  typedAt?: string
}

/** An image that a restored server lacks: for the office, should its author's device be gone. */
export interface KeptAsideRow {
  contract: string
  record: string
  seq: number
  image: Image
}

export interface SettingRow {
  key: string
  value: string | number | boolean
}

export interface Tables {
  operations: Operation
  answers: AnswerRow
  unconfirmed: UnconfirmedRow
  records: ImageRow
  held: HeldRow
  contracts: ContractRow
  drafts: Draft
  kept_aside: KeptAsideRow
  settings: SettingRow
}

export type TableName = keyof Tables

export interface TableShape {
  key: string | string[]
  indexes: Record<string, string | string[]>
}

/** Rows without one of an index's fields are not in it: that keeps `by_waiting` as small as the outbox. */
export const TABLES: Readonly<Record<TableName, TableShape>> = {
  operations: {
    key: "id",
    indexes: { by_contract: ["contract", "device", "number"], by_record: ["contract", "record"] },
  },
  answers: { key: ["contract", "id"], indexes: {} },
  unconfirmed: {
    key: "id",
    indexes: {
      by_contract: ["contract", "operation.device", "operation.number"],
      by_record: ["contract", "record"],
      by_waiting: ["waiting", "contract", "operation.device", "operation.number"],
      by_stuck: ["stuck", "contract"],
      by_target: ["operation.target", "id"],
    },
  },
  records: {
    key: ["contract", "copy", "record"],
    indexes: {
      by_type: ["contract", "copy", "type"],
      by_date: ["contract", "copy", "type", "fields.work_date"],
      by_item: ["contract", "copy", "type", "fields.item"],
    },
  },
  held: { key: ["contract", "copy", "id"], indexes: { by_record: ["contract", "copy", "record"] } },
  contracts: { key: "id", indexes: {} },
  drafts: { key: "key", indexes: {} },
  kept_aside: { key: ["contract", "record", "seq"], indexes: {} },
  settings: { key: "key", indexes: {} },
}

export const TABLE_NAMES = Object.keys(TABLES) as TableName[]
