/** Restoring a backup file: its entries are united with the device's by their ids; what is here already stays as it is. */
import { canonicalJson } from "../core/canonical-json.ts"
import { isCalendarDate } from "../core/dates.ts"
import type { FieldValue, Operation } from "../core/operation.ts"
import type { Device } from "../store/device.ts"
import { keepRestoredMarks } from "../store/last-backup.ts"
import { putBack, RESTORE_TABLES } from "../store/mutual-repair.ts"
import type { ReadStore } from "../store/store.ts"
import { BackupRefused, type Finding, type ManifestContract } from "./backup-format.ts"
import { isBefore } from "./kept-lines.ts"
import type { FoundContract, OpenedBackup } from "./read-backup.ts"
import { bringRecords } from "./restore-records.ts"

/** Of those that differ so many are offered as a file; beyond, they are counted. */
const DIFFERING_MAX = 1_000
const DIFFERING_CHARACTERS_MAX = 4 * 1024 ** 2
const AUTHORS_MAX = 1_000

export interface RestoredContract {
  id: string
  number: string
  name: string
  /** When its entries were made; undefined where there are none. */
  from?: string
  to?: string
  /** On which day the last entry that names one was at work: there somebody finds again what he typed. */
  lastDay?: { date: string; madeAt: string }
  operations: number
  /** Here already, with the same content. */
  onDevice: number
  /** Put into the outbox, or would be. */
  new: number
  /** Of those that are new, by whoever typed them. */
  newOf: { author: string; operations: number }[]
  /** Typed by others, where the signed-in person has no office right: somebody of the office can restore them. */
  ofOthers: { author: string; name?: string; operations: number }[]
  /** Here under the same id with another content: what is here stays. */
  differs: number
  differing: Operation[]
  /** This device knows the contract. */
  isHere: boolean
  isDamaged: boolean
  /** Nobody says which agency's it is, and this device does not know it: left out. */
  isStrange: boolean
}

export interface RestoreSummary {
  whose?: { id: string; email: string; name: string; initials: string }
  madeAt?: string
  contracts: RestoredContract[]
  findings: readonly Finding[]
}

export interface RestoreWishes {
  agency: { id: string }
  /** All, unless named. */
  contracts?: readonly string[]
  /** Take what can be read of damaged contracts too. */
  damaged?: boolean
  /** Of what the file says it has, from 0 to 1. */
  progress?: (share: number) => void
  /** Ends it between two steps: what was restored by then stays. */
  signal?: AbortSignal
}

/** What restoring would do; nothing is changed. Raises BackupRefused for another agency's file. */
export function previewRestore(
  device: Device,
  opened: OpenedBackup,
  wishes: Pick<RestoreWishes, "agency" | "progress" | "signal">,
): Promise<RestoreSummary> {
  const way = new Way(opened, wishes, (one) => one.operations)
  return look(device, opened, { ...wishes, damaged: true }, way, (operations, sort) =>
    device.store.read(["operations"], (read) => sort(read, operations)),
  )
}

/** Restore; may be cut off anywhere and done again. Raises BackupRefused for another agency's file. */
export async function restoreBackup(
  device: Device,
  opened: OpenedBackup,
  wishes: RestoreWishes,
): Promise<RestoreSummary> {
  const way = new Way(opened, wishes, (one) => one.operations + one.records)
  const summary = await look(device, opened, wishes, way, (operations, sort) =>
    device.store.write(RESTORE_TABLES, async (write) => {
      const sorted = await sort(write, operations)
      await putBack(write, sorted.fresh)
      return sorted
    }),
  )
  // Of somebody else's contract that the server does not list, nothing is shown.
  const isOwn = opened.manifest?.person.id === device.person.id
  for (const { id } of summary.contracts.filter((one) => one.isHere || isOwn))
    await bringRecords(device.store, opened, id, (count) => way.go(count))
  await markAsBackedUp(device, summary)
  wishes.progress?.(1)
  return summary
}

/** What came out of a whole file is in a backup: that file. A clock that goes ahead made none in the future. */
async function markAsBackedUp(device: Device, { madeAt, contracts }: RestoreSummary): Promise<void> {
  const madeMs = Date.parse(madeAt ?? "")
  if (Number.isNaN(madeMs)) return
  const at = new Date(Math.min(madeMs, device.now().getTime())).toISOString()
  const whole = contracts.filter((one) => !one.isDamaged && !one.isStrange)
  const kept = new Map(whole.map((one) => [one.id, one.onDevice + one.new]))
  await keepRestoredMarks(device.store, kept, at)
}

/** How far it is, by what the manifest says there is: told to people, believed by nobody. */
class Way {
  private readonly whole: number
  private readonly wishes: Pick<RestoreWishes, "progress" | "signal">
  private gone = 0

  constructor(
    { manifest }: OpenedBackup,
    wishes: Pick<RestoreWishes, "contracts" | "progress" | "signal">,
    count: (contract: ManifestContract) => number,
  ) {
    const chosen = (manifest?.contracts ?? []).filter(({ id }) => wishes.contracts?.includes(id) ?? true)
    this.whole = chosen.reduce((sum, one) => sum + count(one), 0)
    this.wishes = wishes
  }

