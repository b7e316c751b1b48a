/** What a round needs: the device, the server, and somebody to tell how far it is. */
import type { Device } from "../store/device.ts"
import type { Server } from "../wire/server.ts"
import type { Failure } from "../wire/replies.ts"
import type { SyncOutcome, SyncProgress } from "./outcomes.ts"

export interface SyncContext {
  device: Device
  server: Server
  /** Lines in a page that is asked for: small enough that a save never waits long for its write. */
  pageLines: number
  /** Push even if nothing waits, so that the office sees when this device was heard from. */
  givesSignOfLife: boolean
  tell(progress: SyncProgress): void
  /** Signed out, or the tab goes: begin nothing more. */
  isStopped(): boolean
}

/** What a sync of one contract counted. */
export interface Counted {
  sent: number
  received: number
  merged: number
  attention: number
}

export const NOTHING: Counted = { sent: 0, received: 0, merged: 0, attention: 0 }

export const addCounted = (one: Counted, other: Counted): Counted => ({
  sent: one.sent + other.sent,
  received: one.received + other.received,
  merged: one.merged + other.merged,
  attention: one.attention + other.attention,
})

/** `diverged` is dealt with inside a round; it comes out only where that did not help. */
export function outcomeOf(failure: Failure): SyncOutcome {
  switch (failure.kind) {
    case "diverged":
      return { kind: "failed", code: "diverged_again" }
    case "too_large":
      return { kind: "failed", code: "too_large" }
    case "forbidden":
      return { kind: failure.isDisabled ? "disabled" : "forbidden" }
    case "failed": {
      const { code, title, remedy } = failure
      return { kind: "failed", code, ...(title && { title }), ...(remedy && { remedy }) }
    }
    case "busy":
    case "no_network":
    case "not_signed_in":
    case "not_the_server":
    case "work_offline":
      return failure
  }
}
