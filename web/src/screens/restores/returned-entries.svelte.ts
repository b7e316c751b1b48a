/** What one device brought back, as far as it was asked for. */
import type { Connection } from "../../wire/connection.ts"
import type { Failure } from "../../wire/replies.ts"
import { listReturned, type ReturnedEntry } from "../../wire/restores.ts"

export class ReturnedEntries {
  shown = $state.raw<readonly ReturnedEntry[]>()
  more = $state(false)
  obstacle = $state.raw<Failure>()
  isReading = $state(false)
  private readonly connection: Connection
  private readonly id: string

  constructor(connection: Connection, id: string) {
    this.connection = connection
    this.id = id
  }

  /** The first page, or the next. Pressed twice is asked once. */
  async read(): Promise<void> {
    if (this.isReading) return
    this.isReading = true
    this.obstacle = undefined
    const known = this.shown ?? []
    try {
      const reply = await listReturned(this.connection, this.id, known.at(-1)?.seq)
      if (reply.kind !== "ok") {
        this.obstacle = reply
        return
      }
      this.shown = [...known, ...reply.value.entries]
      this.more = reply.value.more
    } finally {
      this.isReading = false
    }
  }
}
