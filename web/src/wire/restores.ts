/** What came back after a restore of the server, as the office asks for it: which devices, and what each brought. */
import type { AnswerState, Fields, Verb } from "../core/operation.ts"
import type { Connection } from "./connection.ts"
import { json } from "./read-json.ts"
import type { Reply } from "./replies.ts"

const API = "/api/v1"

export interface NamedPerson {
  id: string
  name: string
}

/** One contract's ledger that was found restored. */
export interface Restore {
  contract: string
  contractNumber: string
  contractName: string
  /** When the first device told that it knew more than the office had. */
  noticedAt: string
  /** In the order in which they came. */
  returns: DeviceReturn[]
  /** Checkouts whose device was not heard from since; longest ago first. */
  notBack: AwaitedDevice[]
}

export interface DeviceReturn {
  id: string
  device: string
  /** Empty: its checkout was lost with the restore. */
  label: string
  person: NamedPerson
  reportedAt: string
  /** The furthest entry of which it had been told. */
  known: number
  /** How far the office's ledger went then. */
  headThen: number
  /** Absent: nothing was sent since. */
  lastSentAt?: string
  /** Absent: it has more to send. */
  finishedAt?: string
  /** Entries that the office did not have. */
  brought: number
  /** Of these, how many need a decision. */
  held: number
  hereAlready: number
  unclaimed: number
}

export interface AwaitedDevice {
  device: string
  label: string
  person: NamedPerson
  lastHeardAt: string
  /** Unanswered entries that it reported then. */
  waiting: number
}

/** One entry that a device brought back. */
export interface ReturnedEntry {
  seq: number
  state: AnswerState
  reason: string
  receivedAt: string
  type: string
  verb: Verb
  /** Absent where it is about no record. */
  record?: string
  madeAt: string
  /** Absent: nobody here has the author's id. */
  authorName?: string
  set: Fields
}

export interface ReturnedPage {
  entries: ReturnedEntry[]
  more: boolean
}

/** Of the contracts that the person may manage; newest first. */
export function listRestores(connection: Connection): Promise<Reply<Restore[]>> {
  return connection.request({ method: "GET", path: `${API}/restores`, read: json(readRestores) })
}

/** In the ledger's order; `after` is the seq of the last one of the page before. */
export function listReturned(connection: Connection, id: string, after = 0): Promise<Reply<ReturnedPage>> {
  return connection.request({
    method: "GET",
    path: `${API}/returns/${encodeURIComponent(id)}/entries?after=${after}`,
    read: json(readPage),
  })
}

interface RawRestore {
  contract: string
  contract_number: string
  contract_name: string
  noticed_at: string
  returns: RawReturn[]
  not_back: RawAwaited[]
}

interface RawReturn extends Pick<
  DeviceReturn,
  "id" | "device" | "label" | "person" | "known" | "brought" | "held" | "unclaimed"
> {
  reported_at: string
  head_then: number
  last_sent_at: string | null
  finished_at: string | null
  here_already: number
}

interface RawAwaited extends Pick<AwaitedDevice, "device" | "label" | "person" | "waiting"> {
  last_heard_at: string
}

interface RawEntry extends Pick<ReturnedEntry, "seq" | "state" | "reason" | "type" | "verb" | "set"> {
  received_at: string
  record: string | null
  made_at: string
  author: { id: string; name: string | null }
}

function readRestores(body: unknown): Restore[] | undefined {
  const { restores } = (body ?? {}) as { restores?: unknown }
  if (!Array.isArray(restores)) return undefined
  const raw = restores as RawRestore[]
  const isWhole = raw.every(({ returns, not_back }) => Array.isArray(returns) && Array.isArray(not_back))
  return isWhole ? raw.map(readRestore) : undefined
}

const readRestore = (raw: RawRestore): Restore => ({
  contract: raw.contract,
  contractNumber: raw.contract_number,
  contractName: raw.contract_name,
  noticedAt: raw.noticed_at,
  returns: raw.returns.map(readReturn),
  notBack: raw.not_back.map(({ last_heard_at, ...more }) => ({ ...more, lastHeardAt: last_heard_at })),
})

const readReturn = (raw: RawReturn): DeviceReturn => ({
  id: raw.id,
  device: raw.device,
  label: raw.label,
  person: raw.person,
  reportedAt: raw.reported_at,
  known: raw.known,
  headThen: raw.head_then,
  ...(raw.last_sent_at !== null && { lastSentAt: raw.last_sent_at }),
  ...(raw.finished_at !== null && { finishedAt: raw.finished_at }),
  brought: raw.brought,
  held: raw.held,
  hereAlready: raw.here_already,
  unclaimed: raw.unclaimed,
})

function readPage(body: unknown): ReturnedPage | undefined {
  const { entries, more } = (body ?? {}) as { entries?: unknown; more?: unknown }
  if (!Array.isArray(entries) || typeof more !== "boolean") return undefined
  return { entries: (entries as RawEntry[]).map(readEntry), more }
}

const readEntry = ({ received_at, record, made_at, author, ...raw }: RawEntry): ReturnedEntry => ({
  ...{ seq: raw.seq, state: raw.state, reason: raw.reason, type: raw.type, verb: raw.verb, set: raw.set },
  receivedAt: received_at,
  ...(record !== null && { record }),
  madeAt: made_at,
  ...(author.name !== null && { authorName: author.name }),
})
