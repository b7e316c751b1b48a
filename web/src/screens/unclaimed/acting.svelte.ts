/** Handing over or setting aside, part by part, until all that was chosen is done or somebody stops it. */
import type { AnswerState } from "../../core/operation.ts"
import type { Act, ActResult } from "../../ui/words/unclaimed.ts"
import type { Connection } from "../../wire/connection.ts"
import type { Failure, Reply } from "../../wire/replies.ts"
import {
  CHOSEN_MAX,
  handOver,
  setAside,
  type UnclaimedChoice,
  type UnclaimedGroup,
} from "../../wire/unclaimed.ts"

/** What was asked for. */
export interface Errand {
  act: Act
  group: UnclaimedGroup
  /** None: all that the person delivered for the contract. */
  ids: readonly string[]
}

interface Part {
  count: number
  states: readonly AnswerState[]
  remaining: number
}

export class Acting {
  isRunning = $state(false)
  done = $state(0)
  total = $state(0)
  private isStopped = false
  private readonly connection: Connection

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** What was being done is finished; nothing more is begun. */
  stop(): void {
    this.isStopped = true
  }

  /** Each part is all or nothing. What was done stays done, whatever stops the rest. */
  async run(errand: Errand, reason: string): Promise<ActResult & { failure?: Failure }> {
    this.isRunning = true
    this.isStopped = false
    this.done = 0
    this.total = errand.ids.length || errand.group.count
    const states: AnswerState[] = []
    let [count, left] = [0, this.total]
    try {
      for (const choice of partsOf(errand)) {
        if (this.wasStopped()) break
        const reply = await this.ask(errand.act, choice, reason)
        if (reply.kind !== "ok") return { count, states, left, failure: reply }
        count += reply.value.count
        states.push(...reply.value.states)
        const isAll = errand.ids.length === 0
        this.done = isAll ? count : Math.min(this.done + CHOSEN_MAX, this.total)
        left = isAll ? reply.value.remaining : this.total - this.done
        // Somebody else may have dealt with all that there was: then there is no end to wait for.
        if (isAll && (left === 0 || reply.value.count === 0)) break
      }
    } finally {
      this.isRunning = false
    }
    return { count, states, left }
  }

  private wasStopped(): boolean {
    return this.isStopped
  }

  private async ask(act: Act, choice: UnclaimedChoice, reason: string): Promise<Reply<Part>> {
    if (act === "hand_over") return handOver(this.connection, choice, reason)
    const reply = await setAside(this.connection, choice, reason)
    return reply.kind === "ok" ? { kind: "ok", value: { ...reply.value, states: [] } } : reply
  }
}

const PARTS_MAX = 1_000 // more than anybody's part of the list has

function* partsOf({ group: { contract, person }, ids }: Errand): Generator<UnclaimedChoice> {
  if (ids.length > 0) {
    for (let from = 0; from < ids.length; from += CHOSEN_MAX)
      yield { contract, ids: ids.slice(from, from + CHOSEN_MAX) }
    return
  }
  for (let part = 0; part < PARTS_MAX; part += 1) yield { contract, person: person.id }
}
