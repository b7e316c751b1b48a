/** From what a person typed, and what his screen showed, to an operation. */
import type { Entry } from "../core/entry.ts"
import { normaliseFields } from "../core/checks.ts"
import { spellInstant } from "../core/dates.ts"
import { isSameValue } from "../core/merging.ts"
import type { Fields, Operation } from "../core/operation.ts"
import { SCHEMA, togetherWith, VOIDED } from "../core/record-types.ts"
import type { Device } from "../store/device.ts"
import { appendOperation, APPEND_TABLES, type NewOperation } from "../store/outbox.ts"

export interface SaveOptions {
  /** The draft that becomes this operation: deleted in the same write. */
  draft?: string
}

/** What every operation of this person on this device says about itself. */
export function signOperation(
  device: Device,
  contract: string,
): Pick<NewOperation, "id" | "device" | "contract" | "author" | "made_at" | "app" | "schema"> {
  return {
    id: device.newId(),
    device: device.id,
    contract,
    author: device.person.id,
    made_at: spellInstant(device.now()),
    app: device.app,
    schema: SCHEMA,
  }
}

/** What the person saw of the fields in `set`, of those that belong together with them, and of `voided`. */
export function whatWasSeen(
  type: string,
  set: Fields,
  seen: Pick<Entry, "fields" | "writers" | "revision">,
): Pick<Operation, "base" | "seen" | "revision"> {
  const names = namesLookedAt(type, set, seen)
  const base: Fields = {}
  const writers: Record<string, string> = {}
  for (const name of names) {
    const [value, writer] = [seen.fields[name], seen.writers[name]]
    if (value !== undefined && value !== null) base[name] = value
    if (writer !== undefined) writers[name] = writer
  }
  return { base, seen: shorten(writers, names.size), revision: seen.revision }
}

function namesLookedAt(
  type: string,
  set: Fields,
  { fields, writers }: Pick<Entry, "fields" | "writers">,
): Set<string> {
  const names = new Set([...Object.keys(set).flatMap((name) => togetherWith(type, name)), VOIDED])
  // Voiding and bringing back look at the whole record.
  if (VOIDED in set) for (const name of [...Object.keys(fields), ...Object.keys(writers)]) names.add(name)
  return names
}

/** One id alone where every field that was looked at has the same writer. */
function shorten(writers: Record<string, string>, looked_at: number): string | Record<string, string> {
  const ids = Object.values(writers)
  const [first] = ids
  return first !== undefined && ids.length === looked_at && new Set(ids).size === 1 ? first : writers
}

/** The fields that differ from what was seen, in their one spelling; a cleared one is null. */
export function changedFields(seen: Fields, typed: Fields): Fields {
  const changed = Object.entries(normaliseFields(typed)).filter(
    ([name, value]) => !isSameValue(value, seen[name] ?? null),
  )
  return Object.fromEntries(changed)
}

/** One local write: the operation in, its draft out; both, or neither. Raises NotSaved. */
export function saveOperation(
  device: Device,
  made: NewOperation,
  { draft }: SaveOptions,
): Promise<Operation> {
  return device.store.write(APPEND_TABLES, (write) => {
    if (draft !== undefined) write.delete("drafts", draft)
    return appendOperation(write, made)
  })
}
