/** Revising, voiding and bringing back an entry, upon what the person saw when he began. */
import type { Entry } from "../core/entry.ts"
import type { Fields, Operation } from "../core/operation.ts"
import { VOIDED } from "../core/record-types.ts"
import type { Device } from "../store/device.ts"
import { deleteDraft } from "../store/drafts.ts"
import {
  changedFields,
  saveOperation,
  signOperation,
  whatWasSeen,
  type SaveOptions,
} from "./make-operation.ts"

/**
 * `seen` is the entry as it was when the form was opened, not as it is now: what a sync brought while
 * somebody was typing was not seen by him. Returns undefined where nothing differs from it: then only
 * the draft goes. Raises NotSaved.
 */
export async function reviseRecord(
  device: Device,
  seen: Entry,
  changes: Fields,
  reason?: string,
  options: SaveOptions = {},
): Promise<Operation | undefined> {
  const set = changedFields(seen.fields, changes)
  if (Object.keys(set).length > 0) return saveRevision(device, seen, set, reason, options)
  if (options.draft !== undefined) await deleteDraft(device.store, options.draft)
  return undefined
}

/** Out of every sum, still there to read. The office asks for the reason. Raises NotSaved. */
export function voidRecord(
  device: Device,
  seen: Entry,
  reason: string,
  options: SaveOptions = {},
): Promise<Operation> {
  return saveRevision(device, seen, { [VOIDED]: true }, reason, options)
}

/** Into the sums again. Raises NotSaved. */
export function bringBackRecord(
  device: Device,
  seen: Entry,
  reason: string,
  options: SaveOptions = {},
): Promise<Operation> {
  return saveRevision(device, seen, { [VOIDED]: false }, reason, options)
}

function saveRevision(
  device: Device,
  seen: Entry,
  set: Fields,
  reason: string | undefined,
  options: SaveOptions,
): Promise<Operation> {
  const why = reason?.trim()
  const made = {
    ...signOperation(device, seen.contract),
    type: seen.type,
    record: seen.record,
    verb: "revise" as const,
    set,
    ...whatWasSeen(seen.type, set, seen),
    ...(why && { reason: why }),
  }
  return saveOperation(device, made, options)
}
