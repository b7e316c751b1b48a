/** How much is unclaimed, as far as was last told: beside the menu's place. */
import { onceEach } from "../once-each.ts"
import type { Connection } from "../../wire/connection.ts"
import { listUnclaimedGroups } from "../../wire/unclaimed.ts"
import type { Tallybook } from "../context.ts"

class UnclaimedCount {
  /** Undefined: nobody has told yet. */
  open = $state<number>()

  async ask(connection: Connection): Promise<void> {
    const reply = await listUnclaimedGroups(connection)
    if (reply.kind === "ok") this.open = reply.value.reduce((sum, { count }) => sum + count, 0)
  }
}

type SignedIn = Pick<Tallybook, "connection">

/** The same as long as the same person is signed in; the connection outlives him. */
export const unclaimedCountOf = onceEach((_signedIn: SignedIn) => new UnclaimedCount())
