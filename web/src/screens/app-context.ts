/** What every screen gets from the shell: the store, the device, the person, sync, and where to go. */
import { getContext, setContext } from "svelte"
import type { Device, Person } from "../store/device.ts"
import type { Store } from "../store/store.ts"
import type { SyncService } from "../sync/sync-service.ts"

export interface App {
  store: Store
  device: Device
  person: Person
  agency: { id: string; name: string }
  sync: SyncService
  navigate(path: string, options?: { replace?: boolean }): void
  /** Stopped by the shell where entries are unsent. */
  signOut(): Promise<void>
}

const KEY = Symbol("app")

export function provideApp(app: App): App {
  return setContext(KEY, app)
}

export function getApp(): App {
  const app = getContext<App | undefined>(KEY)
  if (!app) throw new Error("This component stands outside the app: provideApp was not called above it.")
  return app
}
