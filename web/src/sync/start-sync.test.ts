// @vitest-environment node
/** The sync service where this device's own database fails, or another tab takes over: nothing is lost. */
import "fake-indexeddb/auto"
import { IDBFactory } from "fake-indexeddb"
import { expect, test } from "vitest"
import { recordNote } from "../actions/record-entry.ts"
import { openDevice } from "../store/device.ts"
import { openDeviceSettings, type DeviceSettings } from "../store/device-settings.ts"
import { openMemoryStore } from "../store/memory-store.ts"
import { countWaiting } from "../store/queries.ts"
import { NotReadable, NotSaved, type Store } from "../store/store.ts"
import { makeGate } from "../wire/gate.ts"
import type { Server } from "../wire/server.ts"
import type { SyncEnvironment } from "./environment.ts"
import { startSync, type SyncParts } from "./start-sync.ts"
import type { SyncService, SyncState } from "./sync-service.ts"

const CONTRACT = "c"
const PERSON = { id: "p", email: "a@example.org", name: "Alice", initials: "A", role: "inspector" as const }

const environment: SyncEnvironment = {
  isOnline: () => true,
  isVisible: () => true,
  onChange: () => () => undefined,
  now: () => 0,
  startTimer: () => () => undefined,
  random: () => 0,
  withLock: (_name, _isPatient, work) => work(),
}

/** Answers everything, so that only the database can fail. */
const server: Server = {
  listContracts: async () => ({ kind: "ok", value: [] }),
  registerCheckout: async () => ({ kind: "ok", value: null }),
  endCheckout: async () => ({ kind: "ok", value: null }),
  push: async (_contract, { operations }) => ({
    kind: "ok",
    value: {
      answers: operations.map(({ id }, at) => ({ id, state: "applied", seq: at + 1 })),
      position: { known: 1, chain: "x" },
    },
  }),
  readFeed: async () => ({
    kind: "ok",
    value: {
      position: { known: 0, chain: "" },
      remaining: 0,
      lines: [],
      cursor: 0,
      more: false,
      tally: { records: 0, revisions: 0 },
    },
  }),
}

async function startOver(
  kept: Store,
  store: Store,
  others: Partial<Pick<SyncParts, "server" | "environment" | "gate" | "settings">> = {},
): Promise<SyncService> {
  const device = await openDevice({ store: kept, person: PERSON, app: "test" })
  await recordNote(device, CONTRACT, { note_type: "General", work_date: "2026-11-20", text: "kept" })
  return startSync({
    device: { ...device, store },
    server,
    gate: makeGate(false),
    settings: await openDeviceSettings(new IDBFactory()),
    environment,
    label: "test",
    programIsStored: async () => true,
    askToKeep: async () => true,
    ...others,
  })
}

test.each([
  ["full", "There is no room left"],
  ["closed", "The browser closed"],
  ["newer_program", "A newer Tallybook"],
  ["blocked", "Another tab"],
  ["unknown", "could not write"],
] as const)("every call ends in plain words, and nothing is thrown: %s", async (reason, words) => {
  const kept = openMemoryStore()
  const refusing: Store = {
    read: (tables, look) => kept.read(tables, look),
    write: () => Promise.reject(new NotSaved(reason)),
    subscribe: (listener) => kept.subscribe(listener),
    close: () => kept.close(),
  }
  const sync = await startOver(kept, refusing)
  const states: SyncState[] = []
  sync.state.subscribe((state) => states.push(state))

  const outcomes = [
    (await sync.syncNow()).outcome,
    (await sync.syncNow(CONTRACT)).outcome,
    await sync.checkOut(CONTRACT),
    await sync.openContract(CONTRACT),
    await sync.refreshContracts(),
  ]

  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({ kind: "failed", code: `device_${reason}` })
    expect((outcome as { title: string }).title).toContain(words)
  }
  expect(states.at(-1)).toMatchObject({ kind: "idle", last: { sent: 0 } })
  expect(await countWaiting(kept)).toBe(1)
  sync.stop()
})

test("a database that cannot be read, too", async () => {
  const kept = openMemoryStore()
  const unreadable: Store = {
    read: () => Promise.reject(new NotReadable("closed")),
    write: (tables, change) => kept.write(tables, change),
    subscribe: (listener) => kept.subscribe(listener),
    close: () => kept.close(),
  }
  const sync = await startOver(kept, unreadable)

  expect((await sync.syncNow(CONTRACT)).outcome).toMatchObject({ kind: "failed", code: "device_closed" })
  expect(await sync.checkIn(CONTRACT)).toMatchObject({ kind: "failed", code: "device_closed" })
  expect(await countWaiting(kept)).toBe(1)
  sync.stop()
})

test("another tab took over: a round by itself begins nothing more, one that somebody asked for goes on", async () => {
  const kept = openMemoryStore()
  const device = await openDevice({ store: kept, person: PERSON, app: "test" })
  await recordNote(device, "another", { note_type: "General", work_date: "2026-11-20", text: "kept" })
  const [pushed, timers, states] = [new Array<string>(), new Array<() => void>(), new Array<SyncState>()]
  let isLost = false
  const push: Server["push"] = (contract) => {
    pushed.push(contract)
    isLost = true // while the answer was on its way
    return Promise.resolve({ kind: "failed", code: "http_400" })
  }
  const startTimer: SyncEnvironment["startTimer"] = (run) => {
    timers.push(run)
    return () => undefined
  }
  const withLock: SyncEnvironment["withLock"] = (_name, _isPatient, work) => work(() => isLost)
  const sync = await startOver(kept, kept, {
    server: { ...server, push },
    environment: { ...environment, startTimer, withLock },
  })
  sync.state.subscribe((state) => states.push(state))

  timers[0]?.()
  await expect.poll(() => timers.length).toBe(2)
  expect(pushed).toHaveLength(1)
  expect(states.at(-1)).toMatchObject({ kind: "idle" })
  expect(states.at(-1)).not.toHaveProperty("last")

  expect((await sync.syncNow()).outcome.kind).toBe("failed")
  expect(pushed).toHaveLength(3)
  sync.stop()
})

test("Work Offline that is not kept is off again: the gate is open, the state says so, and syncing goes on", async () => {
  const store = openMemoryStore()
  const kept = await openDeviceSettings(new IDBFactory())
  let isBroken = true
  const change = (patch: Partial<DeviceSettings>): Promise<void> =>
    isBroken ? Promise.reject(new NotSaved("closed")) : kept.change(patch)
  const gate = makeGate(false)
  const sync = await startOver(store, store, { gate, settings: { ...kept, change } })
  let state: SyncState | undefined
  sync.state.subscribe((now) => (state = now))

  await sync.setWorkOffline(true)

  expect(gate.isClosed()).toBe(false)
  expect(state).toMatchObject({ workOffline: false, isUnchanged: true })
  await sync.setAutomatic(false)
  expect(state).toMatchObject({ automatic: true, isUnchanged: true })
  isBroken = false
  await sync.setWorkOffline(true)
  expect(gate.isClosed()).toBe(true)
  expect(state).toMatchObject({ workOffline: true, isUnchanged: false })
})
