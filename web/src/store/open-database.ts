/** Opening a database, upgrading it step by step, and letting go of it politely. */
import { UPGRADES, type UpgradeStep } from "./schema.ts"

export interface DatabaseOptions {
  factory?: IDBFactory
  /** Another list of steps, for tests of upgrades. */
  upgrades?: readonly UpgradeStep[]
  /** How long opening may take. */
  openTimeoutMs?: number
}

/** A tab of an older program that keeps its handle in spite of being asked is waited for this long. */
const OPEN_TIMEOUT_MS = 10_000

/** Return an open handle; `forget` is called when the browser or a newer program takes it away. */
export function openDatabase(
  name: string,
  options: DatabaseOptions,
  forget: () => void,
): Promise<IDBDatabase> {
  const upgrades = options.upgrades ?? UPGRADES
  return new Promise((resolve, reject) => {
    const request = (options.factory ?? indexedDB).open(name, upgrades.length)
    let isLate = false
    let isBlocked = false
    const timer = setTimeout(() => {
      isLate = true
      reject(new DOMException("The database does not open.", isBlocked ? "BlockedError" : "TimeoutError"))
    }, options.openTimeoutMs ?? OPEN_TIMEOUT_MS)
    request.onupgradeneeded = (event) => {
      if (!request.transaction) return
      for (const step of upgrades.slice(event.oldVersion)) step(request.result, request.transaction)
    }
    // Another tab has it open in an older shape, and was asked to let go.
    request.onblocked = () => (isBlocked = true)
    request.onerror = () => {
      clearTimeout(timer)
      reject(request.error ?? new DOMException("The database does not open.", "UnknownError"))
    }
    request.onsuccess = () => {
      clearTimeout(timer)
      // Nobody waits for it any more: another one may be open by now.
      if (isLate) request.result.close()
      else resolve(watch(request.result, forget))
    }
  })
}

function watch(handle: IDBDatabase, forget: () => void): IDBDatabase {
  handle.onclose = forget
  handle.onversionchange = () => {
    // A newer program in another tab wants to upgrade: it must not wait for us.
    handle.close()
    forget()
  }
  return handle
}
