/** When the contracts on this device were last backed up, and how much was kept since: the same in every tab. */
import type { Operation } from "../core/operation.ts"
import { NotSaved, type ReadStore, type Store } from "./store.ts"
import type { TableName } from "./tables.ts"

/** written: seen to be whole. Downloaded and shared: given to the browser, which does not tell what became of it. */
export type BackupWay = "written" | "downloaded" | "shared"

/** The last backup of one contract. */
export interface BackupMark {
  /** When it began, by this device's clock. */
  at: string
  way: BackupWay
  /** Operations of the contract that were kept when it began. */
  kept: number
}

export interface BackupStanding {
  /** Entries that the office has not answered. */
  waiting: number
  /**
   * Of the contracts with entries that no backup has, since when the one that waits longest is without: from its
   * oldest unsent entry on, or from its last backup.
   */
  lacksSince?: string
  /** Of the contracts with unsent entries, the one whose backup is oldest. */
  last?: Pick<BackupMark, "at" | "way">
  /** Entries of these contracts that no backup has. */
  since: number
  /** How many of these contracts were never backed up. */
  never: number
}

export const STANDING_TABLES: readonly TableName[] = ["unconfirmed", "operations", "settings"]

const KEY = "last_backup"
const keyOf = (contract: string): string => `${KEY} ${contract}`

/** How things stand, with what only the second copy has. Cost: a few counts of an index for each contract with unsent entries. */
export function readBackupStanding(
  store: Store,
  stranded: readonly Operation[] = [],
): Promise<BackupStanding> {
  return store.read(STANDING_TABLES, async (read) => {
    const waiting = await read.countEach("unconfirmed", { index: "by_waiting", prefix: [1] })
    const contracts = new Set([...waiting.keys(), ...stranded.map((one) => one.contract)])
    const parts = await Promise.all(
      [...contracts].map((id) => {
        const alone = stranded.filter(({ contract }) => contract === id)
        return readStandingOf(read, id, waiting.get(id) ?? 0, alone)
      }),
    )
    return parts.reduce(join, { waiting: 0, since: 0, never: 0 })
  })
}

async function readStandingOf(
  read: ReadStore,
  contract: string,
  inDatabase: number,
  alone: readonly Operation[],
): Promise<BackupStanding> {
  const [row, first] = await Promise.all([read.get("settings", keyOf(contract)), readOldest(read, contract)])
  const waiting = inDatabase + alone.length
  const oldestAt = alone.reduce((at, one) => earlier(at, one.made_at), first)
  const mark = readMark(row?.value)
  if (!mark) return { waiting, ...tellLacking(oldestAt), since: waiting, never: 1 }
  const since = Math.max(0, (await countKeptOf(read, contract)) + alone.length - mark.kept)
  const lacksSince = since > 0 && oldestAt !== undefined ? later(oldestAt, mark.at) : undefined
  return { waiting, ...tellLacking(lacksSince), last: { at: mark.at, way: mark.way }, since, never: 0 }
}

const tellLacking = (lacksSince: string | undefined): Pick<BackupStanding, "lacksSince"> =>
  lacksSince === undefined ? {} : { lacksSince }

/** The first that waits of each device: a restored file brings those of other devices. */
async function readOldest(read: ReadStore, contract: string): Promise<string | undefined> {
  const prefix = [1, contract]
  const devices = await read.countEach("unconfirmed", { index: "by_waiting", prefix })
  const firsts = await Promise.all(
    [...devices.keys()].map((device) =>
      read.list("unconfirmed", { index: "by_waiting", prefix: [...prefix, device], limit: 1 }),
    ),
  )
  return firsts.flat().reduce<string | undefined>((at, row) => earlier(at, row.operation.made_at), undefined)
}

function join(all: BackupStanding, one: BackupStanding): BackupStanding {
  const isOlder = one.last && (!all.last || Date.parse(one.last.at) < Date.parse(all.last.at))
  const last = isOlder ? one.last : all.last
  return {
    waiting: all.waiting + one.waiting,
    ...tellLacking(earlier(all.lacksSince, one.lacksSince)),
    ...(last && { last }),
    since: all.since + one.since,
    never: all.never + one.never,
  }
}

