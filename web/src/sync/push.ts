/** Pushing the outbox of a contract: in order, batch by batch, until nothing waits. */
import type { Answer, Operation } from "../core/operation.ts"
import { changeContract, furthest } from "../store/contract-rows.ts"
import { countWaitingOf, isForbidden, listForbidden, listWaiting, putAnswer } from "../store/outbox.ts"
import type { TableName } from "../store/tables.ts"
import type { PushReply } from "../wire/server.ts"
import type { Failure } from "../wire/replies.ts"
import { addCounted, NOTHING, type Counted, type SyncContext } from "./context.ts"

export const BATCH_OPERATIONS_MAX = 500
export const BATCH_BYTES_MAX = 1_000_000 // of the 1 MiB that the server takes, the envelope included
const ENVELOPE_BYTES = 1_000
const BATCHES_MAX = 10_000

const ANSWER_TABLES: readonly TableName[] = ["answers", "unconfirmed", "contracts"]
const LOOK_TABLES: readonly TableName[] = ["unconfirmed", "contracts"]

export interface Pushed extends Counted {
  failure?: Failure
}

interface Outbox {
  total: number
  /** Too large for a request by themselves, or not kept: those behind them go on. */
  skipped: Set<string>
  /** Why some stay on the device this time. */
  failure?: Failure
  batchMax: number
  /** Answered, and offered once more: nothing tells whether a restored server still has them. */
  again: Operation[]
}

/** Push until nothing waits. What was answered is kept, whatever happens after. */
export async function pushAll(context: SyncContext, contract: string): Promise<Pushed> {
  let counted: Counted = NOTHING
  const outbox: Outbox = {
    total: await countOutbox(context, contract),
    skipped: new Set(),
    batchMax: BATCH_OPERATIONS_MAX,
    again: await listAgain(context, contract),
  }
  for (let round = 0; round < BATCHES_MAX && !context.isStopped(); round += 1) {
    const batch = await nextBatch(context, contract, outbox)
    // An empty one is a sign of life, where nothing was sent before it.
    if (batch.operations.length === 0 && (round > 0 || !context.givesSignOfLife)) break
    context.tell({
      phase: "sending",
      contract,
      done: counted.sent,
      total: Math.max(outbox.total, counted.sent),
    })
    const reply = await context.server.push(contract, batch)
    if (reply.kind === "too_large") {
      shrink(outbox, batch.operations)
      continue
    }
    if (reply.kind !== "ok") return { ...counted, failure: reply }
    await keepAnswers(context, contract, batch.operations, reply.value)
    skipNotKept(outbox, batch.operations, reply.value)
    const isAgain = batch.operations.some((one) => outbox.again.includes(one))
    outbox.again = outbox.again.filter((one) => !batch.operations.includes(one))
    const answers = reply.value.answers.filter((one) => one !== null)
    counted = addCounted(counted, count(answers.filter((one) => !isAgain || !isForbidden(one))))
    if (batch.operations.length === 0) break
  }
  return outbox.failure ? { ...counted, failure: outbox.failure } : counted
}

/**
 * Operations that came without a right are answered without a place in the ledger, so that the chain cannot
 * tell that a restored server lost them. They are offered again when somebody asks for a round, and as soon
 * as there is a right: the server knows those that it has.
 */
function listAgain({ device, givesSignOfLife }: SyncContext, contract: string): Promise<Operation[]> {
  return device.store.read(LOOK_TABLES, async (read) => {
    const right = (await read.get("contracts", contract))?.right
    const mayWrite = right === "inspection" || right === "office"
    return givesSignOfLife || mayWrite ? listForbidden(read, contract) : []
  })
}

/** Halve the batch; one that is too large alone is left out of this round, and the others go on as before. */
function shrink(outbox: Outbox, operations: readonly Operation[]): void {
  const [first] = operations
  if (operations.length === 1 && first) {
    outbox.skipped.add(first.id)
    outbox.failure ??= { kind: "too_large" }
    outbox.batchMax = BATCH_OPERATIONS_MAX
  } else outbox.batchMax = Math.max(1, Math.floor(operations.length / 2))
}

/** What the office has no room for stays unanswered here, and is offered again in the next round. */
function skipNotKept(
  outbox: Outbox,
  operations: readonly Operation[],
  { answers, notKept }: PushReply,
): void {
  for (const [at, { id }] of operations.entries()) if (answers[at] === null) outbox.skipped.add(id)
  if (notKept) outbox.failure = { kind: "failed", ...notKept }
}

const countOutbox = ({ device }: SyncContext, contract: string): Promise<number> =>
  device.store.read(["unconfirmed"], (read) => countWaitingOf(read, contract))

async function nextBatch({ device }: SyncContext, contract: string, { skipped, batchMax, again }: Outbox) {
  return device.store.read(LOOK_TABLES, async (read) => {
    const row = await read.get("contracts", contract)
    const waiting = await countWaitingOf(read, contract)
    const listed = await listWaiting(read, contract, batchMax + skipped.size)
    const left = (some: readonly Operation[]): Operation[] => some.filter((one) => !skipped.has(one.id))
    const unanswered = left(listed)
    const next = unanswered.length > 0 ? unanswered : left(again)
    const operations = fitInto(next.slice(0, batchMax), BATCH_BYTES_MAX - ENVELOPE_BYTES)
    const position = row?.position ?? { known: 0, chain: "" }
    const behind = unanswered.length > 0 ? waiting - operations.length : waiting
    return { device: device.id, waiting: behind, position, operations }
  })
}

/** As many from the front as fit; one at least, for the server to say what it thinks of it. */
function fitInto(operations: readonly Operation[], bytesMax: number): Operation[] {
  const encoder = new TextEncoder()
  let bytes = 0
  const end = operations.findIndex((operation, at) => {
    bytes += encoder.encode(JSON.stringify(operation)).length + 1
    return bytes > bytesMax && at > 0
  })
  return operations.slice(0, end === -1 ? operations.length : end)
}

/** One write: every answer, and the new position. */
function keepAnswers(
  { device }: SyncContext,
  contract: string,
  operations: readonly Operation[],
  { answers, position }: PushReply,
): Promise<void> {
  return device.store.write(ANSWER_TABLES, async (write) => {
    for (const [at, operation] of operations.entries()) {
      // By position: what reuses an id is answered under another one.
      const answer = answers[at]
      if (answer) await putAnswer(write, operation, answer)
    }
    await changeContract(write, contract, (row) => {
      const further = furthest(row.position, position)
      return further === row.position ? undefined : { ...row, position: further }
    })
  })
}

function count(answers: readonly Answer[]): Counted {
  const having = (...states: Answer["state"][]): number =>
    answers.filter((one) => states.includes(one.state)).length
  return {
    sent: answers.length,
    received: 0,
    merged: having("merged"),
    attention: having("held", "superseded"),
  }
}
