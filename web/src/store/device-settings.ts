/** The few things a browser keeps for whoever uses it: Work Offline, automatic sync, who was here last. */
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

const NAME = "tallybook-device"
const TABLE = "settings"
const KEY = "device"
const FIRST: DeviceSettings = { workOffline: false, automaticSync: true }

export async function openDeviceSettings(
  factory: IDBFactory = indexedDB,
  channel: BroadcastChannel = new BroadcastChannel(NAME),
): Promise<SettingsStore> {
  const handle = await open(factory)
  const listeners = new Set<(settings: DeviceSettings) => void>()
  let settings: DeviceSettings = { ...FIRST, ...(await load(handle)) }
  const take = (changed: DeviceSettings): void => {
    settings = changed
    for (const listener of [...listeners]) listener(settings)
  }
  channel.addEventListener("message", (event: MessageEvent) => take(event.data as DeviceSettings))
  return {
    read: () => settings,
    change: async (patch) => {
      const changed = await save(handle, patch)
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

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE)
    request.onerror = () => reject(request.error ?? new DOMException("It does not open.", "UnknownError"))
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close()
      resolve(request.result)
    }
  })
}

function load(handle: IDBDatabase): Promise<Partial<DeviceSettings> | undefined> {
  return new Promise((resolve, reject) => {
    const request = handle.transaction(TABLE).objectStore(TABLE).get(KEY) as IDBRequest<
      DeviceSettings | undefined
    >
    request.onerror = () => reject(request.error ?? new DOMException("It cannot be read.", "UnknownError"))
    request.onsuccess = () => resolve(request.result)
  })
}

/** Read and changed in one transaction: two tabs do not undo each other's change. */
function save(handle: IDBDatabase, patch: Partial<DeviceSettings>): Promise<DeviceSettings> {
  return new Promise((resolve, reject) => {
    const transaction = handle.transaction(TABLE, "readwrite", { durability: "strict" })
    const table = transaction.objectStore(TABLE)
    const request = table.get(KEY) as IDBRequest<DeviceSettings | undefined>
    let changed: DeviceSettings = FIRST
    request.onsuccess = () => {
      changed = { ...FIRST, ...request.result, ...patch }
      table.put(changed, KEY)
    }
    transaction.oncomplete = () => resolve(changed)
    transaction.onabort = () =>
      reject(transaction.error ?? new DOMException("It was not saved.", "UnknownError"))
  })
}
