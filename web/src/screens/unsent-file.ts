/** What is only on this device, as a file: one operation a line, as it will be sent. */
import type { Operation } from "../core/operation.ts"

export const NDJSON = "application/x-ndjson"

export function spellUnsent(operations: readonly Operation[]): string {
  return operations.map((operation) => `${JSON.stringify(operation)}\n`).join("")
}

/** What waits, and what is in the second copy alone; one that is in both comes once. */
export function joinUnsent(waiting: readonly Operation[], stranded: readonly Operation[]): Operation[] {
  const known = new Set(waiting.map((one) => one.id))
  return [...waiting, ...stranded.filter((one) => !known.has(one.id))]
}

/** "tallybook-unsent-ann-2026-11-19.ndjson". */
export function nameUnsentFile(email: string, date: string): string {
  return `tallybook-unsent-${plain(email.split("@")[0] ?? "")}-${date}.ndjson`
}

/** Letters and digits that any disk takes. */
export const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "") || "entry"
