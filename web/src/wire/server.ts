/** The server as a device sees it: the calls of the sync protocol. */
import type { CheckoutOfOthers, FeedPage, ListedContract } from "../core/feed.ts"
import type { Answer, Operation, Position } from "../core/operation.ts"
import type { Right } from "../core/contract-records.ts"
import type { Connection, WireRequest } from "./connection.ts"
import { CutShort, readFeedPage, UnknownFeed } from "./read-feed.ts"
import { json, unreadable } from "./read-json.ts"
import type { Reply } from "./replies.ts"

const API = "/api/sync/v1"
const PUSH_TIMEOUT_MS = 60_000

export interface PushEnvelope {
  device: string
  /** How many operations stay unanswered after these. */
  waiting: number
  position: Position
  operations: readonly Operation[]
}

/**
 * Answers in the order sent: by position, for an operation may be answered under another id. Null: the office
 * did not keep it, for its list is full, and says why; it stays unanswered.
 */
export interface PushReply {
  answers: (Answer | null)[]
  position: Position
  notKept?: NotKept
}

export interface NotKept {
  code: string
  title: string
  remedy: string
}

export interface FeedRequest {
  /** Which device reads: should the server have been restored, its office sees who came back. */
  device: string
  after: number
  position: Position
  limit: number
  onLine?: (received: number, remaining: number) => void
}

export interface Server {
  listContracts(): Promise<Reply<ListedContract[]>>
  push(contract: string, envelope: PushEnvelope): Promise<Reply<PushReply>>
  readFeed(contract: string, request: FeedRequest): Promise<Reply<FeedPage>>
  registerCheckout(contract: string, device: string, label: string): Promise<Reply<null>>
  endCheckout(contract: string, device: string): Promise<Reply<null>>
}

export function serverOver(connection: Connection): Server {
  const request: Connection["request"] = (asked) => connection.request(asked)
  return {
    listContracts: () => request({ method: "GET", path: `${API}/contracts`, read: json(readListing) }),
    push: (contract, envelope) => request(spellPush(contract, envelope)),
    readFeed: (contract, wanted) => request(spellFeed(contract, wanted)),
    registerCheckout: (contract, device, label) =>
      request({
        method: "POST",
        path: pathOf(contract, "checkouts"),
        json: { device, label },
        read: nothing,
      }),
    endCheckout: (contract, device) =>
      request({ method: "DELETE", path: pathOf(contract, `checkouts/${device}`), read: nothing }),
  }
}

const pathOf = (contract: string, rest: string): string => `${API}/contracts/${contract}/${rest}`

const nothing = async (): Promise<Reply<null>> => ({ kind: "ok", value: null })

function spellPush(contract: string, envelope: PushEnvelope): WireRequest<PushReply> {
  const { device, waiting, position, operations } = envelope
  return {
    method: "POST",
    path: pathOf(contract, "operations"),
    json: { device, waiting, known: position.known, chain: position.chain, operations },
    timeoutMs: PUSH_TIMEOUT_MS,
    read: json((body) => readPushReply(body, operations.length)),
  }
}

interface RawPushReply {
  answers?: unknown
  head?: unknown
  chain?: unknown
  not_kept?: NotKept
}

function readPushReply(body: unknown, count: number): PushReply | undefined {
  const { answers, head, chain, not_kept: notKept } = (body ?? {}) as RawPushReply
  if (!Array.isArray(answers) || answers.length !== count) return undefined
  if (typeof head !== "number" || typeof chain !== "string") return undefined
  const isWhole = answers.every((one: Partial<Answer> | null) =>
    one === null ? notKept !== undefined : typeof one.id === "string" && typeof one.state === "string",
  )
  const position = { known: head, chain }
  return isWhole
    ? { answers: answers as (Answer | null)[], position, ...(notKept && { notKept }) }
    : undefined
}

function spellFeed(contract: string, request: FeedRequest): WireRequest<FeedPage> {
  const { device, after, position, limit, onLine } = request
  const query = new URLSearchParams({
    device,
    after: String(after),
    known: String(position.known),
    chain: position.chain,
    limit: String(limit),
  })
  return {
    method: "GET",
    path: `${pathOf(contract, "feed")}?${query}`,
    read: async (response, alive) => {
      if (!response.body) return unreadable(response)
      try {
        const page = await readFeedPage(response.body, (received, remaining) => {
          alive()
          onLine?.(received, remaining)
        })
        return { kind: "ok", value: page }
      } catch (failure) {
        // Cut off on the way: as if nothing had come.
        if (failure instanceof CutShort) return { kind: "no_network", wasCut: true }
        if (failure instanceof UnknownFeed) return unreadable(response)
        throw failure
      }
    },
  }
}

interface RawListed {
  id: string
  number: string
  name: string
  prime_contractor?: string | null
  status: string
  right: Right
  head: number
  records: number
  bytes: number
  checkouts: RawCheckout[]
}

interface RawCheckout {
  device: string
  label: string
  person: string
  person_name: string
  person_disabled: boolean
  checked_out_at: string
  last_heard_at: string
  waiting: number
}

function readListing(body: unknown): ListedContract[] | undefined {
  const { contracts } = (body ?? {}) as { contracts?: unknown }
  return Array.isArray(contracts) ? (contracts as RawListed[]).map(readListed) : undefined
}

function readListed({ prime_contractor, checkouts, ...one }: RawListed): ListedContract {
  return {
    ...one,
    ...(prime_contractor && { primeContractor: prime_contractor }),
    checkouts: checkouts.map(readCheckout),
  }
}

const readCheckout = (raw: RawCheckout): CheckoutOfOthers => ({
  device: raw.device,
  label: raw.label,
  person: raw.person,
  personName: raw.person_name,
  ...(raw.person_disabled && { isDisabled: true }),
  checkedOutAt: raw.checked_out_at,
  lastHeardAt: raw.last_heard_at,
  waiting: raw.waiting,
})
