/** What every screen stands on: the device, the sync, the person who is signed in. */
import { createContext } from "svelte"
import type { ContinuousBackup } from "../backup/continuous-backup.ts"
import type { Device, Person } from "../store/device.ts"
import type { DeviceSettings, SettingsStore } from "../store/device-settings.ts"
import type { SecondCopy } from "../store/second-copy.ts"
import type { Store } from "../store/store.ts"
import type { ReadableState, SyncService } from "../sync/sync-service.ts"
import type { Connection } from "../wire/connection.ts"

/** Whether the server still knows this person: asked when there is a network, never needed to read or type. */
export type SessionState = "unknown" | "signed_in" | "expired"

/** The program itself, as this browser keeps it. */
export interface Program {
  /**
   * Whether it and every file of it is stored, and its service worker answers: then it starts without a network.
   * Who is patient waits a minute for it to become so. Never rejects: where there is no service worker, false.
   */
  isStored(isPatient: boolean): Promise<boolean>
  /** A newer one is ready and starts with the next reload; never by itself in the middle of a form. */
  readonly update: ReadableState<{ isReady: boolean }>
  startUpdate(): Promise<void>
}

export interface Tallybook {
  device: Device
  store: Store
  /** How the copy beside the database stands. */
  secondCopy: ReadableState<SecondCopy>
  person: Person
  agency: NonNullable<DeviceSettings["agency"]>
  /** How people call this device. */
  label: string
  /** Undefined where the browser lets no page write into a folder. */
  continuous: ContinuousBackup | undefined
  sync: SyncService
  settings: SettingsStore
  connection: Connection
  session: ReadableState<{ state: SessionState }>
  program: Program
  /** Sign in again as the same person, without leaving the page. */
  logInAgain: (password: string) => Promise<LogInOutcome>
  /** Whatever waits stays on this device. Without a network the device forgets who was here all the same. */
  signOut: () => Promise<void>
}

export type LogInOutcome = "signed_in" | "wrong" | "too_many" | "disabled" | "no_network" | "work_offline"

export const [useTallybook, provideTallybook] = createContext<Tallybook>()
