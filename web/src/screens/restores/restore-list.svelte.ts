/** The restores that were noticed, as last told: the page shows them, the menu has a place for them where there are any. */
import { onceEach } from "../once-each.ts"
import type { Connection } from "../../wire/connection.ts"
import type { Failure } from "../../wire/replies.ts"
import { listRestores, type Restore } from "../../wire/restores.ts"
import type { Tallybook } from "../context.ts"

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

type SignedIn = Pick<Tallybook, "connection">

/** The same as long as the same person is signed in; the connection outlives him. */
export const restoreListOf = onceEach(({ connection }: SignedIn) => new RestoreList(connection))
