/** A browser that keeps no programs is told so at once, and nothing of Tallybook depends on its service worker. */
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { makeGate } from "../wire/gate.ts"
import { bringNewest, startProgram, type BrowserProgram } from "./program.ts"

const never = new Promise<never>(() => undefined)

/** What the browser offers as `navigator.serviceWorker`; undefined: it has none. */
function start(workers: object | undefined): BrowserProgram {
  vi.stubGlobal("navigator", { onLine: false, ...(workers && { serviceWorker: workers }) })
  return startProgram(makeGate(false))
}

beforeEach(() => {
  vi.stubEnv("PROD", true)
  vi.stubGlobal("isSecureContext", true)
  vi.useFakeTimers()
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
})

const refusing = {
  register: () => Promise.reject(new DOMException("refused", "SecurityError")),
  ready: never,
  getRegistration: () => Promise.reject(new DOMException("refused", "SecurityError")),
}

test.each<[string, object | undefined]>([
  ["has no service workers", undefined],
  ["refuses them", refusing],
  ["was told by the office to remove it", { ...refusing, getRegistration: async () => undefined }],
])("a browser that %s: it is not stored, without a wait, and nothing rejects", async (_name, workers) => {
  const program = start(workers)

  expect(await program.isStored(true)).toBe(false)
  expect(await program.isStored(false)).toBe(false)
  await program.lookForUpdate()
})

test("without service workers the newer program is what the page is loaded from", async () => {
  const reload = vi.spyOn(location, "reload").mockReturnValue(undefined)
  start(refusing)

  expect(await bringNewest()).toBe(true)
  expect(reload).toHaveBeenCalledOnce()
})

/** A worker that brings its files, and says from the third time on that it has them. */
function slowWorker(): object {
  let asked = 0
  const active = {
    postMessage: (_what: string, [port]: MessagePort[]) => port?.postMessage((asked += 1) >= 3),
  }
  const registration = { active, waiting: null, installing: null, addEventListener: () => undefined }
  const found = async (): Promise<object> => registration
  return { register: found, ready: never, getRegistration: found, addEventListener: () => undefined }
}

test("only who is patient waits until it is stored", async () => {
  vi.useRealTimers()
  const program = start(slowWorker())

  expect(await program.isStored(false)).toBe(false)
  expect(await program.isStored(true)).toBe(true)
})
