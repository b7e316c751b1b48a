/** The journal as a tab has it: a worker that answers, fails, ends, or says nothing. */
import { expect, test, vi } from "vitest"
import type { Operation } from "../core/operation.ts"
import { JournalFailed, openBrowserJournal, WorkerJournal, type JournalReply } from "./journal.ts"

const OPERATION = { id: "a", number: 1 } as Operation

class StubWorker {
  onmessage: ((event: Pick<MessageEvent<JournalReply>, "data">) => void) | undefined
  onerror: (() => void) | undefined
  asked: { turn: number; call: string }[] = []
  isTerminated = false

  postMessage(asked: { turn: number; call: string }): void {
    this.asked.push(asked)
  }

  terminate(): void {
    this.isTerminated = true
  }

  answer(reply: Omit<JournalReply, "turn">): void {
    const asked = this.asked.shift()
    if (asked) this.onmessage?.({ ["data"]: { turn: asked.turn, ...reply } })
  }
}

function open(timeoutMs = 1_000): { worker: StubWorker; journal: WorkerJournal } {
  const worker = new StubWorker()
  return { worker, journal: new WorkerJournal(worker as unknown as Worker, timeoutMs) }
}

test("each answer goes to its own question", async () => {
  const { worker, journal } = open()
  const [saved, found] = [journal.append([OPERATION]), journal.find(["a"])]

  worker.answer({})
  worker.answer({ result: [OPERATION] })

  await expect(saved).resolves.toBeUndefined()
  await expect(found).resolves.toEqual([OPERATION])
})

test("what the worker could not do is said, and the next append may succeed", async () => {
  const { worker, journal } = open()
  const full = journal.append([OPERATION])
  worker.answer({ failure: "QuotaExceededError" })
  await expect(full).rejects.toBeInstanceOf(JournalFailed)

  const next = journal.append([OPERATION])
  worker.answer({})
  await expect(next).resolves.toBeUndefined()
})

test("a worker that says nothing keeps nobody waiting, then or later", async () => {
  const { worker, journal } = open(10)

  await expect(journal.append([OPERATION])).rejects.toThrow("does not answer")
  expect(worker.isTerminated).toBe(true)
  await expect(journal.append([OPERATION])).rejects.toBeInstanceOf(JournalFailed)
  expect(worker.asked).toHaveLength(1)
})

test("reading all of it may take longer than a save", async () => {
  const { worker, journal } = open(10)
  const looking = journal.look()

  await new Promise((resolve) => setTimeout(resolve, 30))
  worker.answer({ result: { ids: [] } })

  await expect(looking).resolves.toEqual({ ids: [] })
})

test("a worker that ends, or is closed, fails what was asked", async () => {
  const [ended, closed] = [open(), open()]
  const asked = [ended.journal.look(), closed.journal.append([OPERATION])]

  ended.worker.onerror?.()
  closed.journal.close()

  for (const one of asked) await expect(one).rejects.toBeInstanceOf(JournalFailed)
})

test("a page that browsers trust with no files has no journal", async () => {
  vi.stubGlobal("isSecureContext", false)

  expect(await openBrowserJournal("somebody")).toBeUndefined()
  vi.unstubAllGlobals()
})
