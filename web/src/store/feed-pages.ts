/** Applying pages of the feed: lines, cursor and position in one write, onto the copy that is shown or one being pulled. */
import type { FeedLine, FeedPage, Tally } from "../core/feed.ts"
import { hasWritten } from "../core/view.ts"
import { furthest, requireContract } from "./contract-rows.ts"
import type { ReadStore, Store, WriteStore } from "./store.ts"
import type { ContractRow, TableName, UnconfirmedRow } from "./tables.ts"

const PAGE_TABLES: readonly TableName[] = ["records", "held", "contracts", "unconfirmed"]

const SCAN_ROWS = 2_000

/** Which copy a page was asked for, and from where: another tab may have moved it meanwhile. */
export interface PageTarget {
  copy: number
  after: number
}

/** `moved`: nothing was written, ask anew. `differs`: the records here do not add up to the server's tally. */
export type Applied = "applied" | "whole" | "moved" | "differs"

/** Apply a page to the copy that is shown. */
export function applyLivePage(
  store: Store,
  contract: string,
  page: FeedPage,
  target: PageTarget,
  at: string,
): Promise<Applied> {
  return store.write(PAGE_TABLES, async (write) => {
    const row = await requireContract(write, contract)
    const { live } = row
    if (!live || live.isStale || live.copy !== target.copy || live.cursor !== target.after) return "moved"
    const grown = await growTally(write, row, page.lines)
    await putLines(write, contract, live.copy, page.lines)
    const moved = { ...live, ...grown, cursor: page.cursor }
    const position = furthest(row.position, page.position)
    if (page.more) {
      write.put("contracts", { ...row, position, live: moved })
      return "applied"
    }
    const isEqual = (await hasTally(write, row, grown)) && isSame(grown, page.tally)
    if (!isEqual) {
      write.put("contracts", { ...row, position, live: moved })
      return "differs"
    }
    const whole = { ...row, position, live: { ...moved, whole: page.cursor }, lastSyncAt: at }
    write.put("contracts", whole)
    await forgetSettled(write, whole)
    return "whole"
  })
}

/** Apply a page to the copy that is being pulled from nothing; it is shown only once it is whole. */
export function applyStagedPage(
  store: Store,
  contract: string,
  page: FeedPage,
  target: PageTarget,
): Promise<Applied> {
  return store.write(PAGE_TABLES, async (write) => {
    const row = await requireContract(write, contract)
    const { staged } = row
    if (!staged || staged.copy !== target.copy || staged.cursor !== target.after) return "moved"
    await putLines(write, contract, staged.copy, page.lines)
    const received = staged.received + page.lines.length
    const position = furthest(row.position, page.position)
    write.put("contracts", { ...row, position, staged: { copy: staged.copy, cursor: page.cursor, received } })
    return "applied"
  })
}

/** Begin to pull a copy from nothing, or go on with the one that was begun. */
export function stageCopy(store: Store, contract: string): Promise<PageTarget> {
  return store.write(["contracts"], async (write) => {
    const row = await requireContract(write, contract)
    if (row.staged) return { copy: row.staged.copy, after: row.staged.cursor }
    const staged = { copy: row.nextCopy, cursor: 0, received: 0 }
    write.put("contracts", { ...row, staged, nextCopy: row.nextCopy + 1 })
    return { copy: staged.copy, after: 0 }
  })
}

/** Show the copy that was pulled, in one write, if it is what the server has; else leave it to be cleared away. */
export async function swapStagedCopy(
  store: Store,
  contract: string,
  target: PageTarget,
  tally: Tally,
  at: string,
): Promise<Applied> {
  const counted = await countTally(store, contract, target.copy)
  return store.write(PAGE_TABLES, async (write) => {
    const row = await requireContract(write, contract)
    const { staged, live, ...rest } = row
    if (!staged || staged.copy !== target.copy || staged.cursor !== target.after) return "moved"
    if (!isSame(counted, tally)) {
      const retired = [...row.retired, { copy: staged.copy, isStale: false }]
      write.put("contracts", { ...rest, ...(live && { live }), retired })
      return "differs"
    }
    const { copy, cursor } = staged
    const retired = live ? [...row.retired, { copy: live.copy, isStale: live.isStale }] : row.retired
    const shown = { copy, cursor, whole: cursor, ...counted, isStale: false }
    const swapped: ContractRow = { ...rest, live: shown, retired, lastSyncAt: at }
    write.put("contracts", swapped)
    await forgetSettled(write, swapped)
    return "whole"
  })
}

