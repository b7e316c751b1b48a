/** What this browser says of the place where it keeps things, asked anew whenever it may have changed. */
import type { StorageReport } from "../../ui/words/storage.ts"

/** The few parts of a browser that are asked. */
export interface BrowserParts {
  isSecureContext: boolean
  navigator: Pick<Navigator, "userAgent" | "maxTouchPoints"> & { storage?: StorageManager }
  isStandalone: () => boolean
}

const BROWSER: BrowserParts = {
  get isSecureContext() {
    return isSecureContext
  },
  get navigator() {
    return navigator
  },
  isStandalone: () => matchMedia("(display-mode: standalone)").matches,
}

export async function readStorageReport(parts: BrowserParts = BROWSER): Promise<StorageReport> {
  const storage = storageOf(parts)
  const [isKept, { usage, quota }, isShutOut] = storage
    ? await Promise.all([storage.persisted(), storage.estimate(), isShutOutOf(storage)])
    : [false, {} as StorageEstimate, false]
  return {
    isSecure: parts.isSecureContext,
    isKept,
    canPromise: storage !== undefined,
    isShutOut,
    ...(usage !== undefined && { usedBytes: usage }),
    ...(quota !== undefined && { quotaBytes: quota }),
    ...(usage !== undefined && quota !== undefined && { freeBytes: Math.max(0, quota - usage) }),
    isAppleMobile: isAppleMobile(parts.navigator),
    isInstalled: parts.isStandalone(),
  }
}

/** Undefined over plain HTTP, and where a browser has none, as some that are built on WebKit. */
const storageOf = ({ isSecureContext, navigator }: BrowserParts): StorageManager | undefined =>
  isSecureContext ? navigator.storage : undefined

/** A browser that has no file system for pages shuts nobody out of it. */
async function isShutOutOf(storage: Partial<StorageManager>): Promise<boolean> {
  try {
    await storage.getDirectory?.()
    return false
  } catch {
    return true
  }
}

/** Whether the browser has promised not to clear what this site keeps. */
export async function isKeptForCertain(parts: BrowserParts = BROWSER): Promise<boolean> {
  return (await storageOf(parts)?.persisted()) ?? false
}

/** Ask it to promise. When somebody checks out: then it matters. */
export async function askToKeep(parts: BrowserParts = BROWSER): Promise<boolean> {
  return (await isKeptForCertain(parts)) || ((await storageOf(parts)?.persist()) ?? false)
}

/** An iPad says that it is a Mac; no Mac has a screen to touch. */
export function isAppleMobile({ userAgent, maxTouchPoints }: BrowserParts["navigator"]): boolean {
  return /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && maxTouchPoints > 1)
}

export class BrowserStorage {
  /** Undefined until the browser has answered. */
  report = $state.raw<StorageReport>()
  /** The browser was asked to keep it, and did not promise. */
  isRefused = $state(false)

  async look(): Promise<void> {
    this.report = await readStorageReport()
  }

  async askToKeep(): Promise<void> {
    this.isRefused = !(await askToKeep())
    await this.look()
  }
}
