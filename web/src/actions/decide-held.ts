/** Deciding a held operation: apply it, perhaps with other values, or set it aside. */
import type { Entry } from "../core/entry.ts"
import type { DecisionChoice, Fields, Operation } from "../core/operation.ts"
import { normaliseFields } from "../core/checks.ts"
import type { Device } from "../store/device.ts"
import type { HeldView } from "../store/queries.ts"
import { saveOperation, signOperation, whatWasSeen, type SaveOptions } from "./make-operation.ts"

/**
 * Decide upon what the person sees: `view` is the held operation with the entry as it was shown to
 * him. `set` are the values that he chose, nothing where it is set aside. Raises NotSaved.
 */
export function decideHeld(
  device: Device,
  view: HeldView,
  choice: DecisionChoice,
  set: Fields,
  reason: string,
  options: SaveOptions = {},
): Promise<Operation> {
  const { operation: held } = view.held
  const chosen = choice === "apply" ? normaliseFields(set) : {}
  const made = {
    ...signOperation(device, view.contract),
    type: held.type,
    record: held.record,
    verb: "decide" as const,
    target: held.id,
    choice,
    set: chosen,
    ...(choice === "apply" && whatWasSeen(held.type, chosen, seenIn(view))),
    reason: reason.trim(),
  }
  return saveOperation(device, made, options)
}

/** An entry that exists only as the held operation itself is no record yet: nothing of it was written. */
function seenIn({ entry }: HeldView): Pick<Entry, "fields" | "writers" | "revision"> {
  return entry && !entry.isImagined ? entry : { fields: {}, writers: {}, revision: 0 }
}
