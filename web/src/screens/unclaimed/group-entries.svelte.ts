/** What one person delivered for one contract: as far as it was asked for, and what of it is chosen. */
import { SvelteSet } from "svelte/reactivity"
import { nameIds } from "../../ui/words/unclaimed.ts"
import type { NamedIds } from "../../ui/words/values.ts"
import type { Connection } from "../../wire/connection.ts"
import type { Failure } from "../../wire/replies.ts"
import {
  listUnclaimed,
  type UnclaimedEntry,
  type UnclaimedPage,
  type UnclaimedQuery,
} from "../../wire/unclaimed.ts"

export interface ShownEntry {
  entry: UnclaimedEntry
  /** Of the page on which it came. */
  people: UnclaimedPage["people"]
  named: NamedIds
}

export class UnclaimedEntries {
  shown = $state.raw<readonly ShownEntry[]>()
  more = $state(false)
  obstacle = $state.raw<Failure>()
  isReading = $state(false)
  readonly chosen = new SvelteSet<string>()
  private readonly connection: Connection
  private readonly query: UnclaimedQuery

  constructor(connection: Connection, query: UnclaimedQuery) {
    this.connection = connection
    this.query = query
  }

  /** The first page, or the next. Pressed twice is asked once. */
  async read(): Promise<void> {
    if (this.isReading) return
    this.isReading = true
    this.obstacle = undefined
    const known = this.shown ?? []
    const after = known.at(-1)?.entry.id
    try {
      const reply = await listUnclaimed(this.connection, { ...this.query, ...(after && { after }) })
      if (reply.kind !== "ok") {
        this.obstacle = reply
        return
      }
      const page = reply.value
      const named = nameIds(page)
      this.shown = [...known, ...page.entries.map((entry) => ({ entry, people: page.people, named }))]
      this.more = page.more
    } finally {
      this.isReading = false
    }
  }

  /** From the beginning: something was done with them. What is gone is chosen no longer. */
  async readAgain(): Promise<void> {
    this.shown = undefined
    this.chosen.clear()
    await this.read()
  }

  choose(id: string, isChosen: boolean): void {
    if (isChosen) this.chosen.add(id)
    else this.chosen.delete(id)
  }

  chooseAll(): void {
    for (const { entry } of this.shown ?? []) this.chosen.add(entry.id)
  }

  /** In the order in which they are shown, which is the order in which they were typed. */
  chosenIds(): string[] {
    return (this.shown ?? []).map(({ entry }) => entry.id).filter((id) => this.chosen.has(id))
  }
}
