// @vitest-environment node
/** Seeded stories with the real server and the real engine: after the faults stop, every law holds. */
import "fake-indexeddb/auto"
import { afterAll, beforeAll, expect, test, vi } from "vitest"
import { countWaiting } from "../store/queries.ts"
import { RealServer } from "./testing/real-server.ts"
import { Story } from "./testing/story.ts"
import { readServerCopy, type Copy } from "./testing/test-device.ts"

const SEEDS_THAT_FAILED_ONCE: number[] = []
const SEEDS = [...SEEDS_THAT_FAILED_ONCE, ...Array.from({ length: 15 }, (_, seed) => seed)]
/** In these the server is restored from a backup, once each. */
const SEEDS_WITH_A_RESTORE = [3, 8]
const STEPS = 30

vi.setConfig({ testTimeout: 60_000 }) // a machine that does much else at the same time

const server = new RealServer()
const typed: string[] = []
const counts = new Map<string, number>()

beforeAll(() => server.setUp(), 60_000)
afterAll(() => server.tearDown(), 60_000)

test.each(SEEDS)("nothing is lost, doubled or overwritten unseen: seed %i", async (seed) => {
  const story = new Story(server, seed, SEEDS_WITH_A_RESTORE.includes(seed))
  try {
    await story.run(STEPS)
    await story.heal()

    await everythingIsEqual(story)
    await story.decideTheRest()
    const { held } = await everythingIsEqual(story)
    expect([...held.values()].filter(({ reason }) => reason === "conflict")).toEqual([])

    for (const device of story.devices) {
      expect(
        await device.readHeld().then((views) => views.filter(({ state }) => state === "held")),
      ).toHaveLength(held.size)
      typed.push(...(await device.operations()).map((one) => one.id))
    }
  } finally {
    for (const [what, times] of story.counts) counts.set(what, (counts.get(what) ?? 0) + times)
    story.stop()
  }
})

async function everythingIsEqual(story: Story): Promise<Copy> {
  const atServer = await readServerCopy(server)
  for (const device of story.devices) {
    expect(await device.copy()).toEqual(atServer)
    expect(await countWaiting(device.store)).toBe(0)
  }
  return atServer
}

interface LedgerEntry {
  operation: { id: string }
  state: string
}

test("the ledger has everything that was typed, wrote each once, and is as it should be", async () => {
  await server.verify()

  const entries = (await server.exportLedger()) as LedgerEntry[]
  const written = entries.filter(({ state }) => ["applied", "merged", "released"].includes(state))
  const received = new Set(entries.map(({ operation }) => operation.id))

  expect(typed.length).toBeGreaterThan(200)
  expect(typed.filter((id) => !received.has(id))).toEqual([])
  expect(new Set(written.map(({ operation }) => operation.id)).size).toBe(written.length)
})

test("everything that can happen did happen", () => {
  const needed = [
    "recorded",
    "revised",
    "voided or brought back",
    "apply",
    "set_aside",
    "merged",
    "attention",
    "restored",
  ]
  const outcomes = ["done", "no_network", "not_the_server", "busy", "not_signed_in", "diverged_and_reloaded"]
  const faults = ["request_lost", "answer_lost", "cut_short", "portal", 401, 413, 429, 500, 503].map(
    (one) => `fault ${one}`,
  )

  const absent = [...needed, ...outcomes, ...faults, "others wrote meanwhile"].filter(
    (what) => !counts.has(what),
  )

  expect(absent).toEqual([])
})
