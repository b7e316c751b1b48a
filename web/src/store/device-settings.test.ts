// @vitest-environment node
/** What a browser keeps for whoever uses it: durable, and the same in every tab. */
import "fake-indexeddb/auto"
import { IDBFactory } from "fake-indexeddb"
import { afterEach, expect, test } from "vitest"
import { openDeviceSettings, type SettingsStore } from "./device-settings.ts"

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
