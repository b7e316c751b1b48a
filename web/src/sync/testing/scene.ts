/** A scene of tests with the real server: devices that are opened on it, and the laws they are held to. */
import { afterAll, afterEach, beforeAll, expect, vi } from "vitest"
import { recordItemTransaction } from "../../actions/record-entry.ts"
import type { Fields } from "../../core/operation.ts"
import { countWaiting, readItems } from "../../store/queries.ts"
import { RealServer, type PersonName } from "./real-server.ts"
import {
  asTransaction,
  openTestDevice,
  readServerCopy,
  type TestDevice,
  type TestDeviceOptions,
} from "./test-device.ts"

const TEST_TIMEOUT_MS = 60_000 // a machine that does much else at the same time

export interface TwoPeople {
  alice: TestDevice
  bob: TestDevice
  record: string
}

/** A server for all tests of a file; each test has devices of its own. */
export class Scene {
  readonly server = new RealServer()
  private devices: TestDevice[] = []

  constructor() {
    vi.setConfig({ testTimeout: TEST_TIMEOUT_MS, hookTimeout: TEST_TIMEOUT_MS })
    beforeAll(() => this.server.setUp())
    afterAll(() => this.server.tearDown())
    afterEach(() => {
      for (const device of this.devices.splice(0)) device.stop()
    })
  }

  get contract(): string {
    return this.server.contract
  }

  readonly open = async (name: PersonName, options: TestDeviceOptions = {}): Promise<TestDevice> => {
    const device = await openTestDevice(this.server, name, options)
    this.devices.push(device)
    return device
  }

  readonly checkedOut = async (name: PersonName, options: TestDeviceOptions = {}): Promise<TestDevice> => {
    const device = await this.open(name, options)
    expect(await device.sync.checkOut(this.contract)).toEqual({ kind: "checked_out", kept: true })
    return device
  }

  /** A device that never comes back: no law is asked of it. */
  readonly lose = (device: TestDevice): void => {
    this.devices = this.devices.filter((one) => one !== device)
    device.sync.stop()
  }

  readonly itemOf = async (device: TestDevice, line = "2"): Promise<string> => {
    const items = await readItems(device.store, this.contract)
    return items.find((item) => item.line === line)!.record
  }

  readonly syncsWell = async (device: TestDevice): Promise<void> => {
    expect((await device.sync.syncNow(this.contract)).outcome).toEqual({ kind: "done" })
  }

  /** A transaction by Alice that both have seen. */
  readonly bothSee = async (more: Fields = {}): Promise<TwoPeople> => {
    const [alice, bob] = [await this.checkedOut("alice"), await this.checkedOut("bob")]
    const typed = asTransaction(await this.itemOf(alice), { quantity: "12.5", location: "Bay 1", ...more })
    const { record } = await recordItemTransaction(alice.device, this.contract, typed)
    await this.syncsWell(alice)
    await this.syncsWell(bob)
    return { alice, bob, record }
  }

  /** Law 9, and law 10 by the server's own check. */
  readonly everythingIsEqual = async (): Promise<void> => {
    for (const device of [...this.devices, ...this.devices]) await device.sync.syncNow(this.contract)
    const atServer = await readServerCopy(this.server)
    for (const device of this.devices) {
      expect(await device.copy()).toEqual(atServer)
      expect(await countWaiting(device.store)).toBe(0)
    }
    await this.server.verify()
  }
}
