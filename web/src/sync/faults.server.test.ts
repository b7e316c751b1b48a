// @vitest-environment node
/** Lines that fail, rights that go, checkouts that are cut, servers that are restored: the engine against the real server. */
import "fake-indexeddb/auto"
import { describe, expect, test } from "vitest"
import { recordItemTransaction, recordNote } from "../actions/record-entry.ts"
import { reviseRecord } from "../actions/revise-entry.ts"
import { openMemoryStore } from "../store/memory-store.ts"
import { countWaiting, readContract, readKeptAside } from "../store/queries.ts"
import { Scene } from "./testing/scene.ts"
import { asTransaction } from "./testing/test-device.ts"

const scene = new Scene()
const { server, open, checkedOut, itemOf, syncsWell, bothSee, everythingIsEqual, lose } = scene

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

  test("a proxy that buffers: an answer comes in one piece, a push when it was sent again long ago", async () => {
    const alice = await open("alice")
    alice.line.choose = () => "buffered"
    expect(await alice.sync.checkOut(server.contract)).toEqual({ kind: "checked_out", kept: true })
    const note = (text: string) =>
      recordNote(alice.device, server.contract, { note_type: "General", work_date: "2026-11-24", text })
    await note("taken by the proxy")
    alice.line.choose = ({ method }) => (method === "POST" ? "passed_on_late" : "buffered")
    expect((await alice.sync.syncNow(server.contract)).outcome).toEqual({ kind: "no_network" })
    expect(await countWaiting(alice.store)).toBe(1)

    alice.line.choose = () => "buffered"
    await note("typed since")
    expect(await alice.sync.syncNow(server.contract)).toMatchObject({ sent: 2, outcome: { kind: "done" } })
    expect(await alice.line.deliverLate()).toEqual([200])

    expect([...(await alice.copy()).held.keys()]).toEqual([])
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
    lose(alice)
  })

  test("a right that comes again: what the office was given without one is offered again, and settled", async () => {
    const bob = await checkedOut("bob")
    await server.revoke("bob")
    const text = "typed without a right"
    const note = { note_type: "General", work_date: "2026-11-20", text }
    const { record } = await recordNote(bob.device, server.contract, note)
    try {
      expect(await bob.sync.syncNow(server.contract)).toMatchObject({ sent: 1, attention: 1 })
      // Asked again, it is sent again, and counted no second time: the office has it.
      expect(await bob.sync.syncNow(server.contract)).toMatchObject({ sent: 0, attention: 0 })
      expect(await bob.entry(record)).toMatchObject({ where: "attention" })
    } finally {
      await server.assign("bob")
    }

    expect(await bob.sync.syncNow(server.contract)).toMatchObject({ sent: 1, attention: 0 })

    expect(await bob.entry(record)).toMatchObject({ where: "office", fields: { text } })
    await everythingIsEqual()
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
    lose(before)

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
  test("what a device delivered before it gave its copy back is brought again, once the list shows it", async () => {
    const { alice, bob } = await bothSee()
    await server.backUp()
    const note = { note_type: "General", work_date: "2026-11-25", text: "after the backup" }
    const { record } = await recordNote(alice.device, server.contract, note)
    await syncsWell(alice)
    expect(await alice.sync.checkIn(server.contract)).toEqual({ kind: "checked_in" })
    expect((await alice.sync.syncNow()).outcome).toEqual({ kind: "done" })
    alice.line.sent.length = 0
    expect((await alice.sync.syncNow()).outcome).toEqual({ kind: "done" })
    expect(alice.line.sent).toHaveLength(1) // the list alone
    await server.restoreBackup()

    expect((await alice.sync.syncNow()).outcome).toEqual({ kind: "diverged_and_reloaded" })

    expect(await readContract(alice.store, server.contract)).toMatchObject({ state: "listed", waiting: 0 })
    expect(
      await alice.store.read(["unconfirmed"], (read) => read.list("unconfirmed", { prefix: [] })),
    ).toEqual([])
    lose(alice)
    await bob.sync.syncNow(server.contract)
    expect(await bob.entry(record)).toMatchObject({ where: "office", fields: { text: "after the backup" } })
    await everythingIsEqual()
  })

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
    lose(bob)
    await server.restoreBackup()

    const summary = await alice.sync.syncNow(server.contract)

    expect(summary.outcome).toEqual({ kind: "diverged_and_reloaded" })
    expect(await alice.entry(record)).toMatchObject({ where: "office", fields: { quantity: "20" } })
    expect(await alice.entry(waiting.record)).toMatchObject({ where: "office" })
    const kept = await readKeptAside(alice.store)
    expect(kept.map(({ contract, images }) => [contract, images.map((one) => one.record)])).toEqual([
      [server.contract, [lost.record]],
    ])
    await everythingIsEqual()
  })

  test("what it lacks is not given up by checking in before it was read again", async () => {
    const { alice, bob } = await bothSee()
    await alice.sync.refreshContracts() // his right on it is known, as on every screen
    await server.backUp()
    const lost = await recordNote(bob.device, server.contract, {
      note_type: "General",
      work_date: "2026-11-25",
      text: "by a device that never comes back",
    })
    await syncsWell(bob)
    await syncsWell(alice)
    lose(bob)
    await server.restoreBackup()
    alice.line.choose = ({ path }) => (path.endsWith("/feed") ? 503 : undefined)
    expect((await alice.sync.syncNow(server.contract)).outcome.kind).toBe("busy")

    expect(await alice.sync.checkIn(server.contract)).toEqual({ kind: "not_compared" })

    alice.line.choose = () => undefined
    await alice.sync.syncNow(server.contract)
    expect(await alice.sync.checkIn(server.contract)).toEqual({ kind: "checked_in" })
    expect((await readKeptAside(alice.store)).map(({ images }) => images.map((one) => one.record))).toEqual([
      [lost.record],
    ])
  })
})
