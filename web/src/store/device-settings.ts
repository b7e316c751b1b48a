/** The few things a browser keeps for whoever uses it: Work Offline, automatic sync, who was here last. */
import { changeRow, loadRow, openDeviceDatabase } from "./device-database.ts"
import type { Person } from "./device.ts"

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
  change(patch: Partial<DeviceSettings>): Promise<void>
  subscribe(listener: (settings: DeviceSettings) => void): () => void
  close(): void
}

const CHANNEL = "tallybook-device"
const KEY = "device"
const FIRST: DeviceSettings = { workOffline: false, automaticSync: true }

export async function openDeviceSettings(
  factory: IDBFactory = indexedDB,
  channel: BroadcastChannel = new BroadcastChannel(CHANNEL),
): Promise<SettingsStore> {
  const handle = await openDeviceDatabase(factory)
  const listeners = new Set<(settings: DeviceSettings) => void>()
  let settings: DeviceSettings = { ...FIRST, ...(await loadRow<DeviceSettings>(handle, KEY)) }
  const take = (changed: DeviceSettings): void => {
    settings = changed
    for (const listener of [...listeners]) listener(settings)
  }
  channel.addEventListener("message", (event: MessageEvent) => take(event.data as DeviceSettings))
  return {
    read: () => settings,
    change: async (patch) => {
      const join = (known?: DeviceSettings): DeviceSettings => ({ ...FIRST, ...known, ...patch })
      const changed = (await changeRow(handle, KEY, join)) ?? FIRST
      take(changed)
      channel.postMessage(changed)
    },
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => {
      channel.close()
      handle.close()
    },
  }
}
