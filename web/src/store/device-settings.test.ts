// @vitest-environment node
/** What a browser keeps for whoever uses it: durable, and the same in every tab. */
import "fake-indexeddb/auto"
import { IDBFactory } from "fake-indexeddb"
import { afterEach, expect, test, vi } from "vitest"
import { openDeviceSettings, type SettingsStore } from "./device-settings.ts"
import { NotReadable, NotSaved } from "./store.ts"

const opened: SettingsStore[] = []

async function open(factory: IDBFactory, name = "settings-of-this-test"): Promise<SettingsStore> {
  const settings = await openDeviceSettings(factory, new BroadcastChannel(name))
  opened.push(settings)
  return settings
}

afterEach(() => {
  for (const settings of opened.splice(0)) settings.close()
})

test("at first nothing is offline and syncing goes by itself", async () => {
  expect((await open(new IDBFactory())).read()).toEqual({ workOffline: false, automaticSync: true })
})

test("a change is durable, and others are left as they are", async () => {
  const factory = new IDBFactory()
  const before = await open(factory)
  const person = { id: "p", email: "a@example.org", name: "Alice", initials: "A", role: "inspector" as const }
  await before.change({ person })
  await before.change({ workOffline: true })
  before.close()

  const after = await open(factory, "another browser session")

  expect(after.read()).toEqual({ workOffline: true, automaticSync: true, person })
})

test("two tabs that change something at once undo nothing of each other, and hear of it", async () => {
  const factory = new IDBFactory()
  const [here, there] = [await open(factory), await open(factory)]
  const heard = new Promise<void>((resolve) => {
    there.subscribe(({ workOffline, automaticSync }) => {
      if (workOffline && !automaticSync) resolve()
    })
  })

  await Promise.all([here.change({ workOffline: true }), there.change({ automaticSync: false })])
  await heard

  const third = await open(factory)
  expect(third.read()).toEqual({ workOffline: true, automaticSync: false })
})

/** A browser's database as it is until the test says how it fails. */
function failingFactory() {
  const real = new IDBFactory()
  const handles: IDBDatabase[] = []
  const state = { isSilent: false, isBroken: false }
  const factory = {
    open(name: string, version: number) {
      if (state.isSilent) return {} as IDBOpenDBRequest
      if (state.isBroken) throw new DOMException("It is broken.", "UnknownError")
      const request = real.open(name, version)
      request.addEventListener("success", () => handles.push(request.result))
      return request
    },
  } as IDBFactory
  return { factory, handles, state }
}

test("a handle that the browser closed while the device slept keeps nobody from a change", async () => {
  const { factory, handles } = failingFactory()
  const settings = await open(factory)
  for (const handle of handles) handle.close()

  await settings.change({ workOffline: true })

  expect(settings.read().workOffline).toBe(true)
  expect((await open(factory, "another")).read().workOffline).toBe(true)
})

test("a change that is not kept says so, and nothing is told as changed", async () => {
  const { factory, state } = failingFactory()
  const settings = await open(factory)
  const heard = vi.fn()
  settings.subscribe(heard)
  state.isBroken = true

  await expect(settings.change({ workOffline: true })).rejects.toBeInstanceOf(NotSaved)

  expect(settings.read().workOffline).toBe(false)
  expect(heard).not.toHaveBeenCalled()
})

test("a database that never answers is said to be unreadable after ten seconds", async () => {
  vi.useFakeTimers()
  const { factory, state } = failingFactory()
  state.isSilent = true

  let said: unknown
  open(factory).catch((failure: unknown) => (said = failure))
  await vi.advanceTimersByTimeAsync(10_000)
  vi.useRealTimers()

  expect(said).toBeInstanceOf(NotReadable)
})
