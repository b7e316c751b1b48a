// @vitest-environment node
/** What came without a right, handed over by the office: what the author's own device learns of it, and how. */
import "fake-indexeddb/auto"
import { expect, test } from "vitest"
import { decideHeld } from "../actions/decide-held.ts"
import { bringNoticeBack, dismissNotice } from "../actions/dismiss-notice.ts"
import { recordNote } from "../actions/record-entry.ts"
import { reviseRecord } from "../actions/revise-entry.ts"
import { countAttention, readDismissed } from "../store/queries.ts"
import { connect, type Connection } from "../wire/connection.ts"
import { makeGate } from "../wire/gate.ts"
import { readRecordHistory } from "../wire/history.ts"
import { handOver, listUnclaimed, listUnclaimedGroups, setAside } from "../wire/unclaimed.ts"
import { fetchAsBrowsersDo } from "./testing/faulty-line.ts"
import type { PersonName } from "./testing/real-server.ts"
import { Scene } from "./testing/scene.ts"
import type { TestDevice } from "./testing/test-device.ts"

const scene = new Scene()
const { server, checkedOut, syncsWell, bothSee, everythingIsEqual } = scene

/** As the office's page asks: past the device of a test. */
function asking(name: PersonName): Connection {
  const { token } = server.people[name]
  return connect({
    gate: makeGate(false),
    bearer: token,
    baseUrl: server.url,
    fetch: fetchAsBrowsersDo,
  })
}

const note = { note_type: "General", work_date: "2026-11-20", text: "Paving began." }

async function pushesWithoutARight(device: TestDevice): Promise<void> {
  await server.revoke("alice")
  const { outcome } = await device.sync.syncNow(server.contract)
  expect(outcome).toEqual({ kind: "forbidden" })
}

async function returns(device: TestDevice, right = "inspection"): Promise<void> {
  await server.assign("alice", right)
  await device.sync.refreshContracts()
  await device.sync.openContract(server.contract)
  await syncsWell(device)
}

const ofAlice = (): { contract: string; person: string } => ({
  contract: server.contract,
  person: server.people.alice.id,
})

test("what is handed over counts, and the device of its author sees it at the office", async () => {
  const alice = await checkedOut("alice")
  const { record } = await recordNote(alice.device, server.contract, note)
  const [entry] = [await alice.entry(record)]
  await reviseRecord(alice.device, entry, { text: "Paving began at dawn." })
  await pushesWithoutARight(alice)
  expect((await alice.entry(record)).where).toBe("attention")

  const office = asking("ruth")
  const groups = await listUnclaimedGroups(office)
  expect(groups).toMatchObject({ value: [{ contractNumber: "C-1", person: { name: "alice" }, count: 2 }] })
  const listed = await listUnclaimed(office, { ...ofAlice(), state: "open" })
  expect(listed).toMatchObject({
    value: { entries: [{ operation: { verb: "create" } }, { operation: { verb: "revise" } }], more: false },
  })
  expect(await listUnclaimedGroups(asking("bob"))).toEqual({ kind: "ok", value: [] })
  expect(await handOver(asking("bob"), ofAlice(), "For her.")).toMatchObject({ kind: "forbidden" })

  const handed = await handOver(office, ofAlice(), "She was on the job.")
  expect(handed).toEqual({ kind: "ok", value: { count: 2, states: ["applied", "applied"], remaining: 0 } })
  const bob = await checkedOut("bob")
  expect((await bob.entry(record)).fields["text"]).toBe("Paving began at dawn.")
  expect((await alice.entry(record)).where).toBe("attention") // she may not read: nothing is told
  await returns(alice)

  expect(await alice.entry(record)).toMatchObject({
    fields: { text: "Paving began at dawn." },
    where: "office",
    revision: 2,
  })
  expect(await alice.readHeld()).toEqual([])
  await everythingIsEqual()

  const history = await readRecordHistory(asking("bob"), server.contract, record)
  expect(history).toMatchObject({
    value: {
      more: false,
      entries: [
        {
          verb: "create",
          author: { name: "alice" },
          signedIn: { name: "ruth" },
          deviceLabel: "alice's test device",
        },
        { changes: [{ field: "text", before: "Paving began.", after: "Paving began at dawn." }] },
      ],
    },
  })
})

