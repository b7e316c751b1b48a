/** Pulling a contract: onto the copy that is shown, or a new one from nothing where there is none or it is not true. */
import type { FeedPage } from "../core/feed.ts"
import { spellInstant } from "../core/dates.ts"
import {
  applyLivePage,
  applyStagedPage,
  stageCopy,
  swapStagedCopy,
  type Applied,
} from "../store/feed-pages.ts"
import { clearRetiredCopies } from "../store/recovery.ts"
import type { ContractRow } from "../store/tables.ts"
import type { Failure, Reply } from "../wire/replies.ts"
import type { SyncContext } from "./context.ts"

const PAGES_MAX = 100_000
const FROM_NOTHING_MAX = 2 // differences: after the first one once again from nothing, after the second it is reported

export interface Pulled {
  received: number
  failure?: Failure
}

const DIFFERS: Failure = { kind: "failed", code: "tally_differs" }
const STOPPED: Failure = { kind: "failed", code: "stopped" }

/** Pull until the server has no more. May be cut off after any line: it goes on from there. */
export async function pullAll(context: SyncContext, contract: string): Promise<Pulled> {
  let [received, fromNothing] = [0, 0]
  for (let page = 0; page < PAGES_MAX && !context.isStopped(); page += 1) {
    const row = await readRow(context, contract)
    const isLive = row?.live !== undefined && !row.live.isStale && !row.staged
    const pulled = isLive
      ? await pullLive(context, row, received)
      : await pullStaged(context, contract, received)
    if (pulled.failure) return { received, failure: pulled.failure }
    received += pulled.lines
    if (pulled.applied === "whole") {
      await clearRetiredCopies(context.device.store, contract)
      return { received }
    }
    if (pulled.applied !== "differs") continue
    fromNothing += 1
    if (fromNothing === FROM_NOTHING_MAX) return { received, failure: DIFFERS }
    await stageCopy(context.device.store, contract)
  }
  return { received, failure: STOPPED }
}

interface PulledPage {
  applied?: Applied
  lines: number
  failure?: Failure
}

const readRow = ({ device }: SyncContext, contract: string): Promise<ContractRow | undefined> =>
  device.store.read(["contracts"], (read) => read.get("contracts", contract))

async function pullLive(context: SyncContext, row: ContractRow, received: number): Promise<PulledPage> {
  if (!row.live) return { lines: 0 }
  const target = { copy: row.live.copy, after: row.live.cursor }
  const reply = await readPage(context, row, target.after, received)
  if (reply.kind !== "ok") return { lines: 0, failure: reply }
  const at = spellInstant(context.device.now())
  const applied = await applyLivePage(context.device.store, row.id, reply.value, target, at)
  return { applied, lines: reply.value.lines.length }
}

async function pullStaged(context: SyncContext, contract: string, received: number): Promise<PulledPage> {
  const { store } = context.device
  const target = await stageCopy(store, contract)
  const row = await readRow(context, contract)
  if (!row) return { lines: 0 }
  const reply = await readPage(context, row, target.after, received)
  if (reply.kind !== "ok") return { lines: 0, failure: reply }
  const { lines, more, cursor, tally } = reply.value
  let applied = await applyStagedPage(store, contract, reply.value, target)
  if (applied === "applied" && !more) {
    const at = spellInstant(context.device.now())
    applied = await swapStagedCopy(store, contract, { copy: target.copy, after: cursor }, tally, at)
  }
  return { applied, lines: lines.length }
}

function readPage(
  context: SyncContext,
  row: ContractRow,
  after: number,
  received: number,
): Promise<Reply<FeedPage>> {
  const tell = (lines: number, remaining: number): void =>
    context.tell({
      phase: "receiving",
      contract: row.id,
      done: received + lines,
      total: received + remaining,
    })
  return context.server.readFeed(row.id, {
    device: context.device.id,
    after,
    position: row.position,
    limit: context.pageLines,
    onLine: tell,
  })
}
