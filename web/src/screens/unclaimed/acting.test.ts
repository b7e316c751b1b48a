// @vitest-environment node
/** Handing over and setting aside part by part: what is asked of the server, and where it ends. */
import { expect, test } from "vitest"
import { connect, type Connection } from "../../wire/connection.ts"
import { makeGate } from "../../wire/gate.ts"
import type { UnclaimedGroup } from "../../wire/unclaimed.ts"
import { Acting, type Errand } from "./acting.svelte.ts"
import { UnclaimedEntries } from "./group-entries.svelte.ts"

const group: UnclaimedGroup = {
  contract: "c",
  contractNumber: "SP 1",
  person: { id: "ann", name: "Ann" },
  count: 1_200,
  firstReceivedAt: "",
  lastReceivedAt: "",
}

interface Asked {
  path: string
  body: { ids?: string[]; person?: string; contract: string; reason: string }
}

/** A server that gives these answers in turn. */
function over(answers: (object | number)[]): { connection: Connection; asked: Asked[] } {
  const asked: Asked[] = []
  const connection = connect({
    gate: makeGate(false),
    readCsrfToken: () => "token",
    fetch: async (path, init) => {
      asked.push({ path: path as string, body: await readBody(init?.body) })
      const answer = answers.shift() ?? 503
      const [body, status] = typeof answer === "number" ? ["{}", answer] : [JSON.stringify(answer), 200]
      return new Response(body, { status, headers: { "X-Tallybook-Protocol": "1" } })
    },
  })
  return { connection, asked }
}

async function readBody(body: unknown): Promise<Asked["body"]> {
  if (body === undefined) return { contract: "", reason: "" }
  if (typeof body === "string") return JSON.parse(body) as Asked["body"]
  const unpacked = new Blob([body as ArrayBuffer]).stream().pipeThrough(new DecompressionStream("gzip"))
  return (await new Response(unpacked).json()) as Asked["body"]
}

const part = (count: number, remaining: number): object => ({
  handed_over: count,
  answers: Array.from({ length: count }, () => ({ state: "applied" })),
  remaining,
})
const all: Errand = { act: "hand_over", group, ids: [] }

test("all of a person: asked for until nothing remains", async () => {
  const { connection, asked } = over([part(500, 700), part(500, 200), part(200, 0)])
  const acting = new Acting(connection)

  const result = await acting.run(all, "why")

  expect(result).toMatchObject({ count: 1_200, left: 0 })
  expect(result.states).toHaveLength(1_200)
  expect([acting.done, acting.total, acting.isRunning]).toEqual([1_200, 1_200, false])
  expect(asked.map(({ path, body }) => [path, body])).toEqual(
    Array(3).fill(["/api/v1/unclaimed/hand-over", { contract: "c", person: "ann", reason: "why" }]),
  )
})

test("the chosen ones: in parts that a request takes, in their order", async () => {
  const ids = Array.from({ length: 501 }, (_, at) => String(at))
  const { connection, asked } = over([
    { set_aside: 500, remaining: 0 },
    { set_aside: 1, remaining: 0 },
  ])

  const result = await new Acting(connection).run({ act: "set_aside", group, ids }, "why")

  expect(result).toEqual({ count: 501, states: [], left: 0 })
  expect(asked.map(({ path }) => path)).toEqual(Array(2).fill("/api/v1/unclaimed/set-aside"))
  expect(asked.flatMap(({ body }) => body.ids)).toEqual(ids)
})

test("what fails stops the rest, and what was done stays said", async () => {
  const { connection, asked } = over([part(500, 700), 503])

  expect(await new Acting(connection).run(all, "why")).toMatchObject({
    count: 500,
    left: 700,
    failure: { kind: "busy" },
  })
  expect(asked).toHaveLength(2)
})

test("somebody else dealt with them: it ends", async () => {
  const { connection } = over([part(0, 0)])
  expect(await new Acting(connection).run(all, "why")).toEqual({ count: 0, states: [], left: 0 })

  // Nothing of it can be done, and it remains: no reason to ask for ever.
  const stuck = over([part(0, 3), part(0, 3)])
  expect(await new Acting(stuck.connection).run(all, "why")).toMatchObject({ count: 0, left: 3 })
  expect(stuck.asked).toHaveLength(1)
})

test("stopped, it ends after the part that is under way", async () => {
  const { connection, asked } = over([part(500, 700), part(500, 200)])
  const acting = new Acting(connection)

  const going = acting.run(all, "why")
  acting.stop()

  expect(await going).toMatchObject({ count: 500, left: 700 })
  expect(asked).toHaveLength(1)
})

test("an answer that is none of ours is a failure, and nothing is said to be done", async () => {
  const { connection } = over([{ handed_over: "many" }])

  expect(await new Acting(connection).run(all, "why")).toMatchObject({
    count: 0,
    failure: { kind: "failed", code: "unreadable_answer" },
  })
})

test("what is chosen keeps the order in which it is shown, page after page", async () => {
  const listed = (id: string): object => ({
    id,
    contract: "c",
    contract_number: null,
    person: group.person,
    received_at: "",
    operation: {},
  })
  const page = (ids: string[], more: boolean): object => ({
    unclaimed: ids.map(listed),
    more,
    items: {},
    projects: {},
    people: {},
  })
  const { connection, asked } = over([page(["a", "b"], true), page(["c"], false), 503])
  const entries = new UnclaimedEntries(connection, { contract: "c", person: "ann", state: "open" })

  await Promise.all([entries.read(), entries.read()]) // pressed twice is asked once
  await entries.read()
  entries.choose("c", true)
  entries.choose("a", true)
  entries.choose("b", true)
  entries.choose("b", false)

  expect(asked.map(({ path }) => path)).toEqual([
    "/api/v1/unclaimed?contract=c&person=ann&state=open",
    "/api/v1/unclaimed?contract=c&person=ann&state=open&after=b",
  ])
  expect(entries.chosenIds()).toEqual(["a", "c"])
  entries.chooseAll()
  expect(entries.chosenIds()).toEqual(["a", "b", "c"])

  await entries.readAgain()
  expect([entries.obstacle?.kind, entries.chosenIds(), entries.more]).toEqual(["busy", [], false])
})