test.each(["view", "inspection"])(
  "what is held when it is handed over is decided as any other, and is gone from its author's list: %s",
  async (right) => {
    const { alice, bob, record } = await bothSee()
    await reviseRecord(alice.device, await alice.entry(record), { quantity: "13" })
    await reviseRecord(bob.device, await bob.entry(record), { quantity: "14" })
    await pushesWithoutARight(alice)
    await syncsWell(bob)

    const handed = await handOver(asking("ruth"), ofAlice(), "She was on the job.")
    expect(handed).toMatchObject({ value: { count: 1, states: ["held"], remaining: 0 } })
    const ruth = await checkedOut("ruth")
    await ruth.sync.refreshContracts()
    const [view] = await ruth.readHeld()
    expect(view).toMatchObject({ mayDecide: true, held: { reason: "conflict" } })
    // Decided before Alice's device hears of the hold at all: it is told of the end alone.
    await decideHeld(ruth.device, view!, "set_aside", {}, "Bob measured last.")
    await syncsWell(ruth)
    await returns(alice, right)

    expect(await alice.store.read(["unconfirmed"], (read) => read.count("unconfirmed", { prefix: [] }))).toBe(
      0,
    )
    expect(await alice.entry(record)).toMatchObject({
      fields: { quantity: "14" },
      where: "office",
      beside: [],
    })
    expect(await alice.readHeld()).toEqual([])
    await everythingIsEqual()
    await server.assign("alice")
  },
)

test("what is set aside counts nowhere, stays listed with its reason, and its author's device still shows it", async () => {
  const alice = await checkedOut("alice")
  const { record, id } = await recordNote(alice.device, server.contract, note)
  await pushesWithoutARight(alice)

  const done = await setAside(asking("ruth"), ofAlice(), "Typed twice.")

  expect(done).toEqual({ kind: "ok", value: { count: 1, remaining: 0 } })
  expect(await listUnclaimed(asking("ruth"), { ...ofAlice() })).toMatchObject({ value: { entries: [] } })
  expect(await listUnclaimed(asking("ruth"), { ...ofAlice(), state: "set_aside" })).toMatchObject({
    value: { entries: [{ operation: { id }, ended: { by: { name: "ruth" }, reason: "Typed twice." } }] },
  })
  await returns(alice)
  expect((await alice.entry(record)).where).toBe("attention")
  await everythingIsEqual()

  const [view] = await alice.readHeld()
  expect(view).toMatchObject({ mayDecide: false, mayDismiss: true })
  await dismissNotice(alice.device, view!)
  await syncsWell(alice)
  expect(await alice.readHeld()).toEqual([])
  expect(await countAttention(alice.store)).toBe(0)
  await expect(alice.entry(record)).rejects.toThrow("not on the screen")
  const [dismissed] = await readDismissed(alice.store, alice.device.person.id)
  expect(dismissed).toMatchObject({ held: { operation: { id } } })

  await bringNoticeBack(alice.device, dismissed!)
  expect((await alice.entry(record)).where).toBe("attention")
  expect(await alice.readHeld()).toHaveLength(1)
})

test("what its author dismissed comes back when it is handed over, and when the right is back", async () => {
  const alice = await checkedOut("alice")
  const [first, second] = [
    await recordNote(alice.device, server.contract, note),
    await recordNote(alice.device, server.contract, note),
  ]
  await pushesWithoutARight(alice)
  for (const view of await alice.readHeld()) await dismissNotice(alice.device, view)
  expect(await alice.readHeld()).toEqual([])
  const { value } = (await listUnclaimed(asking("ruth"), { ...ofAlice(), state: "open" })) as {
    value: { entries: { id: string; operation: { id: string } }[] }
  }
  const ids = value.entries.filter((one) => one.operation.id === first.id).map((one) => one.id)
  const handed = await handOver(asking("ruth"), { contract: server.contract, ids }, "She was on the job.")
  expect(handed).toMatchObject({ value: { count: 1 } })

  await returns(alice)

  for (const { record } of [first, second])
    expect(await alice.entry(record)).toMatchObject({ where: "office", revision: 1 })
  expect(await readDismissed(alice.store, alice.device.person.id)).toEqual([])
  await everythingIsEqual()
})
