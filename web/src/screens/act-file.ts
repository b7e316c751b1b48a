/** A decision, a voiding or a bringing back that could not be saved, as a file: what was meant and why. */
import type { FieldValue } from "../core/operation.ts"

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
