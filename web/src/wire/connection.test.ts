// @vitest-environment node
/** One request: through the gate, with a time limit, and nothing else is taken for the server. */
import { describe, expect, test } from "vitest"
import { connect, type ConnectionParts, type WireRequest } from "./connection.ts"
import { makeGate } from "./gate.ts"
import { readRetryAfter, type Reply } from "./replies.ts"
import { serverOver } from "./server.ts"

const OURS = { "X-Tallybook-Protocol": "1" }
const ask: WireRequest<string> = {
  method: "POST",
  path: "/api/x",
  json: { a: 1 },
  read: async (answer) => ({ kind: "ok", value: await answer.text() }),
}

interface Asked {
  address: string
  init: RequestInit
}

/** A server that gives these answers in turn. */
function over(answers: (Response | Error | "silence")[], parts: Partial<ConnectionParts> = {}) {
  const asked: Asked[] = []
  const fetching = ((address: string, init: RequestInit) => {
    asked.push({ address, init })
    const answer = answers.shift()
    if (answer instanceof Response) return Promise.resolve(answer)
    if (answer instanceof Error) return Promise.reject(answer)
    return new Promise((_resolve, reject) => {
      init.signal!.addEventListener("abort", () => reject(new DOMException("Aborted.", "AbortError")))
    })
  }) as typeof fetch
  const gate = makeGate(false)
  return {
    asked,
    gate,
    connection: connect({ gate, fetch: fetching, readCsrfToken: () => "token", ...parts }),
  }
}

const refusal = (status: number, body: unknown, headers = {}): Response =>
  new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { ...OURS, ...headers },
  })

test("a good answer is read, and the request says what it must", async () => {
  const { asked, connection } = over([new Response("fine", { headers: OURS })])

  expect(await connection.request(ask)).toEqual({ kind: "ok", value: "fine" })

  const [{ address, init } = {} as Asked] = asked
  expect([address, init.method, init.redirect, init.cache]).toEqual(["/api/x", "POST", "manual", "no-store"])
  expect(init.headers).toMatchObject({ "X-CSRFToken": "token", "Content-Type": "application/json" })
})

test("a large body is packed", async () => {
  const { asked, connection } = over([new Response("", { headers: OURS })])

  await connection.request({ ...ask, json: { text: "x".repeat(5_000) } })

  const { headers, body } = asked[0]!.init
  expect(headers).toMatchObject({ "Content-Encoding": "gzip" })
  const unpacked = new Blob([body as ArrayBuffer]).stream().pipeThrough(new DecompressionStream("gzip"))
  expect(await new Response(unpacked).json()).toEqual({ text: "x".repeat(5_000) })
})

describe("what an answer means", () => {
  test.each<[string, Response | Error, object]>([
    ["a page of somebody else", new Response("<html>", { status: 200 }), { kind: "not_the_server" }],
    [
      "a redirect",
      new Response(null, { status: 302, headers: { Location: "/" } }),
      { kind: "not_the_server" },
    ],
    [
      "another protocol",
      new Response("", { headers: { "X-Tallybook-Protocol": "2" } }),
      { kind: "failed", code: "other_protocol" },
    ],
    ["no network", new TypeError("fetch failed"), { kind: "no_network" }],
    ["401", refusal(401, {}), { kind: "not_signed_in" }],
    [
      "403",
      refusal(403, { code: "contract_not_found", title: "No.", remedy: "Ask." }),
      { kind: "forbidden", title: "No.", remedy: "Ask." },
    ],
    ["409 diverged", refusal(409, { code: "diverged" }), { kind: "diverged" }],
    [
      "409 of another kind",
      refusal(409, { code: "taken", title: "Taken." }),
      { kind: "failed", code: "taken", title: "Taken." },
    ],
    ["413", refusal(413, "<html>nginx"), { kind: "too_large" }],
    ["429", refusal(429, {}, { "Retry-After": "7" }), { kind: "busy", retryAfterMs: 7_000 }],
    ["503 without a word", refusal(503, "null"), { kind: "busy", retryAfterMs: 15_000 }],
    ["400", refusal(400, "no JSON"), { kind: "failed", code: "http_400", status: 400 }],
  ])("%s", async (_name, answer, reply) => {
    expect(await over([answer]).connection.request(ask)).toMatchObject(reply)
  })

  test("when to come again: seconds or a date, within bounds", () => {
    const now = Date.parse("2026-11-25T12:00:00Z")

    expect(readRetryAfter("Wed, 25 Nov 2026 12:01:00 GMT", now)).toBe(60_000)
    expect(readRetryAfter("Wed, 25 Nov 2026 11:00:00 GMT", now)).toBe(1_000)
    expect([readRetryAfter("0"), readRetryAfter("999999"), readRetryAfter("soon")]).toEqual([
      1_000, 900_000, 15_000,
    ])
  })
})

