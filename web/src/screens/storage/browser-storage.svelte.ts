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
  const { storage } = parts.navigator
  const isSecure = parts.isSecureContext && storage !== undefined
  const [isKept, { usage, quota }] = isSecure
    ? await Promise.all([storage.persisted(), storage.estimate()])
    : [false, {} as StorageEstimate]
  return {
    isSecure,
    isKept,
    ...(usage !== undefined && { usedBytes: usage }),
    ...(quota !== undefined && { quotaBytes: quota }),
    ...(usage !== undefined && quota !== undefined && { freeBytes: Math.max(0, quota - usage) }),
    isAppleMobile: isAppleMobile(parts.navigator),
    isInstalled: parts.isStandalone(),
  }
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
    this.isRefused = !(await navigator.storage.persist())
    await this.look()
  }
}
