/** What this person decided since the program was opened: told on the next page, and at hand to be changed again. */
import { onceEach } from "../once-each.ts"
import { SvelteMap, SvelteSet } from "svelte/reactivity"
import type { Device } from "../../store/device.ts"
import type { HeldView } from "../../store/queries.ts"

export interface DecisionMade {
  /** As it stood when he decided, with all three versions: after a sync the device has them no longer. */
  view: HeldView
  /** "Kept Bo's: Adjust manhole casting, line 90 · Thursday, Nov 19" */
  said: string
  /** There is an entry that can be revised. */
  canRevise: boolean
  /** It goes to the office; what he only takes off his own list does not. */
  isOnItsWay: boolean
}

export const DECISIONS_MAX = 500 // of a day's work; the oldest go

export class DecisionsMade {
  last = $state.raw<DecisionMade>()
  lastReason = $state("")
  private readonly made = new SvelteMap<string, DecisionMade>()
  /** Saved, and not read back yet: the list still shows them as open. */
  private readonly unread = new SvelteSet<string>()

  remember(made: DecisionMade, reason = ""): void {
    const { id } = made.view.held.operation
    this.last = made
    if (reason) this.lastReason = reason
    this.made.delete(id)
    this.made.set(id, made)
    this.unread.add(id)
    for (const oldest of [...this.made.keys()].slice(0, Math.max(0, this.made.size - DECISIONS_MAX))) {
      this.made.delete(oldest)
    }
  }

  find(operation: string | null): DecisionMade | undefined {
    return operation === null ? undefined : this.made.get(operation)
  }

  /** Nothing is told of it any longer; it stays to be found. */
  forgetLast(): void {
    this.last = undefined
  }

  isUnread(operation: string): boolean {
    return this.unread.has(operation)
  }

  /** Call with what was read anew: what is gone or decided there is known by the list itself from now on. */
  compareWith(views: readonly HeldView[]): void {
    for (const id of [...this.unread]) {
      const view = views.find((one) => one.held.operation.id === id)
      if (!view || view.myDecision) this.unread.delete(id)
    }
  }
}

/** The same as long as the same person is signed in. */
export const decisionsMadeOn = onceEach((_device: Device) => new DecisionsMade())
