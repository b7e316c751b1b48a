// @vitest-environment node
/** How the list of restores and a device's entries are asked for, and what is made of the answers. */
import { expect, test } from "vitest"
import { connect, type Connection } from "../../wire/connection.ts"
import { makeGate } from "../../wire/gate.ts"
import { unclaimedCountOf } from "../unclaimed/count.svelte.ts"
import { restoreListOf } from "./restore-list.svelte.ts"
import { ReturnedEntries } from "./returned-entries.svelte.ts"

/** A server that gives these answers in turn. */
function over(answers: (object | number)[]): { connection: Connection; asked: string[] } {
  const asked: string[] = []
  const connection = connect({
    gate: makeGate(false),
    readCsrfToken: () => "token",
    fetch: (path) => {
      asked.push(path as string)
      const answer = answers.shift() ?? 503
      const [body, status] = typeof answer === "number" ? ["{}", answer] : [JSON.stringify(answer), 200]
      return Promise.resolve(new Response(body, { status, headers: { "X-Tallybook-Protocol": "1" } }))
    },
  })
  return { connection, asked }
}

const person = { id: "ann", name: "Ann" }
const coming = {
  ...{ id: "r", device: "d", label: "", person, reported_at: "t1", known: 9, head_then: 5 },
  ...{ last_sent_at: null, finished_at: null, brought: 3, held: 1, here_already: 2, unclaimed: 0 },
}
const restore = {
  ...{
    contract: "c",
    contract_number: "SP 1",
    contract_name: "Overlay",
    noticed_at: "t0",
    returns: [coming],
  },
  not_back: [{ device: "e", label: "Bo's", person, last_heard_at: "t", waiting: 3 }],
}
const entry = (seq: number): object => ({
  ...{ seq, state: "applied", reason: "", received_at: "t", type: "note", verb: "create", record: null },
  ...{ made_at: "t", author: { id: "x", name: null }, set: { text: "Paving" } },
})

test("what is told of a restore; what is null is absent", async () => {
  const { connection, asked } = over([{ restores: [restore] }])
  const ann = { connection }
  const list = restoreListOf(ann)

  await Promise.all([list.read(), list.read()])

  expect(asked).toEqual(["/api/v1/restores"])
  expect(restoreListOf(ann)).toBe(list)
  expect(list.told?.[0]).toMatchObject({ contractNumber: "SP 1", noticedAt: "t0" })
  expect(list.told?.[0]?.notBack[0]).toMatchObject({ lastHeardAt: "t", waiting: 3 })
  expect(list.told?.[0]?.returns[0]).toMatchObject({ headThen: 5, hereAlready: 2 })
  expect(list.told?.[0]?.returns[0]).not.toHaveProperty("finishedAt")
})

test("whoever signs in next over the same connection is shown nothing of what was told to the one before", async () => {
  const { connection } = over([{ restores: [restore] }])
  const [ann, bo] = [{ connection }, { connection }]
  await restoreListOf(ann).read()
  unclaimedCountOf(ann).open = 3

  expect(restoreListOf(bo).told).toBeUndefined()
  expect(unclaimedCountOf(bo).open).toBeUndefined()
  expect(unclaimedCountOf(ann).open).toBe(3)
})

test("a failure is told, and what was told before stays in sight", async () => {
  const { connection } = over([{ restores: [restore] }, 503, { restores: [{ contract: "c" }] }])
  const list = restoreListOf({ connection })

  await list.read()
  await list.read()
  expect(list.obstacle).toMatchObject({ kind: "busy" })
  await list.read()

  expect(list.obstacle).toMatchObject({ kind: "failed", code: "unreadable_answer" })
  expect(list.told).toHaveLength(1)
  expect(list.isReading).toBe(false)
})

test("a device's entries come page by page, each behind the last one that is shown", async () => {
  const { connection, asked } = over([
    { entries: [entry(81), entry(85)], more: true },
    503,
    { entries: [entry(90)], more: false },
  ])
  const entries = new ReturnedEntries(connection, "r")

  await entries.read()
  await entries.read()
  expect([entries.shown?.length, entries.more, entries.obstacle?.kind]).toEqual([2, true, "busy"])
  await entries.read()

  expect(asked.map((path) => path.split("?")[1])).toEqual(["after=0", "after=85", "after=85"])
  expect(entries.shown?.map(({ seq }) => seq)).toEqual([81, 85, 90])
  expect(entries.shown?.[0]).not.toHaveProperty("record")
  expect([entries.more, entries.obstacle]).toEqual([false, undefined])
})
