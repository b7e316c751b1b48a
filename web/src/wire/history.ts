/** The history of one record, as the office keeps it. */
import type { AnswerState, DecisionChoice, Fields, FieldValue, Verb } from "../core/operation.ts"
import type { Connection } from "./connection.ts"
import { json } from "./read-json.ts"
import type { Reply } from "./replies.ts"

export interface FieldChange {
  field: string
  before: FieldValue
  after: FieldValue
}

/** One line of the ledger about the record. */
export interface PastEntry {
  seq: number
  verb: Verb
  /** Empty where it is no decision. */
  choice: DecisionChoice | ""
  /** Why, in the person's words; empty where nobody asked. */
  why: string
  state: AnswerState
  reason: string
  author: Somebody
  /** Who delivered it: another one where a backup was restored, or the office handed it over. */
  signedIn: Somebody
  /** As people call it; absent where it was never checked out there. */
  deviceLabel?: string
  madeAt: string
  receivedAt: string
  changes: FieldChange[]
  /** All fields of the version that it made, or wanted to make. */
  fields: Fields
}

export interface Somebody {
  id: string
  /** Absent: nobody here has this id. */
  name?: string
}

export interface HistoryPage {
  entries: PastEntry[]
  more: boolean
}

/** Oldest first; `after` is the seq of the last one of the page before. */
export function readRecordHistory(
  connection: Connection,
  contract: string,
  record: string,
  after = 0,
): Promise<Reply<HistoryPage>> {
  const [inContract, ofRecord] = [encodeURIComponent(contract), encodeURIComponent(record)]
  return connection.request({
    method: "GET",
    path: `/api/v1/contracts/${inContract}/records/${ofRecord}/history?after=${after}`,
    read: json(readPage),
  })
}

interface RawSomebody {
  id: string
  name: string | null
}

interface RawEntry extends Omit<PastEntry, "author" | "signedIn" | "deviceLabel" | "madeAt" | "receivedAt"> {
  author: RawSomebody
  signed_in: RawSomebody
  device: { id: string; label: string | null }
  made_at: string
  received_at: string
}

function readPage(body: unknown): HistoryPage | undefined {
  const { entries, more } = (body ?? {}) as { entries?: unknown; more?: unknown }
  if (!Array.isArray(entries) || typeof more !== "boolean") return undefined
  return { entries: (entries as RawEntry[]).map(readEntry), more }
}

function readEntry(raw: RawEntry): PastEntry {
  const { seq, verb, choice, why, state, reason, changes, fields, device } = raw
  return {
    ...{ seq, verb, choice, why, state, reason, changes, fields },
    author: readSomebody(raw.author),
    signedIn: readSomebody(raw.signed_in),
    ...(device.label && { deviceLabel: device.label }),
    madeAt: raw.made_at,
    receivedAt: raw.received_at,
  }
}

const readSomebody = ({ id, name }: RawSomebody): Somebody => ({ id, ...(name !== null && { name }) })
