/** What the person sees: images with his unconfirmed operations on top, where what they saw is still so. */
import type { Entry, Whereabouts } from "./entry.ts"
import { findConflicts, fold, seenWriter, writerOf, writersOf, type Mergeable } from "./merging.ts"
import type { Answer, EndOfHold, HeldOperation, Image, Operation } from "./operation.ts"
import { VOIDED } from "./record-types.ts"

/** An own operation whose journey this device still follows. */
export interface OwnOperation {
  operation: Operation
  /** Absent while it waits in the outbox. */
  answer?: Answer
  /** The end of its hold, where the feed told of one. */
  ended?: { seq: number; how: EndOfHold }
  /** The person wants to see it no longer: it came without a right, and stands on no screen but its own list. */
  dismissed?: 1
}

/** How far the images at hand reach. */
export interface Reached {
  /** The seq that the last complete pull reached. */
  whole: number
  /** They are of a ledger that the server no longer has: its seqs say nothing about answers. */
  isStale: boolean
}

export interface RecordParts {
  contract: string
  record: string
  image?: Image | undefined
  own: readonly OwnOperation[]
  held: readonly HeldOperation[]
  reached: Reached
}

/** Whether the feed has brought back what the server made of it. Not by the cursor: see the protocol. */
export function isConfirmed({ answer }: OwnOperation, image: Image | undefined, reached: Reached): boolean {
  if (answer?.seq === undefined || reached.isStale) return false
  return reached.whole >= answer.seq || (image?.seq ?? 0) >= answer.seq
}

/** Held or superseded: nothing of it is on top, and somebody must look at it. */
export function isStuck({ answer }: OwnOperation): boolean {
  return answer?.state === "held" || answer?.state === "superseded"
}

/** Whether an own held operation is one no longer, as far as the feed has told. */
export function isHoldOver(
  { operation, answer, ended }: OwnOperation,
  image: Image | undefined,
  reached: Reached,
): boolean {
  if (!ended && answer?.seq === undefined) return hasWritten(operation.id, image) // forbidden, until it is handed over
  if (!ended) return !reached.isStale && reached.whole >= (answer?.seq ?? Infinity)
  if (ended.how === "set_aside" || ended.how === "superseded") return true
  // What it became may come on a later page than the end of the hold: until then it stays in sight.
  return !reached.isStale && (reached.whole >= ended.seq || (image?.seq ?? 0) >= ended.seq)
}

/** The entry, or undefined where there is nothing to show of the record. Cost: one pass over its operations. */
export function viewRecord(parts: RecordParts): Entry | undefined {
  const { image, own, held, reached } = parts
  const heldIds = new Set(held.map((one) => one.operation.id))
  const stuck = own.filter(
    (one) =>
      isStuck(one) &&
      (!one.dismissed || one.ended) &&
      !heldIds.has(one.answer?.id ?? "") &&
      !isHoldOver(one, image, reached),
  )
  const beneath = findBeneath(image, own)
  const moving = own.filter(
    (one) =>
      !isStuck(one) &&
      !isConfirmed(one, image, reached) &&
      // The feed may know what became of it before its lost answer comes again.
      !beneath.has(one.operation.id) &&
      !heldIds.has(one.operation.id),
  )
  const waiting = [...held.map((one) => one.operation), ...stuck.map((one) => one.operation)].filter(isChange)
  const changes = moving.map((one) => one.operation).filter(isChange)
  const onTop = putOnTop(image, changes, reached)
  const imagined = onTop.shown ? undefined : imagine([...waiting, ...onTop.left])
  const { shown, last, left } = imagined
    ? putOnTop(
        imagined.record,
        onTop.left.filter((one) => one !== imagined.operation),
        reached,
      )
    : onTop
  if (!shown) return undefined
  return {
    ...describe(parts, shown, last ?? image ?? imagined?.operation),
    where: locate(parts, stuck),
    beside: [...waiting, ...left].filter((one) => one.id !== imagined?.operation.id),
    ...(image && { image }),
    ...(imagined && { isImagined: true as const }),
  }
}

const isChange = (operation: Operation): boolean => operation.verb !== "decide"

/** Whether a record as it stands has something that this operation wrote: then the server applied it. */
export function hasWritten(operationId: string, image: Image | undefined): boolean {
  if (!image) return false
  return image.by === operationId || Object.values(image.by_field).includes(operationId)
}

