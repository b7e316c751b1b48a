/** The program itself in this browser: its service worker, whether all of it is stored, and a newer one. */
import type { Program } from "../screens/context.ts"
import { changeable } from "../sync/readable.ts"
import type { Gate } from "../wire/gate.ts"

const WORKER = "/service-worker.js"
const STORED_TIMEOUT_MS = 60_000 // a slow line has the program's files to bring first
const ANSWER_WITHIN_MS = 5_000
const ASK_AGAIN_MS = 500
const UPDATE_EVERY_MS = 60 * 60_000
const LOOK_AGAIN = 1
const LOOK_AGAIN_MS = 5_000
/** Of somebody who asks for it himself. */
const OPEN_GATE = { isClosed: () => false, signal: () => new AbortController().signal }

export interface BrowserProgram extends Program {
  /** Ask the office for a newer program, unless Work Offline is on. */
  lookForUpdate(): Promise<void>
}

export function startProgram(gate: Gate): BrowserProgram {
  const update = changeable({ isReady: false })
  const registering = register(() => update.replace({ isReady: true }))
  const program: BrowserProgram = {
    update,
    isStored: async (isPatient) => {
      if (!isPatient) return waitUntilStored(0)
      return (await registering) !== undefined && waitUntilStored(STORED_TIMEOUT_MS)
    },
    startUpdate: startNewest,
    lookForUpdate: async () => {
      const registration = await registering
      if (!registration || gate.isClosed() || !navigator.onLine) return
      await refreshWorker(registration, gate)
    },
  }
  setInterval(() => void program.lookForUpdate(), UPDATE_EVERY_MS)
  void registering.then(() => program.lookForUpdate())
  return program
}

/** Load the page anew, with the newer program where one waits. */
async function startNewest(): Promise<void> {
  startWaiting((await findRegistration())?.waiting)
}

function startWaiting(waiting: ServiceWorker | null | undefined): void {
  if (!waiting) {
    location.reload()
    return
  }
  navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true })
  waiting.postMessage("start")
}

/**
 * For a page whose program is too old for what this device keeps: bring the newer one and start it, also where
 * nobody has looked for it yet. False where it did not come. Somebody pressed for it: Work Offline does not count.
 */
export async function bringNewest(): Promise<boolean> {
  const registration = await findRegistration()
  if (!registration) {
    location.reload()
    return true
  }
  if (!registration.waiting) {
    await refreshWorker(registration, OPEN_GATE)
    await hasInstalled(registration.installing)
  }
  const { waiting } = registration
  if (waiting) startWaiting(waiting)
  return waiting !== null
}

/** None over plain HTTP from elsewhere, where it is turned off in the browser, and where the browser refuses it. */
const hasWorkers = (): boolean => isSecureContext && "serviceWorker" in navigator

async function findRegistration(): Promise<ServiceWorkerRegistration | undefined> {
  if (!hasWorkers()) return undefined
  return navigator.serviceWorker.getRegistration().catch(() => undefined)
}

/** With all of its files, or given up. */
function hasInstalled(worker: ServiceWorker | null): Promise<void> {
  return new Promise((resolve) => {
    if (worker?.state !== "installing") {
      resolve()
      return
    }
    worker.addEventListener("statechange", () => resolve(), { once: true })
  })
}

/** Undefined where there are no service workers, and while the client is written: the program works without. */
async function register(onUpdate: () => void): Promise<ServiceWorkerRegistration | undefined> {
  if (!import.meta.env.PROD || !hasWorkers()) return undefined
  // "all": while the file is fresh in the browser's own cache, opening a page asks the network for nothing.
  // Where the browser refuses, as with cookies blocked, the one that is there from before will do, if any.
  const registering = navigator.serviceWorker
    .register(WORKER, { updateViaCache: "all" })
    .catch(findRegistration)
  // WebKit never answers a page that was opened while the worker took over: the worker that is there will do.
  const registration = await Promise.race([registering, navigator.serviceWorker.ready])
  if (registration) watch(registration, onUpdate)
  return registration
}

function watch(registration: ServiceWorkerRegistration, onUpdate: () => void): void {
  // Another tab has started the newer one: this one goes on with what it has, until the person agrees here too.
  if (navigator.serviceWorker.controller)
    navigator.serviceWorker.addEventListener("controllerchange", onUpdate)
  const watchOne = (worker: ServiceWorker | null): void => {
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && registration.active) onUpdate()
    })
  }
  if (registration.waiting && registration.active) onUpdate()
  watchOne(registration.installing)
  registration.addEventListener("updatefound", () => watchOne(registration.installing))
}

/**
 * Put the newest worker's file into the browser's cache, then let the browser compare. Twice: a comparison
 * that the browser began by itself a moment before is taken for ours, and may have read the file of before.
 */
async function refreshWorker(
  registration: ServiceWorkerRegistration,
  gate: Pick<Gate, "isClosed" | "signal">,
): Promise<void> {
  for (let again = 0; again <= LOOK_AGAIN && !gate.isClosed(); again += 1) {
    if (again > 0 && (registration.installing ?? registration.waiting)) return
    if (again > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
    try {
      await fetch(WORKER, { cache: again === 0 ? "reload" : "no-cache", signal: gate.signal() })
      if (!gate.isClosed()) await registration.update()
    } catch (failure) {
      // No network, or Work Offline was turned on meanwhile: if not now, the next hour will do.
      if (!(failure instanceof TypeError || failure instanceof DOMException)) throw failure
    }
  }
}

/**
 * The worker is in its place and says that it has every file. Its state is not asked here: WebKit does not
 * tell it to a page that was opened meanwhile, which sees "activating" until it is loaded again.
 */
async function waitUntilStored(limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs
  for (;;) {
    const registration = await findRegistration()
    // Refused, or switched off from the server, where the worker takes itself away: there is nothing to wait for.
    if (!registration) return false
    if (registration.active && (await askWorker(registration.active))) return true
    if (Date.now() >= deadline) return false
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
  }
}

function askWorker(worker: ServiceWorker): Promise<boolean> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ANSWER_WITHIN_MS)
    port1.onmessage = (event: MessageEvent<boolean>) => {
      clearTimeout(timer)
      resolve(event.data)
    }
    worker.postMessage("is_stored", [port2])
  })
}
