/** Held operations as a screen gets them, for tests. */
import type { Entry } from "../../../core/entry.ts"
import { writersOf } from "../../../core/merging.ts"
import type { Fields, HeldOperation, Image, Operation } from "../../../core/operation.ts"
import type { HeldView } from "../../../store/queries.ts"

export const ANN = "01990000-0000-7000-8000-00000000000a"
export const BO = "01990000-0000-7000-8000-00000000000b"
export const ITEM = "01990000-0000-7000-8000-0000000000e1"
export const CONTRACT = "01990000-0000-7000-8000-0000000000c1"

export const seenFields: Fields = {
  item: ITEM,
  work_date: "2026-11-19",
  quantity: "1",
  location: "18+22",
  documentation: "counted",
}

export function operation(parts: Partial<Operation> = {}): Operation {
  return {
    id: "01990000-0000-7000-8000-0000000000d1",
    device: "01990000-0000-7000-8000-0000000000f1",
    number: 1,
    contract: CONTRACT,
    type: "item_transaction",
    record: "01990000-0000-7000-8000-0000000000a1",
    verb: "revise",
    set: { quantity: "2" },
    base: seenFields,
    seen: "o1",
    revision: 1,
    author: ANN,
    made_at: "2026-11-19T09:47:00.000-06:00",
    app: "test",
    schema: 1,
    ...parts,
  }
}

export function image(fields: Fields): Image {
  return {
    seq: 8,
    type: "item_transaction",
    record: "01990000-0000-7000-8000-0000000000a1",
    revision: 2,
    fields,
    by: "o2",
    by_field: {},
    author: BO,
    made_at: "2026-11-19T10:12:00.000-06:00",
    received_at: "2026-11-19T17:05:00.000Z",
  }
}

function entryOf(standing: Image): Entry {
  return {
    contract: CONTRACT,
    record: standing.record,
    type: standing.type,
    fields: standing.fields,
    revision: standing.revision,
    author: standing.author,
    madeAt: standing.made_at,
    voided: standing.fields["voided"] === true,
    where: "attention",
    writers: writersOf(standing),
    beside: [],
    image: standing,
  }
}

/** What somebody held wants, upon what stands; without `theirs` there is no such record. */
export function heldView(
  held: Partial<Operation>,
  theirs?: Fields,
  more: Partial<HeldOperation> &
    Partial<Pick<HeldView, "state" | "mayDecide" | "mayDismiss" | "myDecision">> = {},
): HeldView {
  const made = operation(held)
  const { state = "held", mayDecide = true, mayDismiss = false, myDecision, ...rest } = more
  const base = made.base ?? {}
  return {
    contract: CONTRACT,
    contractNumber: "SP 1",
    state,
    held: { seq: 9, operation: made, reason: "conflict", ...rest },
    base,
    theirs: theirs ?? {},
    mine: Object.fromEntries(Object.entries({ ...base, ...made.set }).filter(([, value]) => value !== null)),
    ...(theirs && { entry: entryOf(image(theirs)) }),
    mayDecide,
    mayDismiss,
    ...(myDecision && { myDecision }),
  }
}