  /** Raises where nobody wants it any more. */
  go(count: number): void {
    this.wishes.signal?.throwIfAborted()
    this.gone += count
    if (this.whole > 0) this.wishes.progress?.(Math.min(1, this.gone / this.whole))
  }
}

/** A batch by what becomes of it. */
interface Sorted {
  known: number
  fresh: Operation[]
  ofOthers: Operation[]
  differing: Operation[]
}

type Sort = (read: ReadStore, operations: readonly Operation[]) => Promise<Sorted>
type Visit = (operations: readonly Operation[], sort: Sort) => Promise<Sorted>

async function look(
  device: Device,
  opened: OpenedBackup,
  wishes: RestoreWishes,
  way: Way,
  visit: Visit,
): Promise<RestoreSummary> {
  const { manifest } = opened
  if (manifest && manifest.agency.id !== wishes.agency.id)
    throw new BackupRefused("backup_of_other_agency", manifest.agency.name)
  const chosen = opened.contracts.filter(({ id }) => wishes.contracts?.includes(id) ?? true)
  const contracts: RestoredContract[] = []
  const seen: Visit = async (operations, sort) => {
    way.go(operations.length)
    return visit(operations, sort)
  }
  for (const found of chosen)
    contracts.push(await lookAtContract(device, opened, found, wishes.damaged ?? false, seen))
  return {
    ...(manifest && { whose: manifest.person, madeAt: manifest.made_at }),
    contracts,
    findings: opened.findings,
  }
}

async function lookAtContract(
  device: Device,
  opened: OpenedBackup,
  found: FoundContract,
  takesDamaged: boolean,
  visit: Visit,
): Promise<RestoredContract> {
  const row = await device.store.read(["contracts"], (read) => read.get("contracts", found.id))
  const result: RestoredContract = {
    ...found,
    // As the office named it, where this device was told; a file says what it likes.
    number: row?.number || found.number,
    name: row?.name || found.name,
    operations: 0,
    onDevice: 0,
    new: 0,
    newOf: [],
    ofOthers: [],
    differs: 0,
    differing: [],
    isHere: row !== undefined,
    isStrange: !row && !opened.manifest,
  }
  if (found.isDamaged && !takesDamaged) return result
  // Without a right told by the server nobody brings what others typed: a file is no witness.
  const mayBringAll = row?.right === "office"
  const sort: Sort = (read, operations) =>
    sortOperations(read, operations, mayBringAll ? undefined : device.person.id)
  const seen = new Set<string>()
  const room = { characters: DIFFERING_CHARACTERS_MAX }
  for await (const batch of opened.operations(found.id)) {
    const once = batch.filter(({ id }) => !seen.has(id) && seen.add(id))
    if (result.isStrange) result.operations += once.length
    else addUp(result, once, await visit(once, sort), { ...opened, room })
  }
  return result
}

async function sortOperations(
  read: ReadStore,
  operations: readonly Operation[],
  onlyOf: string | undefined,
): Promise<Sorted> {
  const sorted: Sorted = { known: 0, fresh: [], ofOthers: [], differing: [] }
  // Asked for at once: a turn of the database for each would be most of the time.
  const there = await Promise.all(operations.map(({ id }) => read.get("operations", id)))
  for (const [at, operation] of operations.entries()) {
    const here = there[at]
    if (here && spelled(here) === spelled(operation)) sorted.known += 1
    else if (here) sorted.differing.push(operation)
    else if (onlyOf !== undefined && operation.author !== onlyOf) sorted.ofOthers.push(operation)
    else sorted.fresh.push(operation)
  }
  return sorted
}

const spelled = (operation: Operation): string => canonicalJson(operation as unknown as FieldValue)

function addUp(
  result: RestoredContract,
  batch: readonly Operation[],
  sorted: Sorted,
  { manifest, room }: Pick<OpenedBackup, "manifest"> & { room: Room },
): void {
  result.operations += batch.length
  result.onDevice += sorted.known
  result.new += sorted.fresh.length
  result.differs += sorted.differing.length
  offer(result.differing, sorted.differing, room)
  for (const { made_at: madeAt, set } of batch) {
    if (isBefore(madeAt, result.from)) result.from = madeAt
    if (result.to === undefined || isBefore(result.to, madeAt)) result.to = madeAt
    const { work_date: date } = set
    const isLast = result.lastDay === undefined || isBefore(result.lastDay.madeAt, madeAt)
    if (isLast && typeof date === "string" && isCalendarDate(date)) result.lastDay = { date, madeAt }
  }
  for (const { author } of sorted.fresh) countAuthor(result.newOf, author, {})
  for (const { author } of sorted.ofOthers)
    countAuthor(result.ofOthers, author, manifest?.person.id === author ? { name: manifest.person.name } : {})
}

/** What there is still room for in memory. */
interface Room {
  characters: number
}

function offer(offered: Operation[], differing: readonly Operation[], room: Room): void {
  for (const one of differing) {
    room.characters -= spelled(one).length
    if (room.characters < 0 || offered.length >= DIFFERING_MAX) return
    offered.push(one)
  }
}

function countAuthor(
  counted: { author: string; name?: string; operations: number }[],
  author: string,
  named: { name?: string },
): void {
  const known = counted.find((one) => one.author === author)
  if (known) known.operations += 1
  else if (counted.length < AUTHORS_MAX) counted.push({ author, ...named, operations: 1 })
}
