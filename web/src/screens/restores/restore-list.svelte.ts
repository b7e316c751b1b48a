/** The restores that were noticed, as last told: the page shows them, the menu has a place for them where there are any. */
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

const listBySignedIn = new WeakMap<SignedIn, RestoreList>()

/** The same as long as the same person is signed in; the connection outlives him. */
export function restoreListOf(tallybook: SignedIn): RestoreList {
  const known = listBySignedIn.get(tallybook) ?? new RestoreList(tallybook.connection)
  listBySignedIn.set(tallybook, known)
  return known
}
