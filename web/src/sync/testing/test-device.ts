/** A device of tests: memory store, a clock that ticks, a line that may fail, and the sync service as the app starts it. */
import { IDBFactory } from "fake-indexeddb"
import type { Entry } from "../../core/entry.ts"
import type { Fields, HeldOperation, Image, Operation } from "../../core/operation.ts"
import { openDevice, type Device } from "../../store/device.ts"
import { openDeviceSettings, type SettingsStore } from "../../store/device-settings.ts"
import { openMemoryStore } from "../../store/memory-store.ts"
import { readEntry, readHeld, type HeldView } from "../../store/queries.ts"
import type { Store } from "../../store/store.ts"
import { connect } from "../../wire/connection.ts"
import { makeGate } from "../../wire/gate.ts"
import { serverOver } from "../../wire/server.ts"
import type { SyncEnvironment } from "../environment.ts"
import { startSync } from "../start-sync.ts"
import type { SyncService } from "../sync-service.ts"
import { FaultyLine } from "./faulty-line.ts"
import type { PersonName, RealServer } from "./real-server.ts"

export interface TestDeviceOptions {
  pageLines?: number
  programIsStored?: (isPatient: boolean) => Promise<boolean>
  store?: Store
  token?: string
}

/** Records and holds of a contract, as compared between devices and the server. */
export interface Copy {
  images: Map<string, Image>
  held: Map<string, HeldOperation>
}

export class TestDevice {
  readonly device: Device
  readonly sync: SyncService
  readonly line: FaultyLine
  readonly settings: SettingsStore
  readonly contract: string

  constructor(parts: Pick<TestDevice, "device" | "sync" | "line" | "settings" | "contract">) {
    this.device = parts.device
    this.sync = parts.sync
    this.line = parts.line
    this.settings = parts.settings
    this.contract = parts.contract
  }

  get store(): Store {
    return this.device.store
  }

  /** Raises where there is nothing to show. */
  async entry(record: string): Promise<Entry> {
    const found = await readEntry(this.store, this.contract, record)
    if (!found) throw new Error(`${record} is not on the screen`)
    return found.entry
  }

  readHeld(): Promise<HeldView[]> {
    return readHeld(this.store, this.device.person.id)
  }

  operations(): Promise<Operation[]> {
    return this.store.read(["operations"], (read) => read.list("operations", { prefix: [] }))
  }

  copy(): Promise<Copy> {
    return readCopyOf(this.store, this.contract)
  }

  stop(): void {
    this.sync.stop()
    this.settings.close()
    this.store.close()
  }
}

/** The records and holds of a contract that a device shows. */
export function readCopyOf(store: Store, contract: string): Promise<Copy> {
  return store.read(["contracts", "records", "held"], async (read) => {
    const copy = (await read.get("contracts", contract))?.live?.copy ?? 0
    const prefix = [contract, copy]
    const images = await read.list("records", { prefix })
    const held = await read.list("held", { prefix })
    return {
      images: new Map(images.map(({ contract: _contract, copy: _copy, ...image }) => [image.record, image])),
      held: new Map(
        held.map(({ contract: _contract, copy: _copy, id, record: _record, ...one }) => [id, one]),
      ),
    }
  })
}

export async function openTestDevice(
  server: RealServer,
  name: PersonName,
  options: TestDeviceOptions = {},
): Promise<TestDevice> {
  const { token, ...who } = server.people[name]
  const person = { ...who, role: name === "ruth" ? ("admin" as const) : ("inspector" as const) }
  const store = options.store ?? openMemoryStore()
  const device = await openDevice({ store, person, app: "test", now: tick })
  const [line, gate] = [new FaultyLine(), makeGate(false)]
  // Its server may come back on another port: the address is asked for with each request.
  const parts = { gate, bearer: options.token ?? token, fetch: line.fetch }
  const connection = {
    request: (asked: Parameters<ReturnType<typeof connect>["request"]>[0]) =>
      connect({ ...parts, baseUrl: server.url }).request(asked),
  } as ReturnType<typeof connect>
  const settings = await openDeviceSettings(new IDBFactory(), new BroadcastChannel(device.id))
  const sync = startSync({
    device,
    server: serverOver(connection),
    gate,
    settings,
    environment: quietEnvironment(),
    pageLines: options.pageLines ?? 1_000,
    label: `${name}'s test device`,
    programIsStored: options.programIsStored ?? (async () => true),
    askToKeep: async () => true,
  })
  return new TestDevice({ device, sync, line, settings, contract: server.contract })
}

let lastInstantMs = Date.now()

/** No two ids of a test are of one millisecond: what is sorted by them has one order, whatever chance added. */
function tick(): Date {
  lastInstantMs += 1
  return new Date(lastInstantMs)
}

/** Nothing happens by itself: no timer ever fires. */
function quietEnvironment(): SyncEnvironment {
  return {
    isOnline: () => true,
    isVisible: () => true,
    onChange: () => () => undefined,
    now: () => 0,
    startTimer: () => () => undefined,
    random: () => 0.5,
    withLock: (_name, _isPatient, work) => work(),
  }
}

interface FeedText {
  seq?: number
  record?: string
  held?: Operation
  more?: boolean
  cursor?: number
}

/** What the server itself has, read line by line without any of the client's own reading. */
export async function readServerCopy(server: RealServer): Promise<Copy> {
  const copy: Copy = { images: new Map(), held: new Map() }
  for (let after = 0; ;) {
    const lines = await server.askLines(
      "ruth",
      `/api/sync/v1/contracts/${server.contract}/feed?after=${after}`,
    )
    for (const line of lines as FeedText[]) {
      if (line.record !== undefined) copy.images.set(line.record, line as unknown as Image)
      if (line.held) {
        const { held, ...rest } = line as unknown as { held: Operation; seq: number; reason: string }
        copy.held.set(held.id, { ...rest, operation: held })
      }
    }
    const last = lines.at(-1) as FeedText
    if (!last.more) return copy
    after = last.cursor ?? 0
  }
}

export const asTransaction = (item: string, more: Fields = {}): Fields => ({
  item,
  work_date: "2026-11-20",
  quantity: "1",
  ...more,
})
