/** Law 11, as the one who typed sees it: what he typed is on his screen, or beside it, until it is settled. */
import type { Entry } from "../../core/entry.ts"
import type { Operation } from "../../core/operation.ts"
import { isFieldType } from "../../core/record-types.ts"
import { hasWritten } from "../../core/view.ts"
import type { EntryDetail, OwnHistory } from "../../store/queries.ts"
import { readDay, readEntry } from "../../store/queries.ts"
import type { TestDevice } from "./test-device.ts"

/** What is looked at: a device's database, past every fault of it. */
export type Looked = Pick<TestDevice, "store" | "contract" | "operations">

/** What is missing on the screen of a device, in words; undefined: nothing. `see` is given each entry that stands there. */
export async function findVanished(
  device: Looked,
  see: (entry: Entry) => void = () => undefined,
): Promise<string | undefined> {
  if (await isGivenBack(device)) return undefined
  const operations = (await device.operations()).filter(isShownOnDays)
  const days = new Map<string, ReadonlySet<string>>()
  for (const record of new Set(operations.map((one) => one.record))) {
    const detail = await readEntry(device.store, device.contract, record)
    if (!detail && (await isSetAside(device, record))) continue
    if (!detail) return `record ${record} is gone`
    see(detail.entry)
    const date = detail.entry.fields["work_date"] as string
    const day = days.get(date) ?? (await readRecordsOf(device, date))
    days.set(date, day)
    if (!day.has(record)) return `${record} is not on ${date}`
    const lost = detail.operations.find((one) => one.operation.verb !== "decide" && isLost(detail, one))
    if (lost)
      return `operation ${JSON.stringify(lost)} is neither in ${JSON.stringify(detail.entry)} nor beside it`
  }
  return undefined
}

/** The person checked the contract in, with all of it at the office: no record is here that could show it. */
async function isGivenBack({ store, contract }: Looked): Promise<boolean> {
  const row = await store.read(["contracts"], (read) => read.get("contracts", contract))
  return row !== undefined && !row.isWanted && !row.live && row.position.known > 0
}

/** What is written in the field; of other types no screen of the field shows anything. */
const isShownOnDays = ({ verb, type }: Operation): boolean => verb !== "decide" && isFieldType(type)

/** What was never a record is gone when somebody set it aside, and nothing else about it is on its way. */
async function isSetAside({ store, contract }: Looked, record: string): Promise<boolean> {
  return store.read(["operations", "answers", "unconfirmed"], async (read) => {
    const range = { index: "by_record", prefix: [contract, record] }
    const operations = (await read.list("operations", range)).filter((one) => one.verb !== "decide")
    const answers = await Promise.all(operations.map((one) => read.get("answers", [contract, one.id])))
    const rows = (await read.list("unconfirmed", range)).filter((row) => row.operation.verb !== "decide")
    return (
      answers.every((one) => one?.answer.state === "held") &&
      rows.every((row) => row.ended?.how === "set_aside")
    )
  })
}

async function readRecordsOf(device: Looked, date: string): Promise<ReadonlySet<string>> {
  const { notes, transactions } = await readDay(device.store, device.contract, date)
  return new Set([...notes, ...transactions].map((entry) => entry.record))
}

/** Not answered, or answered and not yet brought back by the feed: then what was typed must be there. */
function isLost({ entry, operations, held }: EntryDetail, { operation, answer }: OwnHistory): boolean {
  if (entry.beside.some((one) => one.id === operation.id)) return false
  if (answer?.state === "held")
    return held.some((one) => one.operation.id === operation.id) && !entry.isImagined
  if ((entry.image?.seq ?? 0) >= (answer?.seq ?? Infinity)) return false
  const all = operations.map((one) => one.operation)
  // It is in the record as the office has it, or what was typed upon it is: its answer was lost, or came on another
  // device. The office writes nothing that was typed upon what it has not.
  if ([...findUpon(all, [operation.id])].some((id) => hasWritten(id, entry.image))) return false
  const later = findLater(all, operation)
  return Object.keys(operation.set).some(
    (name) => !isShown(entry, operation, name) && !later.has(entry.writers[name] ?? ""),
  )
}

/** Typed later on the same device, or upon this by whatever device: a backup brings operations of several. */
function findLater(operations: readonly Operation[], { id, device, number }: Operation): ReadonlySet<string> {
  const after = operations.filter((one) => one.device === device && one.number > number)
  return findUpon(operations, [id, ...after.map((one) => one.id)])
}

/** These, and all that was typed upon them. */
function findUpon(operations: readonly Operation[], ids: readonly string[]): ReadonlySet<string> {
  const upon = new Set(ids)
  const isUpon = ({ seen, target = "" }: Operation): boolean =>
    [target, ...(typeof seen === "string" ? [seen] : Object.values(seen ?? {}))].some((one) => upon.has(one))
  for (let size = 0; size < upon.size;) {
    size = upon.size
    for (const one of operations) if (isUpon(one)) upon.add(one.id)
  }
  return upon
}

function isShown(entry: EntryDetail["entry"], { id, set }: Operation, name: string): boolean {
  return entry.writers[name] === id || (entry.fields[name] ?? null) === set[name]
}