/** Each instant has the zone in which it was made. */
function earlier(one: string | undefined, other: string | undefined): string | undefined {
  if (one === undefined || other === undefined) return one ?? other
  return Date.parse(other) < Date.parse(one) ? other : one
}

const later = (one: string, other: string): string => (Date.parse(other) > Date.parse(one) ? other : one)

/** How much is kept of each contract, with what only the second copy has. Asked before a backup begins. */
export function countKept(
  store: Store,
  contracts: readonly string[],
  stranded: readonly Operation[],
): Promise<Map<string, number>> {
  return store.read(["operations"], async (read) => {
    const counts = await Promise.all(contracts.map((contract) => countKeptOf(read, contract)))
    const alone = (contract: string): number => stranded.filter((one) => one.contract === contract).length
    return new Map(contracts.map((contract, at) => [contract, (counts[at] ?? 0) + alone(contract)]))
  })
}

const countKeptOf = (read: ReadStore, contract: string): Promise<number> =>
  read.count("operations", { index: "by_contract", prefix: [contract] })

/** A backup is there: keep that, unless one that began later was there first. */
export function keepBackupMarks(
  store: Store,
  kept: ReadonlyMap<string, number>,
  mark: Pick<BackupMark, "at" | "way">,
): Promise<void> {
  return keepMarks(store, kept, mark, (known) => isEarlier(mark, known))
}

/** A file is here that so many of the contracts' entries came out of: keep that, unless a backup has more of them. */
export function keepRestoredMarks(
  store: Store,
  restored: ReadonlyMap<string, number>,
  at: string,
): Promise<void> {
  const mark = { at, way: "written" } as const
  return keepMarks(store, restored, mark, (known, count) => isEarlier(mark, known) || count < known.kept)
}

const isEarlier = (one: { at: string }, other: { at: string }): boolean =>
  Date.parse(one.at) < Date.parse(other.at)

async function keepMarks(
  store: Store,
  kept: ReadonlyMap<string, number>,
  { at, way }: Pick<BackupMark, "at" | "way">,
  isLess: (known: BackupMark, count: number) => boolean,
): Promise<void> {
  try {
    await store.write(["settings"], async (write) => {
      for (const [contract, count] of kept) {
        const known = readMark((await write.get("settings", keyOf(contract)))?.value)
        if (known && isLess(known, count)) continue
        write.put("settings", { key: keyOf(contract), value: spellMark({ at, way, kept: count }) })
      }
    })
  } catch (failure) {
    // The file is there all the same; what is said of the last backup is only more cautious than need be.
    if (!(failure instanceof NotSaved)) throw failure
  }
}

const WAYS: readonly string[] = ["written", "downloaded", "shared"] satisfies BackupWay[]

const spellMark = ({ at, way, kept }: BackupMark): string => `${at} ${way} ${kept}`

/** What is no mark of this program is none. */
function readMark(value: unknown): BackupMark | undefined {
  if (typeof value !== "string") return undefined
  const [at = "", way = "", kept = ""] = value.split(" ")
  const isMark = !Number.isNaN(Date.parse(at)) && WAYS.includes(way) && /^\d{1,9}$/.test(kept)
  return isMark ? { at, way: way as BackupWay, kept: Number(kept) } : undefined
}

/** The last backup of any contract, for where nothing waits. */
export function readLatestMark(store: Store): Promise<BackupMark | undefined> {
  return store.read(["settings"], async (read) => {
    const rows = await read.list("settings", { prefix: [], from: `${KEY} `, to: `${KEY} ~` })
    return rows
      .map((row) => readMark(row.value))
      .filter((mark) => mark !== undefined)
      .sort((one, other) => Date.parse(other.at) - Date.parse(one.at))[0]
  })
}
