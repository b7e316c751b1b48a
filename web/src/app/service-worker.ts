/** The service worker: every file of the program is on the device, so that it starts without a network. */
import { PrecacheController, type PrecacheEntry } from "workbox-precaching"

/** Static routing, as Chromium has it. */
interface InstallEventWithRoutes extends ExtendableEvent {
  addRoutes?: (routes: { condition: { urlPattern: string }; source: "fetch-event" }) => Promise<void>
}

declare const self: ServiceWorkerGlobalScope & {
  /** Written in front of this file by the build. */
  __TALLYBOOK_PRECACHE: (PrecacheEntry & { revision: string })[]
}

const PAGE = "/index.html"
/** Built files carry their hash in their name. */
const HASHED = /^\/assets\//

const precache = new PrecacheController({ cacheName: "tallybook-program" })
precache.addToCacheList(
  self.__TALLYBOOK_PRECACHE.map(({ url, revision }) =>
    HASHED.test(url) ? { url, revision: null } : { url, revision },
  ),
)

self.addEventListener("install", (event: InstallEventWithRoutes) => {
  void precache.install(event)
  // Else Chromium asks the network for a page beside this worker, in case it is quicker: also in Work Offline.
  if (event.addRoutes) {
    event.waitUntil(event.addRoutes({ condition: { urlPattern: "/*" }, source: "fetch-event" }))
  }
})
/** Undefined in a worker that took over before it was started anew. */
let takingOver: Promise<void> | undefined

self.addEventListener("activate", (event) => {
  takingOver = takeOver(event)
  event.waitUntil(takingOver)
})

/** Files of the program before stay while a tab runs it: parts of it are loaded when they are wanted. */
async function takeOver(event: ExtendableEvent): Promise<void> {
  const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true })
  if (tabs.length === 0) await precache.activate(event)
  await self.clients.claim()
}

self.addEventListener("fetch", (event) => {
  const { request } = event
  const url = new URL(request.url)
  // What is not the program is none of this worker's business: it asks the network for nothing of its own.
  if (request.method !== "GET" || url.origin !== self.location.origin || isServers(url.pathname)) return
  const key = request.mode === "navigate" ? PAGE : url.pathname
  if (precache.getCacheKeyForURL(key) !== undefined) event.respondWith(answer(key, request))
  else if (HASHED.test(key)) event.respondWith(answerOlder(request))
})

const isServers = (path: string): boolean => path.startsWith("/api/") || path.startsWith("/_allauth/")

/** From the device; from the network only where the browser cleared the cache behind our back. */
async function answer(key: string, request: Request): Promise<Response> {
  return (await precache.matchPrecache(key)) ?? fetch(request)
}

/** A file of the program before, for a tab that still runs it. */
async function answerOlder(request: Request): Promise<Response> {
  const cache = await caches.open(precache.strategy.cacheName)
  return (await cache.match(request.url)) ?? fetch(request)
}

self.addEventListener("message", (event) => {
  if (event.data === "start") void self.skipWaiting()
  if (event.data === "is_stored")
    event.waitUntil(isReady().then((isStored) => event.ports[0]?.postMessage(isStored)))
})

/** With all files, and in its place. */
async function isReady(): Promise<boolean> {
  await takingOver
  return hasEveryFile()
}

async function hasEveryFile(): Promise<boolean> {
  const cache = await caches.open(precache.strategy.cacheName)
  const stored = new Set((await cache.keys()).map((request) => request.url))
  return precache
    .getCachedURLs()
    .every((url) => stored.has(new URL(precache.getCacheKeyForURL(url) ?? url, self.location.href).href))
}
