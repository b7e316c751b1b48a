/** How the second copy of what is typed stands: told to the screens whenever it changes. */
import type { Operation } from "../core/operation.ts"

export interface SecondCopy {
  /** missing: this browser has no place for it. failing: it has one, and it could not be written. */
  kind: "opening" | "written" | "missing" | "failing"
  /** Saved in the second copy alone: they come into the database as soon as it can be written. */
  stranded: readonly Operation[]
  /** Found in one copy only when the program started, and put into the other. */
  repaired: number
  /** Damaged bytes of the second copy, which were skipped. */
  unreadableBytes: number
}

/** As Svelte reads it: a listener is told at once, and again after each change. */
export class SecondCopyState {
  private current: SecondCopy = { kind: "opening", stranded: [], repaired: 0, unreadableBytes: 0 }
  private readonly listeners = new Set<(state: SecondCopy) => void>()

  change(patch: Partial<SecondCopy>): void {
    this.current = { ...this.current, ...patch }
    for (const listener of [...this.listeners]) listener(this.current)
  }

  get(): SecondCopy {
    return this.current
  }

  subscribe(listener: (state: SecondCopy) => void): () => void {
    this.listeners.add(listener)
    listener(this.current)
    return () => this.listeners.delete(listener)
  }
}