const isSame = (one: Tally, other: Tally): boolean =>
  one.records === other.records && one.revisions === other.revisions

/** How the tally of the copy changes by these lines. Cost: one look-up a line, all under way at once. */
async function growTally(
  read: ReadStore,
  { id, live }: ContractRow,
  lines: readonly FeedLine[],
): Promise<Tally> {
  const images = lines.flatMap((line) => (line.kind === "image" ? [line.image] : []))
  const known = await Promise.all(
    images.map((image) => read.get("records", [id, live?.copy ?? 0, image.record])),
  )
  const grown = { records: live?.records ?? 0, revisions: live?.revisions ?? 0 }
  images.forEach((image, at) => {
    grown.records += known[at] ? 0 : 1
    grown.revisions += image.revision - (known[at]?.revision ?? 0)
  })
  return grown
}

/** Whether the database still has as many records as were put: a browser may have lost some. */
async function hasTally(read: ReadStore, { id, live }: ContractRow, { records }: Tally): Promise<boolean> {
  return (await read.count("records", { prefix: [id, live?.copy ?? 0] })) === records
}

/** Count a copy row by row. Cost: one pass over it, outside any write. */
async function countTally(store: Store, contract: string, copy: number): Promise<Tally> {
  const tally = { records: 0, revisions: 0 }
  let from: string | undefined
  for (;;) {
    const range = { prefix: [contract, copy], ...(from !== undefined && { from }), limit: SCAN_ROWS }
    const rows = await store.read(["records"], (read) => read.list("records", range))
    for (const row of rows) {
      if (row.record === from) continue // the last one of the rows before
      tally.records += 1
      tally.revisions += row.revision
    }
    if (rows.length < SCAN_ROWS) return tally
    from = rows.at(-1)?.record
  }
}

async function putLines(
  write: WriteStore,
  contract: string,
  copy: number,
  lines: readonly FeedLine[],
): Promise<void> {
  for (const line of lines) {
    if (line.kind === "image") write.put("records", { ...line.image, contract, copy })
    else if (line.kind === "held") {
      const { id, record } = line.held.operation
      write.put("held", { ...line.held, contract, copy, id, record })
    } else await endHold(write, contract, copy, line)
  }
}

async function endHold(
  write: WriteStore,
  contract: string,
  copy: number,
  { ended, seq, how }: Extract<FeedLine, { kind: "ended" }>,
): Promise<void> {
  write.delete("held", [contract, copy, ended])
  const own = await write.get("unconfirmed", ended)
  if (own?.contract === contract) write.put("unconfirmed", { ...own, ended: { seq, how } })
}

/** After a complete pull: what the feed has brought back needs no following any more. */
async function forgetSettled(write: WriteStore, row: ContractRow): Promise<void> {
  const rows = await write.list("unconfirmed", { index: "by_contract", prefix: [row.id] })
  for (const one of rows) if (await isSettled(write, row, one)) write.delete("unconfirmed", one.id)
}

async function isSettled(read: ReadStore, { id, live }: ContractRow, own: UnconfirmedRow): Promise<boolean> {
  const { answer, ended } = own
  if (!answer || !live || answer.state === "superseded" || ended?.how === "superseded") return false
  if (answer.state !== "held") return live.whole >= (answer.seq ?? Infinity)
  const held = await read.get("held", [id, live.copy, answer.id])
  if (answer.seq !== undefined) return live.whole >= answer.seq && !held
  // Forbidden, and handed over since: the feed tells of it as of any other.
  if (held !== undefined || ended !== undefined) return true
  return hasWritten(own.id, await read.get("records", [id, live.copy, own.record]))
}
