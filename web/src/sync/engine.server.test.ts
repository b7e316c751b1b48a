// @vitest-environment node
/** The client's engine against the real server: every situation of the field that has a name. */
import "fake-indexeddb/auto"
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest"
import { decideHeld } from "../actions/decide-held.ts"
import { recordItemTransaction, recordNote } from "../actions/record-entry.ts"
import { bringBackRecord, reviseRecord, voidRecord } from "../actions/revise-entry.ts"
import { countWaiting, readContract, readItems, readItemTotal, readKeptAside } from "../store/queries.ts"
import { openMemoryStore } from "../store/memory-store.ts"
import { RealServer, type PersonName } from "./testing/real-server.ts"
import {
  asTransaction,
  openTestDevice,
  readServerCopy,
  type TestDevice,
  type TestDeviceOptions,
} from "./testing/test-device.ts"

vi.setConfig({ testTimeout: 60_000 }) // a machine that does much else at the same time

const server = new RealServer()
let devices: TestDevice[] = []

beforeAll(() => server.setUp(), 60_000)
afterAll(() => server.tearDown(), 60_000)

afterEach(() => {
  for (const device of devices.splice(0)) device.stop()
})

async function open(name: PersonName, options: TestDeviceOptions = {}): Promise<TestDevice> {
  const device = await openTestDevice(server, name, options)
  devices.push(device)
  return device
}

async function checkedOut(name: PersonName, options: TestDeviceOptions = {}): Promise<TestDevice> {
  const device = await open(name, options)
  expect(await device.sync.checkOut(server.contract)).toEqual({ kind: "checked_out", kept: true })
  return device
}

async function itemOf(device: TestDevice, line = "2"): Promise<string> {
  const items = await readItems(device.store, server.contract)
  return items.find((item) => item.line === line)!.record
}

const syncsWell = async (device: TestDevice): Promise<void> => {
  expect((await device.sync.syncNow(server.contract)).outcome).toEqual({ kind: "done" })
}

/** Law 9, and law 10 by the server's own check. */
async function everythingIsEqual(): Promise<void> {
  for (const device of [...devices, ...devices]) await device.sync.syncNow(server.contract)
  const atServer = await readServerCopy(server)
  for (const device of devices) {
    expect(await device.copy()).toEqual(atServer)
    expect(await countWaiting(device.store)).toBe(0)
  }
  await server.verify()
}

async function bothSee(more = {}): Promise<{ alice: TestDevice; bob: TestDevice; record: string }> {
  const [alice, bob] = [await checkedOut("alice"), await checkedOut("bob")]
  const typed = asTransaction(await itemOf(alice), { quantity: "12.5", location: "Bay 1", ...more })
  const { record } = await recordItemTransaction(alice.device, server.contract, typed)
  await syncsWell(alice)
  await syncsWell(bob)
  return { alice, bob, record }
}

