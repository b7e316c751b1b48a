/** What a round says where this device's own database fails: everything typed is kept, the round is not finished. */
import { NotReadable, NotSaved, type NotSavedReason } from "../store/store.ts"
import type { SyncOutcome } from "./outcomes.ts"

export type Failed = Extract<SyncOutcome, { kind: "failed" }>

const WORDS: Readonly<Record<NotSavedReason, { title: string; remedy: string }>> = {
  full: {
    title: "There is no room left on this device for what the office sends.",
    remedy: "What you typed before is kept. Make room, or check in a contract that you do not need here.",
  },
  closed: {
    title: "The browser closed this device's database.",
    remedy: "What you typed before is kept. Reload the page.",
  },
  newer_program: {
    title: "A newer Tallybook is open in another tab.",
    remedy: "What you typed before is kept. Reload this page.",
  },
  blocked: {
    title: "Another tab of Tallybook holds this device's records.",
    remedy: "What you typed before is kept. Close that tab, then sync again.",
  },
  unknown: {
    title: "The browser could not write what the office sent.",
    remedy: "What you typed before is kept. Sync again; if it stays so, reload the page.",
  },
}

/** Run a round; a database that fails ends it like a line that fails, and the next one goes on from there. */
export async function orStoreTrouble<T>(round: () => Promise<T>, tell: (failed: Failed) => T): Promise<T> {
  try {
    return await round()
  } catch (failure) {
    if (!(failure instanceof NotSaved || failure instanceof NotReadable)) throw failure
    return tell({ kind: "failed", code: `device_${failure.reason}`, ...WORDS[failure.reason] })
  }
}
