/** What came without a right, as the office's page asks for it: listed, handed to its contract, set aside. */
import type { AnswerState } from "../core/operation.ts"
import type { Connection } from "./connection.ts"
import { json } from "./read-json.ts"
import type { Reply } from "./replies.ts"

const API = "/api/v1/unclaimed"
export const CHOSEN_MAX = 500 // in one request
const ACT_TIMEOUT_MS = 120_000 // the contract may be busy with somebody's push

export interface NamedPerson {
  id: string
  name: string
}

/** All that one person delivered for one contract and nobody has dealt with. */
export interface UnclaimedGroup {
  contract: string
  /** Absent: there is no such contract. */
  contractNumber?: string
  person: NamedPerson
  count: number
  firstReceivedAt: string
  lastReceivedAt: string
}

export interface UnclaimedEntry {
  id: string
  contract: string
  contractNumber?: string
  /** Who delivered it: not always who typed it. */
  person: NamedPerson
  receivedAt: string
  /** As it came: anything at all may stand in it. */
  operation: unknown
  ended?: { by: NamedPerson; at: string; reason: string }
}

export interface UnclaimedPage {
  entries: UnclaimedEntry[]
  more: boolean
  /** What the ids in the entries stand for. */
  items: Readonly<Record<string, { line: string; description: string; unit: string }>>
  projects: Readonly<Record<string, { number: string; title: string }>>
  people: Readonly<Record<string, string>>
}

export interface UnclaimedQuery {
  contract?: string
  person?: string
  state?: "open" | "set_aside"
  /** The last one of the page before. */
  after?: string
}

/** Some of what came for a contract, or all that one person delivered for it. */
export type UnclaimedChoice = { contract: string } & ({ ids: readonly string[] } | { person: string })

export interface HandedOver {
  count: number
  /** What became of each of them. */
  states: AnswerState[]
  /** How many of the choice are still open: ask again. */
  remaining: number
}

export interface SetAside {
  count: number
  remaining: number
}

export function listUnclaimedGroups(connection: Connection): Promise<Reply<UnclaimedGroup[]>> {
  return connection.request({ method: "GET", path: `${API}/groups`, read: json(readGroups) })
}

export function listUnclaimed(connection: Connection, query: UnclaimedQuery): Promise<Reply<UnclaimedPage>> {
  const asked = new URLSearchParams(
    Object.entries(query).filter((part): part is [string, string] => typeof part[1] === "string"),
  )
  return connection.request({ method: "GET", path: `${API}?${asked}`, read: json(readPage) })
}

export function handOver(
  connection: Connection,
  choice: UnclaimedChoice,
  reason: string,
): Promise<Reply<HandedOver>> {
  return act(connection, "hand-over", choice, reason, ({ handed_over, answers, remaining }) => {
    if (typeof handed_over !== "number" || typeof remaining !== "number" || !Array.isArray(answers))
      return undefined
    return { count: handed_over, states: (answers as { state: AnswerState }[]).map(stateOf), remaining }
  })
}

export function setAside(
  connection: Connection,
  choice: UnclaimedChoice,
  reason: string,
): Promise<Reply<SetAside>> {
  return act(connection, "set-aside", choice, reason, ({ set_aside, remaining }) =>
    typeof set_aside === "number" && typeof remaining === "number"
      ? { count: set_aside, remaining }
      : undefined,
  )
}

function act<T>(
  connection: Connection,
  what: string,
  choice: UnclaimedChoice,
  reason: string,
  understand: (body: Record<string, unknown>) => T | undefined,
): Promise<Reply<T>> {
  return connection.request({
    method: "POST",
    path: `${API}/${what}`,
    json: { ...choice, reason },
    timeoutMs: ACT_TIMEOUT_MS,
    read: json((body) => understand((body ?? {}) as Record<string, unknown>)),
  })
}

const stateOf = ({ state }: { state: AnswerState }): AnswerState => state

interface RawGroup {
  contract: string
  contract_number: string | null
  person: NamedPerson
  count: number
  first_received_at: string
  last_received_at: string
}

interface RawEntry {
  id: string
  contract: string
  contract_number: string | null
  person: NamedPerson
  received_at: string
  operation: unknown
  ended?: { how: string; by: NamedPerson; at: string; reason: string }
}

function readGroups(body: unknown): UnclaimedGroup[] | undefined {
  const { groups } = (body ?? {}) as { groups?: unknown }
  return Array.isArray(groups) ? (groups as RawGroup[]).map(readGroup) : undefined
}

const readGroup = (raw: RawGroup): UnclaimedGroup => ({
  contract: raw.contract,
  ...(raw.contract_number !== null && { contractNumber: raw.contract_number }),
  person: raw.person,
  count: raw.count,
  firstReceivedAt: raw.first_received_at,
  lastReceivedAt: raw.last_received_at,
})

function readPage(body: unknown): UnclaimedPage | undefined {
  const { unclaimed, more, items, projects, people } = (body ?? {}) as Record<string, unknown>
  if (!Array.isArray(unclaimed) || typeof more !== "boolean") return undefined
  if (![items, projects, people].every((one) => typeof one === "object" && one !== null)) return undefined
  return {
    entries: (unclaimed as RawEntry[]).map(readEntry),
    more,
    items: items as UnclaimedPage["items"],
    projects: projects as UnclaimedPage["projects"],
    people: people as UnclaimedPage["people"],
  }
}

const readEntry = ({ id, contract, contract_number, ...raw }: RawEntry): UnclaimedEntry => ({
  id,
  contract,
  ...(contract_number !== null && { contractNumber: contract_number }),
  person: raw.person,
  receivedAt: raw.received_at,
  operation: raw.operation,
  ...(raw.ended && { ended: { by: raw.ended.by, at: raw.ended.at, reason: raw.ended.reason } }),
})
