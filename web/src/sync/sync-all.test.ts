// @vitest-environment node
/** A round of several contracts: what befalls one of them does not keep the others. */
import { beforeEach, describe, expect, test } from "vitest"
import { recordNote } from "../actions/record-entry.ts"
import type { ListedContract } from "../core/feed.ts"
import { changeContract } from "../store/contract-rows.ts"
import { openDevice, type Device } from "../store/device.ts"
import { openMemoryStore } from "../store/memory-store.ts"
import { countWaiting, readContract } from "../store/queries.ts"
import { NotSaved } from "../store/store.ts"
import type { Reply } from "../wire/replies.ts"
import type { PushReply, Server } from "../wire/server.ts"
import { advanceCheckOut, beginCheckOut, beginOpening, checkInContract } from "./check-out.ts"
import type { SyncContext } from "./context.ts"
import { syncAll, type SyncOne } from "./sync-all.ts"
import { syncContract } from "./sync-contract.ts"

const PERSON = { id: "p", email: "a@example.org", name: "Alice", initials: "A", role: "inspector" as const }
const EMPTY = { remaining: 0, lines: [], cursor: 0, more: false, tally: { records: 0, revisions: 0 } }
const LISTED = {
  id: "a",
  number: "1",
  name: "A",
  status: "open",
  right: "inspection" as const,
  head: 0,
  records: 0,
  bytes: 0,
  checkouts: [],
}
const CHECKOUT = {
  label: "test",
  person: "p",
  personName: "Alice",
  checkedOutAt: "2026-11-20T12:00:00Z",
  lastHeardAt: "2026-11-20T12:00:00Z",
  waiting: 0,
}
const NOWHERE = { known: 0, chain: "" }

let device: Device
let asked: string[] = []
/** By "list", or by what is asked and the contract: "push a". */
let instead: Record<string, Reply<never> | undefined> = {}

beforeEach(async () => {
  device = await openDevice({ store: openMemoryStore(), person: PERSON, app: "test" })
  ;[asked, instead] = [[], {}]
})

function answer<T>(what: string, well: T): Promise<Reply<T>> {
  asked.push(what)
  return Promise.resolve(instead[what] ?? { kind: "ok", value: well })
}

const server: Server = {
  listContracts: () => answer<ListedContract[]>("list", []),
  registerCheckout: (contract) => answer(`register ${contract}`, null),
  endCheckout: (contract) => answer(`end ${contract}`, null),
  push: (contract, { operations }) =>
    answer<PushReply>(`push ${contract}`, {
      answers: operations.map(({ id }, at) => ({ id, state: "applied", seq: at + 1 })),
      position: NOWHERE,
    }),
  readFeed: (contract) => answer(`pull ${contract}`, { position: NOWHERE, ...EMPTY }),
}

const context = (): SyncContext => ({
  device,
  server,
  pageLines: 10,
  givesSignOfLife: false,
  tell: () => undefined,
  isStopped: () => false,
})

const typeIn = (contract: string): Promise<unknown> =>
  recordNote(device, contract, { note_type: "General", work_date: "2026-11-20", text: "typed" })

const PARTS = { label: "test", programIsStored: async () => true, askToKeep: async () => true }

test("a browser that cannot tell whether the program is stored keeps no contract behind from its round", async () => {
  await beginCheckOut(context(), "a")
  for (const contract of ["a", "b"]) await typeIn(contract)
  const parts = { ...PARTS, programIsStored: () => Promise.reject(new TypeError("refused")) }

  const summary = await syncAll(context(), async (given, contract) =>
    contract === "a"
      ? (await advanceCheckOut(given, parts, contract, false)).summary
      : syncContract(given, contract),
  )

  expect(summary).toMatchObject({ sent: 2, outcome: { kind: "done" } })
  expect(await countWaiting(device.store)).toBe(0)
})

test.each<[string, Error, object]>([
  ["a fault of the program", new RangeError("a fault"), { kind: "failed", code: "unexpected" }],
  ["a full disk", new NotSaved("full"), { kind: "failed", code: "device_full" }],
])("%s with one contract is told, and the others go on", async (_name, fault, outcome) => {
  for (const contract of ["a", "b"]) await typeIn(contract)
  const told: unknown[] = []
  const before = process.listeners("unhandledRejection")
  process.removeAllListeners("unhandledRejection")
  process.on("unhandledRejection", (failure) => void told.push(failure))

  const summary = await syncAll(context(), (given, contract) =>
    contract === "a" ? Promise.reject(fault) : syncContract(given, contract),
  )
  await new Promise((resolve) => setTimeout(resolve))
  process.removeAllListeners("unhandledRejection")
  for (const listener of before) process.on("unhandledRejection", listener)

  expect(summary).toMatchObject({ sent: 1, outcome })
  expect(asked).toContain("push b")
  expect(told).toEqual(fault instanceof NotSaved ? [] : [fault])
})

