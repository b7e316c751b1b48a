// @vitest-environment node
/** Two people on one contract, the client's engine against the real server: merging, conflicts, decisions. */
import "fake-indexeddb/auto"
import { describe, expect, test } from "vitest"
import { decideHeld } from "../actions/decide-held.ts"
import { recordItemTransaction, recordNote } from "../actions/record-entry.ts"
import { bringBackRecord, reviseRecord, voidRecord } from "../actions/revise-entry.ts"
import { readItemTotal } from "../store/queries.ts"
import { Scene } from "./testing/scene.ts"
import { asTransaction, type TestDevice } from "./testing/test-device.ts"

const scene = new Scene()
const { server, checkedOut, itemOf, syncsWell, bothSee, everythingIsEqual } = scene

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
