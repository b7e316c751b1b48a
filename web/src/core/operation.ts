/** What travels: operations, images, answers and holds, as the protocol spells them. */

export type FieldValue = string | number | boolean | null | FieldValue[] | { [name: string]: FieldValue }
export type Fields = Record<string, FieldValue>

export type Verb = "create" | "revise" | "decide"
export type DecisionChoice = "apply" | "set_aside"

/** One act of one person on one record: immutable, with its own id for ever. */
export interface Operation {
  id: string
  device: string
  number: number
  contract: string
  type: string
  record: string
  verb: Verb
  set: Fields
  base?: Fields
  /** The writer of each field looked at, as the person saw it; one id alone where it is the same for all. */
  seen?: string | Record<string, string>
  revision?: number
  author: string
  made_at: string
  reason?: string
  target?: string
  choice?: DecisionChoice
  app: string
  schema: number
}

/** All fields of a record as they stand, with their writers: what is null is left out of `fields`. */
export interface Image {
  seq: number
  type: string
  record: string
  revision: number
  fields: Fields
  /** The writer of every field in `fields` that `by_field` does not name. */
  by: string
  by_field: Record<string, string>
  author: string
  made_at: string
  received_at: string
}

export type AnswerState = "applied" | "merged" | "held" | "superseded" | "released"

/** What became of an operation; the same whenever it is asked. `forbidden` has no seq. */
export interface Answer {
  id: string
  seq?: number
  state: AnswerState
  reason?: string
  detail?: Fields
}

/** In the ledger, not applied: a person decides. */
export interface HeldOperation {
  seq: number
  operation: Operation
  reason: string
  detail?: Fields
}

export type EndOfHold = "apply" | "set_aside" | "released" | "superseded"

/** How far somebody was ever told that a ledger goes, and the hash there. */
export interface Position {
  known: number
  chain: string
}