describe("work of two people", () => {
  test("both see everything", async () => {
    const [alice, bob] = [await checkedOut("alice"), await checkedOut("bob")]
    const item = await itemOf(alice)
    const note = await recordNote(alice.device, server.contract, {
      note_type: "General",
      work_date: "2026-11-20",
      text: "<img src=x onerror=alert(1)> poured \u{1f600}",
    })
    const posted = await recordItemTransaction(
      bob.device,
      server.contract,
      asTransaction(item, { quantity: "3.125" }),
    )
    expect((await alice.entry(note.record)).where).toBe("device")

    expect(await alice.sync.syncNow()).toMatchObject({ sent: 1, attention: 0, outcome: { kind: "done" } })
    await syncsWell(bob)
    await syncsWell(alice)

    for (const device of [alice, bob]) {
      expect((await device.entry(note.record)).fields).toEqual(note.set)
      expect(await device.entry(posted.record)).toMatchObject({
        fields: posted.set,
        where: "office",
        revision: 1,
      })
    }
    await everythingIsEqual()
  })

  test("edits of one entry that do not belong together are merged", async () => {
    const { alice, bob, record } = await bothSee()
    await reviseRecord(alice.device, await alice.entry(record), { quantity: "13" })
    await reviseRecord(bob.device, await bob.entry(record), { location: "Bay 2" })

    await syncsWell(alice)
    const summary = await bob.sync.syncNow(server.contract)
    await syncsWell(alice)

    expect(summary).toMatchObject({ sent: 1, merged: 1, attention: 0 })
    for (const device of [alice, bob]) {
      const { fields, revision } = await device.entry(record)
      expect(fields).toMatchObject({ quantity: "13", location: "Bay 2" })
      expect(revision).toBe(3)
    }
    await everythingIsEqual()
  })

  test("voiding and bringing back leave and enter the sums, everywhere", async () => {
    const { alice, bob, record } = await bothSee({ quantity: "100" })
    const item = await itemOf(alice)
    const used = async (device: TestDevice): Promise<number> =>
      Number((await readItemTotal(device.store, server.contract, item))!.used)
    const before = await used(bob)

    await voidRecord(alice.device, await alice.entry(record), "counted twice")
    expect(await used(alice)).toBe(before - 100)
    await syncsWell(alice)
    await syncsWell(bob)
    expect(await used(bob)).toBe(before - 100)
    await bringBackRecord(bob.device, await bob.entry(record), "it was not")
    await syncsWell(bob)
    await syncsWell(alice)

    expect(await used(alice)).toBe(before)
    await everythingIsEqual()
  })
})

describe("edits of the same field", () => {
  async function conflict(): Promise<{ alice: TestDevice; bob: TestDevice; record: string }> {
    const seen = await bothSee()
    const { alice, bob, record } = seen
    await reviseRecord(alice.device, await alice.entry(record), { quantity: "13" })
    await reviseRecord(bob.device, await bob.entry(record), { quantity: "14" })
    await syncsWell(alice)
    expect(await bob.sync.syncNow(server.contract)).toMatchObject({
      sent: 1,
      attention: 1,
      outcome: { kind: "done" },
    })
    await syncsWell(alice)
    return seen
  }

  test("are held, and everybody is shown base, theirs and mine", async () => {
    const { alice, bob, record } = await conflict()

    for (const device of [alice, bob]) {
      const [view, ...others] = (await device.readHeld()).filter(
        (one) => one.held.operation.record === record,
      )
      expect(others).toEqual([])
      expect(view).toMatchObject({
        state: "held",
        held: { reason: "conflict", detail: { fields: ["quantity"] } },
        base: { quantity: "12.5" },
        theirs: { quantity: "13" },
        mine: { quantity: "14" },
        mayDecide: true,
      })
      expect(await device.entry(record)).toMatchObject({ where: "attention", fields: { quantity: "13" } })
    }
    await everythingIsEqual()
  })

  test.each([
    ["apply", { quantity: "14" }, "14"],
    ["apply", { quantity: "13.5" }, "13.5"],
    ["set_aside", {}, "13"],
  ] as const)("a person decides: %s %j", async (choice, set, stands) => {
    const { alice, bob, record } = await conflict()
    const [view] = (await bob.readHeld()).filter((one) => one.held.operation.record === record)

    await decideHeld(bob.device, view!, choice, set, "measured again")
    const [decided] = (await bob.readHeld()).filter((one) => one.held.operation.record === record)
    expect(decided?.myDecision?.choice).toBe(choice)
    await syncsWell(bob)
    await syncsWell(alice)

    for (const device of [alice, bob]) {
      expect((await device.readHeld()).filter((one) => one.held.operation.record === record)).toEqual([])
      expect(await device.entry(record)).toMatchObject({
        where: "office",
        fields: { quantity: stands },
        beside: [],
      })
    }
    await everythingIsEqual()
  })

  test("of two who decide, the second is told, and may dismiss it", async () => {
    const { alice, bob, record } = await conflict()
    for (const [device, choice] of [
      [alice, "set_aside"],
      [bob, "apply"],
    ] as const) {
      const [view] = (await device.readHeld()).filter((one) => one.held.operation.record === record)
      await decideHeld(
        device.device,
        view!,
        choice,
        choice === "apply" ? { quantity: "14" } : {},
        "mine is right",
      )
    }

    await syncsWell(alice)
    await syncsWell(bob)

    const told = (await bob.readHeld()).filter((one) => one.held.operation.record === record)
    expect(told).toMatchObject([
      { state: "superseded", held: { reason: "already_decided" }, mayDismiss: true },
    ])
    expect((await bob.entry(record)).fields["quantity"]).toBe("13")
    await everythingIsEqual()
  })
})

