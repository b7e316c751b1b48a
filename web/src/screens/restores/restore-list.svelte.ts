/** The restores that were noticed, as last told: the page shows them, the menu has a place for them where there are any. */
import type { Connection } from "../../wire/connection.ts"
import type { Failure } from "../../wire/replies.ts"
import { listRestores, type Restore } from "../../wire/restores.ts"

export class RestoreList {
  /** Undefined: nobody has told yet. */
  told = $state.raw<readonly Restore[]>()
  obstacle = $state.raw<Failure>()
  isReading = $state(false)
  private readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** What was told before stays in sight until there is something newer. Asked twice at a time is asked once. */
  async read(): Promise<void> {
    if (this.isReading) return
    this.isReading = true
    try {
      const reply = await listRestores(this.connection)
      this.obstacle = reply.kind === "ok" ? undefined : reply
      if (reply.kind === "ok") this.told = reply.value
    } finally {
      this.isReading = false
    }
  }
}

const listByConnection = new WeakMap<Connection, RestoreList>()

/** The same as long as the same person is signed in. */
export function restoreListOf(connection: Connection): RestoreList {
  const known = listByConnection.get(connection) ?? new RestoreList(connection)
  listByConnection.set(connection, known)
  return known
}