/**
 * What the record builds upon, as far as the own operations tell: who wrote in it, what those had seen, and so on.
 * The server takes no revise whose seen writer it has not, so all of these are settled, whatever became of their
 * answers: a restored backup has none, and a value that was changed and changed back would come on top again.
 */
function findBeneath(image: Image | undefined, own: readonly OwnOperation[]): ReadonlySet<string> {
  const beneath = new Set<string>()
  if (!image || own.length === 0) return beneath
  const byId = new Map(own.map(({ operation }) => [operation.id, operation]))
  const next = [image.by, ...Object.values(image.by_field)]
  for (let id = next.pop(); id !== undefined; id = next.pop()) {
    if (beneath.has(id)) continue
    beneath.add(id)
    const operation = byId.get(id)
    if (operation) next.push(...seenWriters(operation), ...(operation.target ? [operation.target] : []))
  }
  return beneath
}

const seenWriters = ({ seen }: Operation): string[] =>
  typeof seen === "string" ? [seen] : Object.values(seen ?? {})

interface OnTop {
  shown: Mergeable | undefined
  last: Operation | undefined
  left: Operation[]
}

/** Fold what fits, in order. Of operations from several devices one may build on a later one: then once more. */
function putOnTop(
  image: Mergeable | undefined,
  operations: readonly Operation[],
  { isStale }: Reached,
): OnTop {
  let [shown, last]: [Mergeable | undefined, Operation | undefined] = [image, undefined]
  let left = [...operations]
  for (let again = left; again.length > 0;) {
    const folded = new Set<Operation>()
    for (const operation of again) {
      if (!fits(operation, shown) || (isStale && isPerhapsBeneath(operation, shown))) continue
      shown = fold(shown, operation)
      last = operation
      folded.add(operation)
    }
    left = left.filter((one) => !folded.has(one))
    // What did not fit for another reason stays out: it would come on top of what was typed after it.
    again = left.filter((one) => buildsOnLater(one, folded, operations))
  }
  return { shown, last, left }
}

function buildsOnLater(
  operation: Operation,
  folded: ReadonlySet<Operation>,
  operations: readonly Operation[],
): boolean {
  const later = operations.slice(operations.indexOf(operation) + 1)
  const writers = new Set(seenWriters(operation))
  return later.some((one) => folded.has(one) && writers.has(one.id))
}

function fits(operation: Operation, shown: Mergeable | undefined): boolean {
  if (!shown) return operation.verb === "create"
  return findConflicts(operation.type, operation, shown).length === 0
}

/**
 * Each field that it sets was written since its author looked, and has the value that he wanted. On images that no
 * answer belongs to it was most likely settled long ago, and somebody came back to its value: put on top, it would
 * bring what was typed upon it on top as well.
 */
function isPerhapsBeneath({ set, seen, verb }: Operation, shown: Mergeable | undefined): boolean {
  if (!shown || verb === "create") return false
  return Object.keys(set).every((name) => writerOf(shown, name) !== seenWriter(seen, name))
}

interface Imagined {
  record: Mergeable
  operation: Operation
}

/**
 * There is no record: it was never made, or a restored server lacks it. What was typed still stands on
 * the screen until somebody decides, upon what its author saw.
 */
function imagine(without: readonly Operation[]): Imagined | undefined {
  const operation = without.find((one) => one.verb === "create") ?? without[0]
  if (!operation) return undefined
  return {
    record: fold(undefined, { ...operation, set: { ...operation.base, ...operation.set } }),
    operation,
  }
}

function describe(
  { contract, record, image }: RecordParts,
  base: Mergeable,
  last: Operation | Image | undefined,
): Omit<Entry, "where" | "beside" | "image" | "isImagined"> {
  return {
    contract,
    record,
    type: image?.type ?? last?.type ?? "",
    fields: base.fields,
    revision: base.revision,
    author: last?.author ?? "",
    madeAt: last?.made_at ?? "",
    voided: base.fields[VOIDED] === true,
    writers: writersOf(base),
  }
}

/** Needs attention before Saved on this device before At the office: the least sure word of all that is in it. */
function locate({ own, held }: RecordParts, stuck: readonly OwnOperation[]): Whereabouts {
  if (held.length > 0 || stuck.some((one) => isChange(one.operation) || one.answer?.state === "held"))
    return "attention"
  return own.some((one) => !one.answer && isChange(one.operation)) ? "device" : "office"
}
