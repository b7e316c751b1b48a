/** Operations on their way: appended once, answered once, followed until confirmed. */
import type { Answer, Operation } from "../core/operation.ts"
import type { Range, ReadStore, WriteStore } from "./store.ts"
import type { TableName, UnconfirmedRow } from "./tables.ts"

/** Without its number, which the write itself allots. */
export type NewOperation = Omit<Operation, "number">

/** What an append touches: none of the tables that a sync writes by thousands. */
export const APPEND_TABLES: readonly TableName[] = ["operations", "unconfirmed", "settings", "drafts"]

/** The last one that was given. */
export const OPERATION_NUMBER = "operation_number"

/** Append an operation to the device's own and to its outbox. The same one again changes nothing. */
export async function appendOperation(write: WriteStore, made: NewOperation): Promise<Operation> {
  // A handle that died may have committed before it could say so, and the write is run once more.
  const appended = await write.get("operations", made.id)
  if (appended) return appended
  // Read and raised within the write: two tabs never give one number twice.
  const last = await write.get("settings", OPERATION_NUMBER)
  const number = (typeof last?.value === "number" ? last.value : 0) + 1
  const operation: Operation = { ...made, number }
  write.put("settings", { key: OPERATION_NUMBER, value: number })
  write.put("operations", operation)
  write.put("unconfirmed", waitingRow(operation))
  return operation
}

export function waitingRow(operation: Operation): UnconfirmedRow {
  return { id: operation.id, contract: operation.contract, record: operation.record, operation, waiting: 1 }
}

/** The operations of a contract that the server has not answered, in the order of their numbers. */
export async function listWaiting(read: ReadStore, contract: string, limit: number): Promise<Operation[]> {
  const rows = await read.list("unconfirmed", { ...waitingRange(contract), limit })
  return rows.map((row) => row.operation)
}

/** What the office keeps outside of the contract, for want of a right: nothing tells this device whether it still has it. */
export async function listForbidden(read: ReadStore, contract: string): Promise<Operation[]> {
  const rows = await read.list("unconfirmed", { index: "by_stuck", prefix: [1, contract] })
  return rows.filter(({ answer }) => isForbidden(answer)).map((row) => row.operation)
}

export const isForbidden = (answer: Answer | undefined): boolean =>
  answer?.state === "held" && answer.seq === undefined

export function countWaitingOf(read: ReadStore, contract: string): Promise<number> {
  return read.count("unconfirmed", waitingRange(contract))
}

const waitingRange = (contract: string): Range => ({ index: "by_waiting", prefix: [1, contract] })

/** Keep what the server answered; the operation itself stays as it is. */
export async function putAnswer(write: WriteStore, operation: Operation, answer: Answer): Promise<void> {
  write.put("answers", { id: operation.id, contract: operation.contract, answer })
  const row = await write.get("unconfirmed", operation.id)
  if (!row) return
  const { waiting: _waiting, stuck: _stuck, dismissed, ...rest } = row
  const isStuck = answer.state === "held" || answer.state === "superseded"
  // What the person dismissed comes back as soon as there is another answer to it.
  const isDismissed = dismissed && isForbidden(answer)
  write.put("unconfirmed", {
    ...rest,
    answer,
    ...(isStuck && { stuck: 1 as const }),
    ...(isDismissed && { dismissed }),
  })
}