describe("a line that fails", () => {
  test("an answer that is lost doubles nothing", async () => {
    const alice = await checkedOut("alice")
    const made = await recordNote(alice.device, server.contract, {
      note_type: "General",
      work_date: "2026-11-21",
      text: "once",
    })
    for (const fault of ["answer_lost", "request_lost", "answer_lost", 503, 429, 500] as const) {
      alice.line.faults.push(fault, "request_lost")
      const { outcome } = await alice.sync.syncNow(server.contract)
      expect(outcome.kind).toBe(typeof fault === "number" ? "busy" : "no_network")
      expect(await alice.entry(made.record)).toMatchObject({ where: "device", fields: { text: "once" } })
      alice.line.faults.length = 0
    }

    expect(await alice.sync.syncNow(server.contract)).toMatchObject({
      sent: 1,
      attention: 0,
      outcome: { kind: "done" },
    })

    expect(await alice.entry(made.record)).toMatchObject({ where: "office", revision: 1 })
    await everythingIsEqual()
  })

  test.each(["portal", "portal_elsewhere"] as const)(
    "a captive portal is not the server: %s",
    async (portal) => {
      const alice = await checkedOut("alice")
      const before = await alice.copy()
      await recordItemTransaction(alice.device, server.contract, asTransaction(await itemOf(alice)))
      alice.line.choose = () => portal

      for (let round = 0; round < 3; round += 1) {
        expect((await alice.sync.syncNow()).outcome).toEqual({ kind: "not_the_server" })
      }

      expect(await alice.copy()).toEqual(before)
      expect(await countWaiting(alice.store)).toBe(1)
      alice.line.choose = () => undefined
      await everythingIsEqual()
    },
  )

  test("a feed that is cut short leaves nothing of its page, and goes on from there", async () => {
    const bob = await checkedOut("bob")
    for (let at = 0; at < 7; at += 1) {
      await recordNote(bob.device, server.contract, {
        note_type: "General",
        work_date: "2026-11-22",
        text: `${at}`,
      })
    }
    await syncsWell(bob)
    const alice = await open("alice", { pageLines: 2 })
    let pages = 0
    alice.line.choose = ({ path }) =>
      path.endsWith("/feed") && (pages += 1) % 2 === 0 ? "cut_short" : undefined

    const outcomes = []
    do outcomes.push((await alice.sync.checkOut(server.contract)).kind)
    while (outcomes.at(-1) !== "checked_out" && outcomes.length < 100)

    expect(outcomes.filter((kind) => kind === "no_network").length).toBeGreaterThan(2)
    expect(outcomes.at(-1)).toBe("checked_out")
    await everythingIsEqual()
  })

  test("a batch that a proxy finds too large is halved, and what is too large alone keeps nobody waiting", async () => {
    const alice = await checkedOut("alice")
    const noise = (length: number): string =>
      Array.from({ length }, () => String.fromCharCode(33 + Math.floor(Math.random() * 90))).join("")
    for (const length of [10, 19_000, 10, 3_000, 3_000, 3_000, 10]) {
      const text = noise(length)
      await recordNote(alice.device, server.contract, { note_type: "General", work_date: "2026-11-23", text })
    }
    alice.line.choose = ({ method, bytes }) => (method === "POST" && bytes > 8_000 ? 413 : undefined)

    const { outcome, sent } = await alice.sync.syncNow(server.contract)

    expect([outcome, sent]).toEqual([{ kind: "failed", code: "too_large" }, 6])
    expect(await countWaiting(alice.store)).toBe(1)
    alice.line.choose = () => undefined
    await everythingIsEqual()
  })

  test("more than a batch takes goes in several", async () => {
    const alice = await checkedOut("alice")
    for (let at = 0; at < 620; at += 1) {
      await recordNote(alice.device, server.contract, {
        note_type: "General",
        work_date: "2026-11-24",
        text: `${at}`,
      })
    }
    alice.line.sent.length = 0

    expect(await alice.sync.syncNow(server.contract)).toMatchObject({ sent: 620, outcome: { kind: "done" } })

    expect(alice.line.sent.filter(({ method }) => method === "POST")).toHaveLength(2)
    await everythingIsEqual()
  })
})

