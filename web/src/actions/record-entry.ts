/** Recording a note or a transaction: a new record, saved on this device and queued for the office. */
import { normaliseFields } from "../core/checks.ts"
import { withoutNulls } from "../core/merging.ts"
import type { Fields, Operation } from "../core/operation.ts"
import type { FieldType } from "../core/record-types.ts"
import type { Device } from "../store/device.ts"
import { saveOperation, signOperation, type SaveOptions } from "./make-operation.ts"

/** Raises NotSaved: then nothing of it was kept, and the form still has it. */
export function recordNote(
  device: Device,
  contract: string,
  fields: Fields,
  options: SaveOptions = {},
): Promise<Operation> {
  return recordEntry(device, contract, "note", fields, options)
}

/** Raises NotSaved: then nothing of it was kept, and the form still has it. */
export function recordItemTransaction(
  device: Device,
  contract: string,
  fields: Fields,
  options: SaveOptions = {},
): Promise<Operation> {
  return recordEntry(device, contract, "item_transaction", fields, options)
}

function recordEntry(
  device: Device,
  contract: string,
  type: FieldType,
  fields: Fields,
  options: SaveOptions,
): Promise<Operation> {
  const made = {
    ...signOperation(device, contract),
    type,
    record: device.newId(),
    verb: "create" as const,
    set: withoutNulls(normaliseFields(fields)),
  }
  return saveOperation(device, made, options)
}
