// @vitest-environment node
/** Syncing by itself: soon after a save, with backoff after failures, never twice at once, never for ever silent. */
import { beforeEach, describe, expect, test } from "vitest"
import { openMemoryStore } from "../store/memory-store.ts"
import type { Store } from "../store/store.ts"
import type { SyncEnvironment } from "./environment.ts"
import type { SyncOutcome } from "./outcomes.ts"
import { AFTER_SAVE_MS, BACKOFF_FIRST_MS, BACKOFF_MAX_MS, delayAfter, EVERY_MS } from "./schedule.ts"
import { startScheduler, type Scheduler } from "./scheduler.ts"

/** Timers that the test lets fire. */
class Clock implements SyncEnvironment {
  online = true
  visible = true
  nowMs = 0
  timers: { run: () => void; delayMs: number }[] = []
  private readonly listeners = new Set<() => void>()

  isOnline = (): boolean => this.online
  isVisible = (): boolean => this.visible
  random = (): number => 1
  now = (): number => this.nowMs
  withLock = <T>(_name: string, _isPatient: boolean, work: () => Promise<T>): Promise<T> => work()
  onChange = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }
  startTimer = (run: () => void, delayMs: number): (() => void) => {
    const timer = { run, delayMs }
    this.timers.push(timer)
    return () => (this.timers = this.timers.filter((one) => one !== timer))
  }
  change(): void {
    for (const listener of this.listeners) listener()
  }
  get delays(): number[] {
    return this.timers.map((one) => one.delayMs)
  }
  async fire(): Promise<void> {
    this.timers.shift()!.run()
    await settle()
  }
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

let [clock, store]: [Clock, Store] = [new Clock(), openMemoryStore()]
let outcomes: (SyncOutcome | Error)[] = []
let rounds = 0
let isWanted = true

beforeEach(() => {
  ;[clock, store] = [new Clock(), openMemoryStore()]
  ;[outcomes, rounds, isWanted] = [[], 0, true]
})

function start(): Scheduler {
  return startScheduler({
    store,
    environment: clock,
    isWanted: () => isWanted,
    run: async () => {
      rounds += 1
      const outcome = outcomes.shift() ?? { kind: "done" as const }
      if (outcome instanceof Error) throw outcome
      return outcome
    },
  })
}

const save = (): Promise<void> =>
  store.write(["operations"], (write) => write.put("operations", { id: "o", contract: "c" } as never))

test("a save is sent soon after, several at once in one round; what a sync writes starts none", async () => {
  start()

  await save()
  await save()
  await store.write(["settings"], (write) => write.put("settings", { key: "a", value: 1 }))

  expect(clock.delays).toEqual([AFTER_SAVE_MS])
  await clock.fire()
  expect([rounds, clock.delays]).toEqual([1, [EVERY_MS]])
})

test("a save during a round gets a round of its own", async () => {
  let letGo = (): void => undefined
  const scheduler = startScheduler({
    store,
    environment: clock,
    isWanted: () => true,
    run: () => new Promise((resolve) => (letGo = () => resolve({ kind: "done" }))),
  })
  scheduler.wake()
  await clock.fire()

  await save()
  expect(clock.delays).toEqual([])
  letGo()
  await settle()

  expect(clock.delays).toEqual([AFTER_SAVE_MS])
})

test("failures back off, a save does not hurry them, a network that comes does", async () => {
  outcomes = Array.from({ length: 9 }, () => ({ kind: "no_network" }))
  const scheduler = start()
  scheduler.wake()
  await clock.fire()
  const delays = []
  for (let round = 0; round < 8; round += 1) {
    await save()
    delays.push(...clock.delays)
    await clock.fire()
  }

  expect(delays).toEqual([5, 10, 20, 40, 80, 160, 300, 300].map((seconds) => seconds * 1_000))
  clock.change()
  expect(clock.delays).toEqual([500])
  await clock.fire()
  expect(clock.delays).toEqual([EVERY_MS])
})