describe("Work Offline", () => {
  test("not one request leaves, what is on its way is ended, and off it goes again", async () => {
    const alice = await checkedOut("alice")
    await recordItemTransaction(alice.device, server.contract, asTransaction(await itemOf(alice)))
    alice.line.before = async () => {
      await alice.sync.setWorkOffline(true)
    }
    expect((await alice.sync.syncNow()).outcome).toEqual({ kind: "work_offline" })
    alice.line.before = async () => undefined
    alice.line.sent.length = 0

    expect((await alice.sync.syncNow()).outcome).toEqual({ kind: "work_offline" })
    expect(await alice.sync.checkOut(server.contract)).toEqual({ kind: "work_offline" })
    expect(await alice.sync.refreshContracts()).toEqual({ kind: "work_offline" })
    expect(await alice.sync.openContract(server.contract)).toEqual({ kind: "work_offline" })
    expect(alice.line.sent).toEqual([])
    expect(await readContract(alice.store, server.contract)).toMatchObject({
      state: "checked_out",
      waiting: 1,
    })

    await alice.sync.setWorkOffline(false)
    expect(await alice.sync.syncNow()).toMatchObject({ sent: 1, outcome: { kind: "done" } })
    await everythingIsEqual()
  })
})

describe("who may not", () => {
  test("a token that is none: everything is kept, and nothing is asked further", async () => {
    const alice = await open("alice", { token: "none" })
    expect(await alice.sync.checkOut(server.contract)).toEqual({ kind: "not_signed_in" })
    await recordNote(alice.device, server.contract, {
      note_type: "General",
      work_date: "2026-11-20",
      text: "kept",
    })
    alice.line.sent.length = 0

    expect((await alice.sync.syncNow()).outcome).toEqual({ kind: "not_signed_in" })

    expect(alice.line.sent).toHaveLength(1)
    expect(await countWaiting(alice.store)).toBe(1)
    devices = []
    alice.stop()
  })

  test("a right that is gone: what was typed is delivered and stays in sight, reading ends", async () => {
    const bob = await checkedOut("bob")
    await server.revoke("bob")
    try {
      const { record } = await recordNote(bob.device, server.contract, {
        note_type: "General",
        work_date: "2026-11-20",
        text: "typed before he knew",
      })
      const summary = await bob.sync.syncNow(server.contract)

      expect(summary).toMatchObject({ sent: 1, attention: 1, outcome: { kind: "forbidden" } })
      expect(await bob.entry(record)).toMatchObject({ where: "attention", isImagined: true })
      const told = (await bob.readHeld()).filter((one) => one.held.operation.record === record)
      expect(told).toMatchObject([{ held: { seq: 0, reason: "forbidden" }, mayDecide: false }])
      expect(await readContract(bob.store, server.contract)).toMatchObject({ hasRecords: true, waiting: 0 })
    } finally {
      await server.assign("bob")
    }
    await everythingIsEqual()
  })
})

