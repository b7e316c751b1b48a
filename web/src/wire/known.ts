/** Which operations the office has already: told to people before a backup file is restored. */
import type { Connection } from "./connection.ts"
import { json } from "./read-json.ts"
import type { Reply } from "./replies.ts"

/** How many of these ids, at most 500, the contract's ledger has. */
export function countKnown(
  connection: Connection,
  contract: string,
  operations: readonly string[],
  signal: AbortSignal,
): Promise<Reply<number>> {
  return connection.request({
    method: "POST",
    path: `/api/sync/v1/contracts/${encodeURIComponent(contract)}/known`,
    json: { operations },
    signal,
    read: json((body) => {
      const { known } = (body ?? {}) as { known?: unknown }
      return Array.isArray(known) ? known.length : undefined
    }),
  })
}
