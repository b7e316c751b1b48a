/** How a sync ended: a closed union, so that a new outcome does not compile until it has words for the person. */

export type SyncOutcome =
  | { kind: "done" }
  | { kind: "work_offline" }
  /** `wasCut`: an answer had begun, so that there is a network. */
  | { kind: "no_network"; wasCut?: true }
  | { kind: "not_signed_in" }
  /** Something answered that is not the server: a captive portal's page, say. */
  | { kind: "not_the_server" }
  /** `isTold`: the office said when to come again. */
  | { kind: "busy"; retryAfterMs: number; isTold?: true }
  /** The server was restored from a backup: everything was sent again and read again. */
  | { kind: "diverged_and_reloaded" }
  /** What was typed is delivered; reading this contract is no longer allowed. */
  | { kind: "forbidden" }
  /** What was typed is delivered; this person may read nothing any more. */
  | { kind: "disabled" }
  | { kind: "failed"; code: string; title?: string; remedy?: string }

export interface SyncSummary {
  /** Operations that the office answered. */
  sent: number
  /** Lines of the feed that came in. */
  received: number
  /** Of those sent, how many met somebody else's change and went together with it. */
  merged: number
  /** Of those sent, how many are held or came too late. */
  attention: number
  outcome: SyncOutcome
}

export interface SyncProgress {
  phase: "sending" | "receiving"
  contract: string
  done: number
  total: number
}

export type CheckOutOutcome =
  /** `kept`: the browser promised not to clear the site's data by itself. */
  | { kind: "checked_out"; kept: boolean }
  /** The records are in; the program itself is not stored yet. It goes on by itself with the next sync. */
  | { kind: "program_not_stored" }
  | Exclude<SyncOutcome, { kind: "done" | "diverged_and_reloaded" }>

export type CheckInOutcome =
  | { kind: "checked_in" }
  /** Nothing was done: entries that the office does not have would be without their contract. */
  | { kind: "unsent"; waiting: number }
  /** Nothing was done: what is here was not compared yet with what a restored server has. */
  | { kind: "not_compared" }
  | Exclude<SyncOutcome, { kind: "done" | "diverged_and_reloaded" }>