test("a token that is refused is fetched anew, once", async () => {
  const refused = (): Response => refusal(403, { code: "csrf_refused" })
  const good = (): Response => new Response("fine", { headers: OURS })

  const well = over([refused(), good(), good()])
  expect(await well.connection.request(ask)).toEqual({ kind: "ok", value: "fine" })
  expect(well.asked.map((one) => one.address)).toEqual(["/api/x", "/api/v1/session", "/api/x"])
  const ill = over([refused(), good(), refused()])
  expect(await ill.connection.request(ask)).toMatchObject({ kind: "failed", code: "csrf_refused" })
  expect(ill.asked).toHaveLength(3)
})

test("silence is no network, after a while", async () => {
  const { connection } = over(["silence"])

  expect(await connection.request({ ...ask, timeoutMs: 20 })).toEqual({ kind: "no_network" })
})

describe("a fault of the program is no lost network", () => {
  test("while an answer is read", async () => {
    const { connection } = over([new Response("fine", { headers: OURS })])
    const fault = new TypeError("undefined is not a function")
    const read = async (answer: Response): Promise<Reply<string>> => {
      await answer.text()
      throw fault
    }

    await expect(connection.request({ ...ask, read })).rejects.toBe(fault)
  })

  test("a body that breaks off is one, and tells that it had begun", async () => {
    const body = new ReadableStream({ pull: (controller) => controller.error(new TypeError("terminated")) })
    const { connection } = over([new Response(body, { headers: OURS })])

    expect(await connection.request(ask)).toEqual({ kind: "no_network", wasCut: true })
  })

  test("a list that lacks a part is an answer that cannot be read", async () => {
    const { connection } = over([new Response('{"contracts":[{"id":"c"}]}', { headers: OURS })])

    expect(await serverOver(connection).listContracts()).toMatchObject({
      kind: "failed",
      code: "unreadable_answer",
    })
  })

  test.each([
    ["unreadable_answer", '{"head":1,"chain":""}\n{"seq":3}\n{"cursor":1,"more":false,"tally":{}}\n'],
    [undefined, '{"head":1,"chain":""}\n'],
  ])("a feed with a line that nobody knows is %s", async (code, text) => {
    const { connection } = over([new Response(text, { headers: OURS })])
    const position = { known: 0, chain: "" }

    const reply = await serverOver(connection).readFeed("c", { device: "d", after: 0, position, limit: 1 })

    expect(reply).toMatchObject(code ? { kind: "failed", code } : { kind: "no_network", wasCut: true })
  })
})

describe("the gate", () => {
  test("closed, not one request leaves", async () => {
    const { asked, gate, connection } = over([])
    gate.close()

    expect(await connection.request(ask)).toEqual({ kind: "work_offline" })
    expect(asked).toEqual([])
  })

  test("closing ends what is on its way, also while its body comes", async () => {
    const { gate, connection } = over(["silence"])
    const going: Promise<Reply<string>> = connection.request(ask)
    await new Promise((resolve) => setTimeout(resolve))
    gate.close()
    expect(await going).toEqual({ kind: "work_offline" })

    gate.open()
    const body = over([new Response("", { headers: OURS })], { gate })
    const read = async (): Promise<Reply<string>> => {
      gate.close()
      throw new DOMException("Aborted.", "AbortError")
    }
    expect(await body.connection.request({ ...ask, read })).toEqual({ kind: "work_offline" })
  })

  test("closed while the body is packed, nothing leaves", async () => {
    const { asked, gate, connection } = over([])
    const going = connection.request({ ...ask, json: "x".repeat(100_000) })
    gate.close()

    expect(await going).toEqual({ kind: "work_offline" })
    expect(asked).toEqual([])
  })
})

test("a proxy that refuses what is too large for it is no hotel's network", async () => {
  const connection = connect({
    gate: makeGate(false),
    readCsrfToken: () => "token",
    fetch: () => Promise.resolve(new Response("<html>", { status: 413 })),
  })

  const reply = await connection.request({
    method: "POST",
    path: "/x",
    read: () => Promise.reject(new Error()),
  })

  expect(reply).toEqual({ kind: "too_large" })
})

test("a file goes up with its own type; whoever wants it no more ends it", async () => {
  const stop = new AbortController()
  const asked: RequestInit[] = []
  const connection = connect({
    gate: makeGate(false),
    readCsrfToken: () => "token",
    fetch: (_path, init) =>
      new Promise((_resolve, reject) => {
        asked.push(init ?? {})
        init?.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")))
        stop.abort()
      }),
  })

  const reply = await connection.request({
    method: "POST",
    path: "/x",
    body: new Blob(["PK"], { type: "application/zip" }),
    signal: stop.signal,
    read: () => Promise.reject(new Error()),
  })

  expect(reply).toEqual({ kind: "no_network" })
  expect(new Headers(asked[0]?.headers).get("Content-Type")).toBe("application/zip")
})
