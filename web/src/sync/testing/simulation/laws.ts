/** The laws of the sync protocol, asserted of a ledger, of what was typed and of what every device shows. */
import { isDeepStrictEqual } from "node:util"
import { canonicalJson } from "../../../core/canonical-json.ts"
import type { Fields, FieldValue, Operation } from "../../../core/operation.ts"
import { findConflicts, fold, type Mergeable } from "../../../core/merging.ts"
import { isFieldType, VOIDED } from "../../../core/record-types.ts"
import type { Copy } from "../test-device.ts"
import { breaks, type Told } from "./witness.ts"

export interface LedgerEntry {
  seq: number
  operation: Operation
  state: string
  reason: string
  hash: string
}

const WROTE = ["applied", "merged", "released"]
const hasWritten = ({ state }: LedgerEntry): boolean => WROTE.includes(state)

export interface Evidence {
  entries: readonly LedgerEntry[]
  atServer: Copy
  /** Everything that was typed, by whomever, and said to be saved. */
  typed: ReadonlyMap<string, Operation>
  /** Received outside of the contract: the office has it, and hands it over or sets it aside. */
  unclaimed: ReadonlySet<string>
  told: readonly Told[]
}

export function assertLedgerLaws(evidence: Evidence): void {
  nothingIsLost(evidence)
  nothingIsDoubled(evidence.entries)
  nothingIsOverwrittenUnseen(evidence.entries)
  conflictsAreConflicts(evidence.entries)
  noCorrectionLoses(evidence)
  nothingIsDecidedTwice(evidence.entries)
  nothingHeldVanishes(evidence)
  nothingWaitsForWhatIsThere(evidence)
  nothingFails(evidence.entries)
  everyPositionIsOnTheLedger(evidence)
}

const firstEntries = (entries: readonly LedgerEntry[]): Map<string, LedgerEntry> => {
  const first = new Map<string, LedgerEntry>()
  for (const entry of entries) if (!first.has(entry.operation.id)) first.set(entry.operation.id, entry)
  return first
}

/** Law 1: as typed, to the letter; and law 7: whatever server was restored meanwhile. */
function nothingIsLost({ entries, typed, unclaimed }: Evidence): void {
  const first = firstEntries(entries)
  for (const [id, operation] of typed) {
    const received = first.get(id)?.operation
    if (!received && unclaimed.has(id)) continue
    if (!received) breaks(1, `nowhere at the office: ${JSON.stringify(operation)}`)
    if (!isSame(received, operation)) breaks(1, `${id} was changed on its way`)
  }
}

const asFields = (operation: Operation): FieldValue => JSON.parse(JSON.stringify(operation)) as Fields

/** To the letter; a file or a server may spell the fields in another order. */
export const isSame = (one: Operation, other: Operation): boolean =>
  canonicalJson(asFields(one)) === canonicalJson(asFields(other))

/** Law 4. */
function nothingIsDoubled(entries: readonly LedgerEntry[]): void {
  const written = entries.filter(hasWritten).map(({ operation }) => operation.id)
  const twice = written.find((id, at) => written.indexOf(id) !== at)
  if (twice) breaks(4, `${twice} was applied twice`)
}

/** Law 5, by replaying: each value that was replaced had been seen by who replaced it, or was what he wants. */
function nothingIsOverwrittenUnseen(entries: readonly LedgerEntry[]): void {
  const [shown, writers] = [new Map<string, Fields>(), new Map<string, Record<string, string>>()]
  for (const { operation } of entries.filter(hasWritten)) {
    if (operation.choice === "set_aside") continue
    const fields = shown.get(operation.record) ?? {}
    const by = writers.get(operation.record) ?? {}
    const looked = new Set([
      ...Object.keys(operation.set),
      ...(VOIDED in operation.set ? Object.keys(fields) : []),
    ])
    for (const name of looked) {
      const wanted = (name in operation.set ? operation.set[name] : operation.base?.[name]) ?? null
      const [stood, seen] = [
        fields[name] ?? null,
        operation.verb === "create" ? undefined : seenOf(operation, name),
      ]
      if (name in by && !isDeepStrictEqual(stood, wanted) && seen !== by[name])
        breaks(
          5,
          `${name} = ${JSON.stringify(stood)} of ${by[name]} was overwritten unseen by ${JSON.stringify(operation)}`,
        )
    }
    shown.set(operation.record, { ...fields, ...operation.set })
    writers.set(operation.record, {
      ...by,
      ...Object.fromEntries(Object.keys(operation.set).map((name) => [name, operation.id])),
    })
  }
}

const seenOf = ({ seen }: Operation, name: string): string | undefined =>
  typeof seen === "string" ? seen : seen?.[name]

/** Law 5, as the device judges it: nothing is held as a conflict that is none, and what is one is never applied. */
function conflictsAreConflicts(entries: readonly LedgerEntry[]): void {
  const records = new Map<string, Mergeable>()
  for (const entry of entries) {
    const { operation, state, reason } = entry
    const record = records.get(operation.record)
    const isJudged = record !== undefined && isFieldType(operation.type) && operation.choice !== "set_aside"
    const found = isJudged ? findConflicts(operation.type, operation, record) : []
    if (isJudged && reason === "conflict" && found.length === 0)
      breaks(5, `${operation.id} is held for a conflict that is none`)
    if (!hasWritten(entry) || operation.choice === "set_aside") continue
    if (found.length > 0) breaks(5, `${operation.id} was ${state} over ${found.join(", ")}`)
    records.set(operation.record, fold(record, operation))
  }
}

