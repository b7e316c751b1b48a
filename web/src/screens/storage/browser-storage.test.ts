/** What is read out of a browser, whichever parts it has. */
import { expect, test } from "vitest"
import { askToKeep, isAppleMobile, readStorageReport, type BrowserParts } from "./browser-storage.svelte.ts"

const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1"
const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Safari/605.1.15"

function browser(storage: Partial<StorageManager> | undefined, isSecureContext = true): BrowserParts {
  return {
    isSecureContext,
    navigator: { userAgent: MAC, maxTouchPoints: 0, ...(storage && { storage: storage as StorageManager }) },
    isStandalone: () => false,
  }
}

const kept = { persisted: async () => true, estimate: async () => ({ usage: 30, quota: 100 }) }

test("kept, used and free", async () => {
  expect(await readStorageReport(browser(kept))).toEqual({
    isSecure: true,
    isKept: true,
    canPromise: true,
    isShutOut: false,
    usedBytes: 30,
    freeBytes: 70,
    quotaBytes: 100,
    isAppleMobile: false,
    isInstalled: false,
  })
})

test("over plain HTTP there is nobody to ask", async () => {
  expect(await readStorageReport(browser(undefined, false))).toMatchObject({ isSecure: false, isKept: false })
})

test("a browser without a storage manager keeps nothing for certain", async () => {
  expect(await readStorageReport(browser(undefined))).toMatchObject({
    isSecure: true,
    isKept: false,
    canPromise: false,
  })
  expect(await askToKeep(browser(undefined))).toBe(false)
  expect(await askToKeep(browser({ ...kept, persisted: async () => false, persist: async () => true }))).toBe(
    true,
  )
})

test("a browser that tells no figures is not given any; more used than allowed leaves none", async () => {
  const silent = await readStorageReport(browser({ ...kept, estimate: async () => ({}) }))
  const full = await readStorageReport(
    browser({ ...kept, estimate: async () => ({ usage: 120, quota: 100 }) }),
  )

  expect(silent).not.toHaveProperty("freeBytes")
  expect(full.freeBytes).toBe(0)
})

test("a file system that a page is kept out of is told apart from none", async () => {
  const shut = async (): Promise<never> => {
    throw new DOMException("Security error when calling GetDirectory", "SecurityError")
  }

  expect((await readStorageReport(browser({ ...kept, getDirectory: shut }))).isShutOut).toBe(true)
  expect((await readStorageReport(browser(kept))).isShutOut).toBe(false)
})

test("an iPad says that it is a Mac; only the screen to touch tells", () => {
  expect(isAppleMobile({ userAgent: IPHONE, maxTouchPoints: 5 })).toBe(true)
  expect(isAppleMobile({ userAgent: MAC, maxTouchPoints: 5 })).toBe(true)
  expect(isAppleMobile({ userAgent: MAC, maxTouchPoints: 0 })).toBe(false)
})
