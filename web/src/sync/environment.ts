/** The browser around a sync: network, visibility, timers, locks. Tests bring their own. */
import { withTabLock, type TabWork } from "./tab-lock.ts"

export interface SyncEnvironment {
  isOnline(): boolean
  isVisible(): boolean
  /** Called when the network comes or goes, and when the page is shown or hidden. Returns how to stop it. */
  onChange(listener: () => void): () => void
  /** Milliseconds since some moment, which no change of the clock disturbs. */
  now(): number
  startTimer(run: () => void, delayMs: number): () => void
  random(): number
  /** One round at a time across tabs. Undefined where `isPatient` is false and another tab has it. */
  withLock<T>(name: string, isPatient: boolean, work: TabWork<T>): Promise<T | undefined>
}

export function browserEnvironment(): SyncEnvironment {
  return {
    isOnline: () => navigator.onLine,
    isVisible: () => document.visibilityState === "visible",
    onChange: (listener) => {
      addEventListener("online", listener)
      addEventListener("offline", listener)
      document.addEventListener("visibilitychange", listener)
      return () => {
        removeEventListener("online", listener)
        removeEventListener("offline", listener)
        document.removeEventListener("visibilitychange", listener)
      }
    },
    now: () => performance.now(),
    startTimer: (run, delayMs) => {
      const timer = setTimeout(run, delayMs)
      return () => clearTimeout(timer)
    },
    random: () => Math.random(),
    withLock: (name, isPatient, work) => {
      // Over plain HTTP from elsewhere there are no locks: two tabs may both sync, which the protocol bears.
      if (!isSecureContext) return work()
      return withTabLock(name, isPatient, work)
    },
  }
}
