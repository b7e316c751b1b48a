/** A decision, a voiding or a bringing back that could not be saved, as a file: what was meant and why. */
import { spellInstant } from "../core/dates.ts"
import type { FieldValue } from "../core/operation.ts"
import type { Tallybook } from "./context.ts"
import { offerFile } from "./offer-file.ts"

/** Keys and values as they stand in the file. */
export interface UnsavedAct {
  act: "decide" | "void" | "bring_back"
  contract: string
  record: string
  reason: string
  /** Of a decision: the held operation, what was chosen, and what it would have written. */
  target?: string
  choice?: string
  fields?: Record<string, FieldValue | undefined>
}

export function spellActFile(act: UnsavedAct, email: string, typedAt: string): string {
  const what = "An act in Tallybook that could not be saved on its device: do it again."
  return `${JSON.stringify({ what, ...act, typed_by: email, typed_at: typedAt }, null, 2)}\n`
}

/** "tallybook-bring-back-2026-11-19.json". */
export const nameActFile = ({ act }: Pick<UnsavedAct, "act">, typedAt: string): string =>
  `tallybook-${act.replace("_", "-")}-${typedAt.slice(0, 10)}.json`

/** As a download, with the time that it is now. */
export function offerAct({ device, person }: Pick<Tallybook, "device" | "person">, act: UnsavedAct): void {
  const typedAt = spellInstant(device.now())
  offerFile(nameActFile(act, typedAt), "application/json", spellActFile(act, person.email, typedAt))
}
