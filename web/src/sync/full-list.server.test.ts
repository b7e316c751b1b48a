// @vitest-environment node
/** The office's list of unclaimed operations is full: what may be written goes through, the rest stays here. */
import "fake-indexeddb/auto"
import { expect, test } from "vitest"
import { recordNote } from "../actions/record-entry.ts"
import { signOperation } from "../actions/make-operation.ts"
import { appendOperation, APPEND_TABLES } from "../store/outbox.ts"
import { countWaiting } from "../store/queries.ts"
import { Scene } from "./testing/scene.ts"
import type { TestDevice } from "./testing/test-device.ts"

const UNCLAIMED_MAX = 10_000
const AT_ONCE = 500

const scene = new Scene()
const { server, checkedOut, syncsWell } = scene

const note = (text: string) => ({ note_type: "General", work_date: "2026-11-20", text })

/** So much by somebody else that the list takes no more of this person. */
async function fillsTheList({ device }: TestDevice): Promise<void> {
  for (let sent = 0; sent < UNCLAIMED_MAX; sent += AT_ONCE) {
    const operations = Array.from({ length: AT_ONCE }, () => ({
      ...signOperation(device, server.contract),
      author: device.newId(),
      type: "note",
      record: device.newId(),
      verb: "create",
      set: note("of somebody else"),
    }))
    const answer = await fetch(`${server.url}/api/sync/v1/contracts/${server.contract}/operations`, {
      method: "POST",
      headers: {
        Authorization: `Bearer ${server.people.alice.token}`,
        "Content-Type": "application/json",
      },
      body: JSON.stringify({ device: device.id, operations }),
    })
    expect(answer.status).toBe(200)
  }
}

/** What only the office writes, in an inspector's outbox. */
async function typesWithoutARight({ device }: TestDevice): Promise<void> {
  const operation = {
    ...signOperation(device, server.contract),
    type: "project",
    record: device.newId(),
    verb: "create" as const,
    set: { number: "9", title: "Another" },
  }
  await device.store.write(APPEND_TABLES, (write) => appendOperation(write, operation))
}

test("one that the list has no room for keeps nothing back", async () => {
  const alice = await checkedOut("alice")
  await fillsTheList(alice)
  const first = await recordNote(alice.device, server.contract, note("before it"))
  await typesWithoutARight(alice)
  const last = await recordNote(alice.device, server.contract, note("behind it"))

  const summary = await alice.sync.syncNow(server.contract)

  expect(summary).toMatchObject({ sent: 2, outcome: { kind: "failed", code: "too_many_unclaimed" } })
  expect(await alice.entry(first.record)).toMatchObject({ where: "office" })
  expect(await alice.entry(last.record)).toMatchObject({ where: "office" })
  expect(await countWaiting(alice.store)).toBe(1) // never told to be at the office
  const asked = alice.line.sent.filter(({ method }) => method === "POST").length
  expect(asked).toBeLessThan(5) // and not asked for without end

  await server.assign("alice", "office")
  await syncsWell(alice)
  expect(await countWaiting(alice.store)).toBe(0)
})
