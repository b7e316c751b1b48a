/** Whether what somebody typed fits onto a record as it stands, and the record after it. */
import { canonicalJson } from "./canonical-json.ts"
import type { Fields, FieldValue, Operation } from "./operation.ts"
import { togetherWith, VOIDED } from "./record-types.ts"

/** What merging needs of a record; an `Image` has it. */
export interface Mergeable {
  fields: Fields
  by: string
  by_field: Record<string, string>
  revision: number
}

/** What merging needs of an operation. */
export type Change = Pick<Operation, "id" | "verb" | "set" | "base" | "seen">

/** The operation that last wrote a field; undefined: it was never written. */
export function writerOf(image: Mergeable, name: string): string | undefined {
  return image.by_field[name] ?? (name in image.fields ? image.by : undefined)
}

/** The writer that the person saw on a field; undefined: it looked never written. */
export function seenWriter(seen: Change["seen"], name: string): string | undefined {
  return typeof seen === "string" ? seen : seen?.[name]
}

/** Every field that was ever written, with its writer. */
export function writersOf(image: Mergeable): Record<string, string> {
  const writers: Record<string, string> = {}
  for (const name of Object.keys(image.fields)) writers[name] = image.by
  return { ...writers, ...image.by_field }
}

/**
 * The fields that must be as the person saw them: those that he sets, those that belong together
 * with them, and `voided`; the whole record where he sets `voided`. A create of a record that
 * exists looks at what it sets and what belongs with it.
 */
function fieldsLookedAt(type: string, change: Change, image: Mergeable): Set<string> {
  const names = new Set(Object.keys(change.set).flatMap((name) => togetherWith(type, name)))
  if (VOIDED in change.set) {
    for (const name of [...Object.keys(image.fields), ...Object.keys(image.by_field)]) names.add(name)
  } else if (change.verb !== "create") names.add(VOIDED)
  return names
}

/**
 * The fields on which the operation and the record disagree, sorted; none: it may be applied. A field
 * fits where its writer is the one that the person saw, or where it already has the value that he
 * wants. Absent and null are the same. Cost: one pass over the fields looked at.
 *
 * Source: docs/sync-protocol.md, "Settling"; vectors: protocol/vectors/merging.json.
 */
export function findConflicts(type: string, change: Change, image: Mergeable): string[] {
  const [seen, base] = change.verb === "create" ? [undefined, undefined] : [change.seen, change.base]
  const wanted = (name: string): FieldValue => (name in change.set ? change.set[name] : base?.[name]) ?? null
  return [...fieldsLookedAt(type, change, image)]
    .filter((name) => writerOf(image, name) !== seenWriter(seen, name))
    .filter((name) => !isSameValue(image.fields[name] ?? null, wanted(name)))
    .sort()
}

/** The record after the operation wrote, with no judgement left to make. */
export function fold(image: Mergeable | undefined, change: Change): Mergeable {
  if (!image) return { fields: withoutNulls(change.set), by: change.id, by_field: {}, revision: 1 }
  const by_field = { ...image.by_field }
  for (const name of Object.keys(change.set)) by_field[name] = change.id
  const fields = withoutNulls({ ...image.fields, ...change.set })
  return { fields, by: image.by, by_field, revision: image.revision + 1 }
}

export function isSameValue(one: FieldValue, other: FieldValue): boolean {
  if (one === other) return true
  if (typeof one !== "object" || typeof other !== "object") return false
  return canonicalJson(one) === canonicalJson(other)
}

export function withoutNulls(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null))
}