test("a contract that was given back is asked for once a day, or as soon as the list shows a shorter ledger", async () => {
  let [nowMs, head] = [Date.parse("2026-11-20T12:00:00Z"), 7]
  device = { ...device, now: () => new Date(nowMs) }
  const listed = (): ListedContract => ({ ...LISTED, head })
  const over = { ...server, listContracts: () => answer("list", [listed()]) }
  await typeIn("a")
  await beginOpening(context(), "a")
  await device.store.write(["contracts"], (write) =>
    changeContract(write, "a", (row) => ({ ...row, position: { known: 7, chain: "x" } })),
  )
  await syncContract(context(), "a")
  expect(await checkInContract(context(), "a")).toEqual({ kind: "checked_in" })
  const round = async (): Promise<string[]> => {
    asked = []
    await syncAll({ ...context(), server: over }, syncContract)
    return asked
  }

  expect(await round()).toEqual(["list", "push a"])
  expect(await round()).toEqual(["list"])
  nowMs += 86_400_000
  instead["push a"] = { kind: "no_network" }
  expect(await round()).toEqual(["list", "push a"])
  instead["push a"] = undefined
  expect(await round()).toEqual(["list", "push a"])
  expect(await round()).toEqual(["list"])
  head = 6
  expect(await round()).toEqual(["list", "push a"])
})

test.each<[string, Reply<never>, object]>([
  ["the right is gone", { kind: "forbidden", title: "No.", remedy: "Ask." }, { kind: "forbidden" }],
  ["it is refused", { kind: "failed", code: "http_400" }, { kind: "failed", code: "http_400" }],
])(
  "a contract that is being checked out delivers what was typed also where %s",
  async (_name, reply, outcome) => {
    await beginCheckOut(context(), "a")
    await typeIn("a")
    instead["register a"] = reply

    const { summary } = await advanceCheckOut(context(), PARTS, "a", true)

    expect(summary).toMatchObject({ sent: 1, outcome })
    expect(await countWaiting(device.store)).toBe(0)
  },
)

test("what could not be delivered beside a checkout that was refused is not called delivered", async () => {
  await beginCheckOut(context(), "a")
  await typeIn("a")
  instead["register a"] = { kind: "forbidden", title: "No.", remedy: "Ask." }
  instead["push a"] = { kind: "busy", retryAfterMs: 1_000 }

  const { outcome, summary } = await advanceCheckOut(context(), PARTS, "a", true)

  expect([outcome.kind, summary.outcome.kind]).toEqual(["busy", "busy"])
})

describe("a round of three contracts", () => {
  const TOLD: Reply<never> = { kind: "busy", retryAfterMs: 60_000, isTold: true }

  beforeEach(async () => {
    for (const contract of ["a", "b", "c"]) {
      await beginOpening(context(), contract)
      await typeIn(contract)
    }
  })

  test.each<[string, Reply<never>]>([
    ["list", { kind: "no_network" }],
    ["list", TOLD],
    ["list", { kind: "not_the_server" }],
    ["push a", { kind: "no_network" }],
    ["push a", TOLD],
    ["push a", { kind: "not_the_server" }],
    ["pull a", { kind: "no_network" }],
    ["pull a", TOLD],
  ])("asks nothing more after %s was answered by %j", async (what, reply) => {
    instead[what] = reply

    expect((await syncAll(context(), syncContract)).outcome).toEqual(reply)

    expect(asked.at(-1)).toBe(what)
  })

  test.each<[string, Reply<never>]>([
    ["list", { kind: "failed", code: "http_400" }],
    ["push a", { kind: "busy", retryAfterMs: 15_000 }],
    ["pull a", { kind: "no_network", wasCut: true }],
    ["pull a", { kind: "busy", retryAfterMs: 15_000 }],
  ])("goes on after %s was answered by %j", async (what, reply) => {
    instead[what] = reply

    expect((await syncAll(context(), syncContract)).outcome).toEqual(reply)

    expect(asked).toEqual(["list", "push a", "pull a", "push b", "pull b", "push c", "pull c"])
  })

  test("begins behind the one that ended the last round: it keeps the others away no longer", async () => {
    instead["push a"] = { kind: "no_network" }
    const place = {}
    await syncAll(context(), syncContract, place)
    asked = []

    await syncAll(context(), syncContract, place)

    expect(asked).toEqual(["list", "push b", "pull b", "push c", "pull c", "push a"])
  })
})

test("a contract stays checked out where something was typed during its check-in, and the office hears of it", async () => {
  await beginCheckOut(context(), "a")
  await advanceCheckOut(context(), PARTS, "a", true)
  let isOut = true
  const over: Server = {
    ...server,
    endCheckout: async (contract) => {
      isOut = false
      await typeIn(contract)
      return answer("end a", null)
    },
    registerCheckout: (contract) => {
      isOut = true
      return answer(`register ${contract}`, null)
    },
    listContracts: () =>
      answer("list", [{ ...LISTED, checkouts: isOut ? [{ ...CHECKOUT, device: device.id }] : [] }]),
  }
  const syncOne: SyncOne = async (given, contract) => {
    const row = await given.device.store.read(["contracts"], (read) => read.get("contracts", contract))
    if (row?.checkout !== "checking_out") return syncContract(given, contract)
    return (await advanceCheckOut(given, PARTS, contract, false)).summary
  }
  expect(await checkInContract({ ...context(), server: over }, "a")).toEqual({ kind: "unsent", waiting: 1 })
  asked = []

  await syncAll({ ...context(), server: over }, syncOne)
  await syncAll({ ...context(), server: over }, syncOne)

  expect(asked).toEqual(["list", "register a", "push a", "pull a", "list", "pull a"])
  expect(await readContract(device.store, "a")).toMatchObject({ state: "checked_out", waiting: 0 })
})
