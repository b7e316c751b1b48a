/** The few things a browser keeps for whoever uses it: Work Offline, automatic sync, who was here last. */
import { changeRow, loadRow, withDeviceDatabase } from "./device-database.ts"
import type { Person } from "./device.ts"
import { NotReadable, NotSaved } from "./store.ts"
import { whyNotSaved } from "./store-failures.ts"

export interface DeviceSettings {
  workOffline: boolean
  automaticSync: boolean
  /** Who was signed in last, so that the app starts without a network. */
  person?: Person
  agency?: { id: string; name: string }
  /** Somebody signed out without a network: the server still has to be told. */
  mustEndSession?: boolean
}

/** Read once when the program starts; changed durably; told to every tab. */
export interface SettingsStore {
  read(): DeviceSettings
  /** Raises NotSaved: then nothing is changed. */
  change(patch: Partial<DeviceSettings>): Promise<void>
  subscribe(listener: (settings: DeviceSettings) => void): () => void
  close(): void
}

const CHANNEL = "tallybook-device"
const KEY = "device"
const FIRST: DeviceSettings = { workOffline: false, automaticSync: true }

/** Raises NotReadable where the browser's database is silent, and what it raised itself where it has none. */
export async function openDeviceSettings(
  factory: IDBFactory = indexedDB,
  channel: BroadcastChannel = new BroadcastChannel(CHANNEL),
): Promise<SettingsStore> {
  const listeners = new Set<(settings: DeviceSettings) => void>()
  let settings: DeviceSettings = { ...FIRST, ...(await load(factory)) }
  const take = (changed: DeviceSettings): void => {
    settings = changed
    for (const listener of [...listeners]) listener(settings)
  }
  channel.addEventListener("message", (event: MessageEvent) => take(event.data as DeviceSettings))
  return {
    read: () => settings,
    change: async (patch) => {
      const join = (known?: DeviceSettings): DeviceSettings => ({ ...FIRST, ...known, ...patch })
      const changed = (await save(factory, join)) ?? FIRST
      take(changed)
      channel.postMessage(changed)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => channel.close(),
  }
}

async function load(factory: IDBFactory): Promise<DeviceSettings | undefined> {
  try {
    return await withDeviceDatabase(factory, (handle) => loadRow<DeviceSettings>(handle, KEY))
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === "TimeoutError")
      throw new NotReadable("unknown", failure)
    throw failure
  }
}

async function save(
  factory: IDBFactory,
  change: (known?: DeviceSettings) => DeviceSettings,
): Promise<DeviceSettings | undefined> {
  try {
    return await withDeviceDatabase(factory, (handle) => changeRow(handle, KEY, change))
  } catch (failure) {
    throw new NotSaved(whyNotSaved(failure), failure)
  }
}