test("the time that the office told to wait is kept, whatever wakes it; then it goes on", async () => {
  outcomes = [{ kind: "busy", retryAfterMs: 90_000, isTold: true }]
  const scheduler = start()
  scheduler.wake()
  await clock.fire()
  expect(clock.delays).toEqual([90_000])
  clock.nowMs = 30_000

  clock.change()
  scheduler.wake()

  expect(clock.delays).toEqual([60_000])
  await clock.fire()
  scheduler.wake()
  expect(clock.delays).toEqual([500])
})

test("a fault of the program does not end syncing by itself", async () => {
  outcomes = [new RangeError("a fault")]
  const told: unknown[] = []
  const hear = (failure: unknown): void => void told.push(failure)
  const before = process.listeners("unhandledRejection")
  process.removeAllListeners("unhandledRejection")
  process.on("unhandledRejection", hear)
  try {
    start().wake()
    await clock.fire()
  } finally {
    process.off("unhandledRejection", hear)
    for (const listener of before) process.on("unhandledRejection", listener)
  }

  expect(told).toEqual([new RangeError("a fault")])
  expect(clock.delays).toEqual([BACKOFF_FIRST_MS])
  await clock.fire()
  expect([rounds, clock.delays]).toEqual([2, [EVERY_MS]])
})

test("nothing is begun offline, unwanted, out of sight, or after the end", async () => {
  const scheduler = start()
  clock.online = false
  scheduler.wake()
  expect(clock.delays).toEqual([])
  clock.online = true
  isWanted = false
  scheduler.wake()
  await clock.fire()
  expect([rounds, clock.delays]).toEqual([0, []])

  isWanted = true
  clock.visible = false
  scheduler.wake()
  await clock.fire()
  expect([rounds, clock.delays]).toEqual([1, []])

  scheduler.wake()
  scheduler.stop()
  await save()
  clock.change()
  expect(clock.delays).toEqual([])
})

const WAITING = {
  id: "o",
  contract: "c",
  record: "r",
  operation: { device: "d", number: 1 },
  waiting: 1,
}

test("a network that comes is for what waits, also where nobody looks", async () => {
  start()
  const comes = async (): Promise<number[]> => {
    clock.online = false
    clock.change()
    clock.online = true
    clock.change()
    await settle()
    return clock.delays
  }
  clock.visible = false
  expect(await comes()).toEqual([])
  await store.write(["unconfirmed"], (write) => write.put("unconfirmed", WAITING as never))

  expect(await comes()).toEqual([500])
  await clock.fire()
  expect([rounds, clock.delays]).toEqual([1, []])
})

test("what was to be sent when the network went goes when it comes, also where nobody looks", async () => {
  start()
  clock.visible = false
  await store.write(["operations", "unconfirmed"], (write) => {
    write.put("operations", { id: "o", contract: "c" } as never)
    write.put("unconfirmed", WAITING as never)
  })
  clock.online = false
  clock.change()
  await clock.fire()
  expect([rounds, clock.delays]).toEqual([0, []])

  clock.online = true
  clock.change()
  await settle()

  expect(clock.delays).toEqual([500])
})

describe("how long to wait after", () => {
  test.each<[SyncOutcome, number | undefined]>([
    [{ kind: "done" }, EVERY_MS],
    [{ kind: "diverged_and_reloaded" }, EVERY_MS],
    [{ kind: "forbidden" }, EVERY_MS],
    [{ kind: "no_network" }, BACKOFF_FIRST_MS / 2],
    [{ kind: "not_the_server" }, BACKOFF_FIRST_MS / 2],
    [{ kind: "failed", code: "x" }, BACKOFF_FIRST_MS / 2],
    [{ kind: "busy", retryAfterMs: 1_000 }, BACKOFF_FIRST_MS / 2],
    [{ kind: "busy", retryAfterMs: 90_000 }, 90_000],
    [{ kind: "not_signed_in" }, undefined],
    [{ kind: "work_offline" }, undefined],
  ])("%j: %s ms", (outcome, delayMs) => {
    expect(delayAfter(outcome, 1, 0)).toBe(delayMs)
  })

  test("a hundred failures wait no longer than the most", () => {
    expect(delayAfter({ kind: "no_network" }, 100, 1)).toBe(BACKOFF_MAX_MS)
  })
})