describe("checking out and in", () => {
  test("is not Checked Out before the program is stored, and becomes so with the next round", async () => {
    let isStored = false
    const alice = await open("alice", { programIsStored: async () => isStored })

    expect(await alice.sync.checkOut(server.contract)).toEqual({ kind: "program_not_stored" })
    expect(await readContract(alice.store, server.contract)).toMatchObject({
      state: "checking_out",
      hasRecords: true,
    })
    isStored = true
    await syncsWell(alice)

    expect(await readContract(alice.store, server.contract)).toMatchObject({ state: "checked_out" })
    await everythingIsEqual()
  })

  test("a checkout that was cut off goes on by itself, on a device that was started anew", async () => {
    const store = openMemoryStore()
    const before = await open("alice", { store, pageLines: 2 })
    let pages = 0
    before.line.choose = ({ path }) =>
      path.endsWith("/feed") && (pages += 1) > 2 ? "request_lost" : undefined
    expect((await before.sync.checkOut(server.contract)).kind).toBe("no_network")
    const cut = await readContract(store, server.contract)
    expect(cut).toMatchObject({ state: "checking_out", hasRecords: false })
    expect(cut?.received).toBeGreaterThan(0)
    before.sync.stop()
    devices = []

    const after = await open("alice", { store })
    await after.sync.syncNow()

    expect(after.line.sent.filter(({ path }) => path.endsWith("/feed")).length).toBeGreaterThan(0)
    expect(await readContract(store, server.contract)).toMatchObject({
      state: "checked_out",
      hasRecords: true,
    })
    expect(after.device.id).toBe(before.device.id)
    await everythingIsEqual()
  })

  test("checking in is refused while something typed is only here; then the records leave", async () => {
    const alice = await checkedOut("alice")
    const { record } = await recordItemTransaction(
      alice.device,
      server.contract,
      asTransaction(await itemOf(alice)),
    )

    expect(await alice.sync.checkIn(server.contract)).toEqual({ kind: "unsent", waiting: 1 })
    expect(await readContract(alice.store, server.contract)).toMatchObject({ state: "checked_out" })
    await syncsWell(alice)
    expect(await alice.sync.checkIn(server.contract)).toEqual({ kind: "checked_in" })

    expect((await alice.copy()).images.size).toBe(0)
    expect(await readContract(alice.store, server.contract)).toMatchObject({
      state: "listed",
      hasRecords: false,
    })
    expect(await alice.operations()).toMatchObject([{ record }])
    expect(await alice.sync.checkOut(server.contract)).toMatchObject({ kind: "checked_out" })
    await everythingIsEqual()
  })
})

describe("a server that was restored from a backup", () => {
  test("nothing own is lost, states become equal, and what it lacks is kept aside", async () => {
    const { alice, bob, record } = await bothSee()
    await server.backUp()
    await reviseRecord(alice.device, await alice.entry(record), { quantity: "20" })
    const lost = await recordNote(bob.device, server.contract, {
      note_type: "General",
      work_date: "2026-11-25",
      text: "by a device that never comes back",
    })
    await syncsWell(alice)
    await syncsWell(bob)
    await syncsWell(alice)
    const waiting = await recordNote(alice.device, server.contract, {
      note_type: "General",
      work_date: "2026-11-25",
      text: "not sent yet",
    })
    devices = [alice]
    bob.stop()
    await server.restoreBackup()

    const summary = await alice.sync.syncNow(server.contract)

    expect(summary.outcome).toEqual({ kind: "diverged_and_reloaded" })
    expect(await alice.entry(record)).toMatchObject({ where: "office", fields: { quantity: "20" } })
    expect(await alice.entry(waiting.record)).toMatchObject({ where: "office" })
    expect((await readKeptAside(alice.store, server.contract)).map((image) => image.record)).toEqual([
      lost.record,
    ])
    await everythingIsEqual()
  })
})
