/** How much is unclaimed, as far as was last told: beside the menu's place. */
import type { Connection } from "../../wire/connection.ts"
import { listUnclaimedGroups } from "../../wire/unclaimed.ts"

class UnclaimedCount {
  /** Undefined: nobody has told yet. */
  open = $state<number>()

  async ask(connection: Connection): Promise<void> {
    const reply = await listUnclaimedGroups(connection)
    if (reply.kind === "ok") this.open = reply.value.reduce((sum, { count }) => sum + count, 0)
  }
}

const countByConnection = new WeakMap<Connection, UnclaimedCount>()

/** The same as long as the same person is signed in. */
export function unclaimedCountOf(connection: Connection): UnclaimedCount {
  const known = countByConnection.get(connection) ?? new UnclaimedCount()
  countByConnection.set(connection, known)
  return known
}
