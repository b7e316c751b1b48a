/** How much of a backup file the office has already: said before anything is restored, where there is a connection. */
import type { OpenedBackup } from "../../backup/read-backup.ts"
import type { Connection } from "../../wire/connection.ts"
import { countKnown } from "../../wire/known.ts"

/**
 * Of one contract; undefined where the office cannot be asked, or does not tell this person. Cost: a request for
 * each 500 entries, and one more pass over them in the file. Raises what reading the file raises, and the signal's reason.
 */
export async function countAtOffice(
  connection: Connection,
  opened: OpenedBackup,
  contract: string,
  signal: AbortSignal,
): Promise<number | undefined> {
  const seen = new Set<string>()
  let count = 0
  for await (const batch of opened.operations(contract)) {
    signal.throwIfAborted()
    const ids = batch.map(({ id }) => id).filter((id) => !seen.has(id) && seen.add(id))
    const reply = await countKnown(connection, contract, ids, signal)
    if (reply.kind !== "ok") return undefined
    count += reply.value
  }
  return count
}
