// @vitest-environment node
/** Pages of the feed onto a copy: whole, in their place, compared with the tally, and nothing own forgotten too soon. */
import { beforeEach, describe, expect, test } from "vitest"
import type { FeedLine, FeedPage } from "../core/feed.ts"
import type { Answer, Image, Operation } from "../core/operation.ts"
import { newContractRow } from "./contract-rows.ts"
import { applyLivePage, applyStagedPage, stageCopy, swapStagedCopy } from "./feed-pages.ts"
import { openMemoryStore } from "./memory-store.ts"
import { waitingRow } from "./outbox.ts"
import type { Store } from "./store.ts"
import type { ContractRow } from "./tables.ts"

const C = "c"
const AT = "2026-11-25T12:00:00.000+00:00"
let store: Store

const line = (seq: number, record: string, revision = 1): FeedLine => {
  const image: Image = {
    seq,
    type: "note",
    record,
    revision,
    fields: { text: `${seq}` },
    by: "o",
    by_field: {},
    author: "p",
    made_at: "",
    received_at: "",
  }
  return { kind: "image", seq, image }
}
const held = (seq: number, id: string): FeedLine => ({
  kind: "held",
  seq,
  held: { seq, operation: { id, record: "r" } as Operation, reason: "conflict" },
})
const page = (
  lines: FeedLine[],
  cursor: number,
  more: boolean,
  records = 0,
  revisions = records,
): FeedPage => ({
  position: { known: 20, chain: "x" },
  remaining: lines.length,
  lines,
  cursor,
  more,
  tally: { records, revisions },
})

beforeEach(async () => {
  store = openMemoryStore()
  const live = { copy: 1, cursor: 0, whole: 0, records: 0, revisions: 0, isStale: false }
  await store.write(["contracts"], (write) =>
    write.put("contracts", { ...newContractRow(C), live, nextCopy: 2 }),
  )
})

const row = async (): Promise<ContractRow> =>
  (await store.read(["contracts"], (read) => read.get("contracts", C)))!
const recordsOf = async (copy: number): Promise<string[]> =>
  (await store.read(["records"], (read) => read.list("records", { prefix: [C, copy] }))).map(
    (one) => one.record,
  )
const apply = async (one: FeedPage, after: number) => applyLivePage(store, C, one, { copy: 1, after }, AT)

describe("onto the copy that is shown", () => {
  test("lines, cursor and position in one write; whole with the last page", async () => {
    expect(await apply(page([line(3, "a"), line(5, "b", 2)], 5, true), 0)).toBe("applied")
    expect(await row()).toMatchObject({
      live: { cursor: 5, whole: 0, records: 2, revisions: 3 },
      position: { known: 20 },
    })

    expect(await apply(page([line(7, "a", 4)], 9, false, 2, 6), 5)).toBe("whole")
    expect(await row()).toMatchObject({
      live: { cursor: 9, whole: 9, records: 2, revisions: 6 },
      lastSyncAt: AT,
    })
    expect(await recordsOf(1)).toEqual(["a", "b"])
  })

  test("a page asked for from elsewhere is not applied: another tab was there first", async () => {
    await apply(page([line(3, "a")], 3, true), 0)

    expect(await apply(page([line(3, "b")], 3, true), 0)).toBe("moved")
    expect(await applyLivePage(store, C, page([], 3, true), { copy: 9, after: 3 }, AT)).toBe("moved")
    expect(await recordsOf(1)).toEqual(["a"])
  })

  test("a position once told is never given up for a nearer one", async () => {
    await apply(page([], 0, true), 0)
    await apply({ ...page([], 0, true), position: { known: 4, chain: "y" } }, 0)

    expect((await row()).position).toEqual({ known: 20, chain: "x" })
  })

  test.each([
    ["more records", 2, 2],
    ["more revisions", 1, 2],
  ])("what does not add up is told, and not called whole: %s", async (_name, records, revisions) => {
    expect(await apply(page([line(3, "a")], 3, false, records, revisions), 0)).toBe("differs")
    expect((await row()).live).toMatchObject({ cursor: 3, whole: 0 })
  })

  test("rows that the browser lost are noticed, though the sums still say otherwise", async () => {
    await apply(page([line(3, "a"), line(4, "b")], 4, false, 2), 0)
    await store.write(["records"], (write) => write.delete("records", [C, 1, "a"]))

    expect(await apply(page([], 4, false, 2), 4)).toBe("differs")
  })
})