/** Law 5: what was applied upon a value stands, or something stands that was typed upon it. */
function noCorrectionLoses({ entries, atServer }: Evidence): void {
  for (const { operation } of entries.filter(hasWritten)) {
    const image = atServer.images.get(operation.record)
    if (operation.verb !== "revise" || !image) continue
    for (const [name, value] of Object.entries(operation.set)) {
      const [stands, writer] = [
        image.fields[name] ?? null,
        image.by_field[name] ?? (name in image.fields ? image.by : ""),
      ]
      if (writer === seenOf(operation, name) && writer !== "" && !isDeepStrictEqual(stands, value))
        breaks(5, `${operation.id} corrected ${name} of ${writer} and lost against it`)
    }
  }
}

/** Law 5: of two deciders one wins, and the other is told. */
function nothingIsDecidedTwice(entries: readonly LedgerEntry[]): void {
  const ended = entries.filter(hasWritten).flatMap(({ operation, state }) => {
    if (state === "released")
      return [operation.id, ...(operation.verb === "decide" ? [operation.target] : [])]
    return operation.verb === "decide" ? [operation.target] : []
  })
  const twice = ended.find((id, at) => ended.indexOf(id) !== at)
  if (twice) breaks(5, `${twice} was decided twice`)
  const dropped = entries.find(
    ({ state, reason }) => state === "superseded" && !["already_decided", "moved"].includes(reason),
  )
  if (dropped) breaks(5, `the decision ${dropped.operation.id} was dropped: ${dropped.reason}`)
}

/** Law 5: what was held is held still, or somebody decided it, or it was released. */
function nothingHeldVanishes({ entries, atServer }: Evidence): void {
  const ended = new Set<string | undefined>()
  for (const { operation, state } of entries) {
    if (state === "released" || state === "superseded") ended.add(operation.id)
    if (operation.verb === "decide" && WROTE.includes(state)) ended.add(operation.target)
  }
  for (const { operation, state, reason } of entries) {
    if (state !== "held" || reason === "id_reused" || ended.has(operation.id)) continue
    if (!atServer.held.has(operation.id)) breaks(5, `${operation.id} was held and vanished`)
  }
  for (const id of atServer.held.keys())
    if (ended.has(id)) breaks(5, `${id} is held although its hold has ended`)
}

/** Law 5: what was held for something missing is settled when that comes. */
export function nothingWaitsForWhatIsThere({
  entries,
  atServer,
}: Pick<Evidence, "entries" | "atServer">): void {
  const received = new Set(entries.map(({ operation }) => operation.id))
  const isWaiting = (id: string): boolean => atServer.held.get(id)?.reason.startsWith("missing_") ?? false
  for (const { operation, reason } of atServer.held.values()) {
    const { id, record, set, target, seen } = operation
    const needed = typeof set["item"] === "string" ? [record, set["item"]] : [record]
    if (reason === "missing_record" && needed.every((one) => atServer.images.has(one)))
      breaks(5, `${id} waits for a record that is there`)
    if (reason === "missing_target" && received.has(target ?? ""))
      breaks(5, `${id} waits for a target that is there`)
    const writers = typeof seen === "string" ? [seen] : Object.values(seen ?? {})
    if (reason === "missing_base" && writers.every((one) => received.has(one) && !isWaiting(one)))
      breaks(5, `${id} waits for a base that is there`)
  }
}

/** Law 3: content is judged; nothing of it makes the server fail. */
function nothingFails(entries: readonly LedgerEntry[]): void {
  const failed = entries.find(({ reason }) => reason === "error")
  if (failed) breaks(3, `the server failed at ${failed.operation.id}`)
}

/** Law 6: what anybody was ever told of the ledger is still a prefix of it; and its seqs have no hole. */
function everyPositionIsOnTheLedger({ entries, told }: Evidence): void {
  entries.forEach(({ seq }, at) => {
    if (seq !== at + 1) breaks(6, `seq ${seq} stands in place ${at + 1}`)
  })
  for (const { head, chain } of told)
    if (head > 0 && entries[head - 1]?.hash !== chain)
      breaks(6, `a device was told of ${head} ${chain.slice(0, 8)}, which is not on the ledger`)
}

/** Law 9. */
export function assertEqual(who: string, copy: Copy, atServer: Copy): void {
  for (const part of ["images", "held"] as const) {
    const [mine, theirs]: Map<string, unknown>[] = [copy[part], atServer[part]]
    for (const key of new Set([...mine!.keys(), ...theirs!.keys()])) {
      if (isDeepStrictEqual(mine!.get(key), theirs!.get(key))) continue
      const [here, there] = [mine, theirs].map((map) => JSON.stringify(map!.get(key) ?? "nothing"))
      breaks(9, `${part} differ at ${who}: ${here!.slice(0, 400)} and at the server: ${there!.slice(0, 400)}`)
    }
  }
}
