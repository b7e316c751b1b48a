/** A sync round of one contract: push, pull, and start over where the server was restored. May be cut off anywhere. */
import { forgetAnswers } from "../store/recovery.ts"
import type { ContractRow } from "../store/tables.ts"
import type { Failure } from "../wire/replies.ts"
import { addCounted, NOTHING, outcomeOf, type Counted, type SyncContext } from "./context.ts"
import type { SyncOutcome, SyncSummary } from "./outcomes.ts"
import { pullAll } from "./pull.ts"
import { pushAll } from "./push.ts"

const DIVERGENCES_MAX = 3 // in one round: a server is not restored so often

/** Never throws for a lost network. What was not written here is asked for again next time. */
export async function syncContract(context: SyncContext, contract: string): Promise<SyncSummary> {
  let counted: Counted = NOTHING
  for (let divergences = 0; ; divergences += 1) {
    // Who comes back to a restored server says so when nothing is left to send, had it nothing at all.
    const givesSignOfLife = context.givesSignOfLife || divergences > 0
    const round = await pushAndPull({ ...context, givesSignOfLife }, contract)
    counted = addCounted(counted, round.counted)
    if (round.outcome !== "diverged") {
      const isReloaded = divergences > 0 && round.outcome.kind === "done"
      return { ...counted, outcome: isReloaded ? { kind: "diverged_and_reloaded" } : round.outcome }
    }
    if (divergences === DIVERGENCES_MAX)
      return { ...counted, outcome: { kind: "failed", code: "diverged_again" } }
    await forgetAnswers(context.device.store, contract)
  }
}

interface Round {
  counted: Counted
  outcome: SyncOutcome | "diverged"
}

async function pushAndPull(context: SyncContext, contract: string): Promise<Round> {
  const { failure, ...counted } = await pushAll(context, contract)
  if (failure?.kind === "diverged") return { counted, outcome: "diverged" }
  if (failure && !isOfPushAlone(failure)) return { counted, outcome: outcomeOf(failure) }
  if (!isPulled(await readRow(context, contract))) {
    return { counted, outcome: failure ? outcomeOf(failure) : { kind: "done" } }
  }
  const pulled = await pullAll(context, contract)
  const all = addCounted(counted, { ...NOTHING, received: pulled.received })
  if (pulled.failure?.kind === "diverged") return { counted: all, outcome: "diverged" }
  const worst = failure ?? pulled.failure
  return { counted: all, outcome: worst ? outcomeOf(worst) : { kind: "done" } }
}

/**
 * What is wrong with one push does not keep what others wrote away; without a network, and of an office that
 * asked for a pause, nothing is asked.
 */
const isOfPushAlone = (failure: Failure): boolean =>
  failure.kind === "too_large" || failure.kind === "failed" || (failure.kind === "busy" && !failure.isTold)

const readRow = ({ device }: SyncContext, contract: string): Promise<ContractRow | undefined> =>
  device.store.read(["contracts"], (read) => read.get("contracts", contract))

/** Of a contract that is only listed nothing is read; its outbox still goes. */
const isPulled = (row: ContractRow | undefined): boolean => row?.isWanted ?? false