describe("own operations", () => {
  const own = (id: string, answer?: Partial<Answer>) =>
    store.write(["unconfirmed"], (write) => {
      const { waiting, ...rest } = waitingRow({
        id,
        contract: C,
        record: "r",
        device: "d",
        number: 1,
      } as Operation)
      write.put(
        "unconfirmed",
        answer ? { ...rest, answer: { id, state: "applied", ...answer } } : { ...rest, waiting: waiting! },
      )
    })
  const followed = async (): Promise<string[]> =>
    (await store.read(["unconfirmed"], (read) => read.list("unconfirmed", { prefix: [] }))).map(
      (one) => one.id,
    )

  test.each<[string, Partial<Answer> | undefined, boolean]>([
    ["that waits", undefined, true],
    ["applied, and brought back", { seq: 9 }, false],
    ["applied further on than the pull came", { seq: 10 }, true],
    ["held, further on than the pull came", { state: "held", seq: 10 }, true],
    ["held, its end already gone by", { state: "held", seq: 9 }, false],
    ["for which there is no right", { state: "held", reason: "forbidden" }, true],
    ["that came too late: its author is told", { state: "superseded", seq: 9 }, true],
  ])("one %s", async (_name, answer, isFollowed) => {
    await own("o1", answer)

    await apply(page([], 9, false), 0)

    expect(await followed()).toEqual(isFollowed ? ["o1"] : [])
  })

  test("one in the list of holds is followed until the hold ends, and is whole", async () => {
    await own("h", { state: "held", seq: 8 })
    await apply(page([held(8, "h")], 9, false), 0)
    expect(await followed()).toEqual(["h"])

    await apply(page([{ kind: "ended", seq: 10, ended: "h", how: "apply" }], 10, true), 9)
    const [inBetween] = await store.read(["unconfirmed"], (read) => read.list("unconfirmed", { prefix: [] }))
    expect(inBetween?.ended).toEqual({ seq: 10, how: "apply" })
    await apply(page([], 11, false), 10)

    expect(await followed()).toEqual([])
    expect(await store.read(["held"], (read) => read.count("held", { prefix: [C] }))).toBe(0)
  })
})

describe("a copy from nothing", () => {
  test("is not seen before it is whole; then the old one is to be cleared away", async () => {
    await apply(page([line(3, "old")], 3, true), 0)
    const target = await stageCopy(store, C)
    await applyStagedPage(store, C, page([line(4, "new")], 4, false, 1), target)
    expect(await row()).toMatchObject({ live: { copy: 1 }, staged: { copy: 2, cursor: 4, received: 1 } })

    expect(await swapStagedCopy(store, C, { copy: 2, after: 4 }, { records: 1, revisions: 1 }, AT)).toBe(
      "whole",
    )

    expect(await row()).toMatchObject({
      live: { copy: 2, cursor: 4, whole: 4, records: 1 },
      retired: [{ copy: 1, isStale: false }],
    })
    expect(await row()).not.toHaveProperty("staged")
  })

  test("that does not add up is given up, and the one that is shown stays", async () => {
    const target = await stageCopy(store, C)
    await applyStagedPage(store, C, page([line(4, "new")], 4, false, 2), target)

    expect(await swapStagedCopy(store, C, { copy: 2, after: 4 }, { records: 2, revisions: 2 }, AT)).toBe(
      "differs",
    )

    expect(await row()).toMatchObject({ live: { copy: 1 }, retired: [{ copy: 2 }] })
  })

  test("goes on where it was cut off, and a page from elsewhere is not applied", async () => {
    await applyStagedPage(store, C, page([line(4, "a")], 4, true), await stageCopy(store, C))

    expect(await stageCopy(store, C)).toEqual({ copy: 2, after: 4 })
    expect(await applyStagedPage(store, C, page([line(4, "b")], 4, true), { copy: 2, after: 0 })).toBe(
      "moved",
    )
    expect(await recordsOf(2)).toEqual(["a"])
  })
})
