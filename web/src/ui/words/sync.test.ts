/** What a sync says: every outcome has words that tell what is safe. */
import { expect, test } from "vitest"
import type { SyncOutcome } from "../../sync/outcomes.ts"
import { describeOutcome, describeProgress, describeSummary, nameSyncButton } from "./sync.ts"

const COUNTS = { sent: 3, received: 12, merged: 1, attention: 0 }

test("the arrows begin with Sync and tell the number waiting", () => {
  expect(nameSyncButton(0, false)).toBe("Sync, nothing waiting")
  expect(nameSyncButton(1_200, false)).toBe("Sync, 1,200 waiting")
  expect(nameSyncButton(2, true)).toBe("Sync, 2 waiting, working offline")
})

test("a summary is plain: sent, received, merged, needs attention", () => {
  const said = describeSummary({ ...COUNTS, outcome: { kind: "done" } })
  expect(said).toEqual({
    tone: "go",
    title: "Synced with the office.",
    text: "Sent 3. Received 12. Merged 1. Needs attention 0.",
  })
  expect(describeSummary({ ...COUNTS, attention: 1, outcome: { kind: "done" } }).tone).toBe("mind")
})

const FAILED: readonly SyncOutcome[] = [
  { kind: "work_offline" },
  { kind: "no_network" },
  { kind: "not_signed_in" },
  { kind: "not_the_server" },
  { kind: "busy", retryAfterMs: 5_000 },
  { kind: "forbidden" },
  { kind: "diverged_and_reloaded" },
  { kind: "failed", code: "tally_differs" },
  { kind: "failed", code: "too_large" },
  { kind: "failed", code: "other_protocol" },
  {
    kind: "failed",
    code: "server_failed",
    title: "Something went wrong.",
    remedy: "Nothing that was saved is lost.",
  },
  { kind: "failed", code: "unknown_code" },
]

test.each(FAILED)("$kind $code says what is safe, and what was done", (outcome) => {
  expect(describeOutcome(outcome)).toMatch(/safe|lost|delivered/)
  const { tone, text } = describeSummary({ ...COUNTS, outcome })
  expect(tone).not.toBe("go")
  expect(text).toContain("Sent 3.")
})

test("progress has its numbers where they are known", () => {
  expect(describeProgress({ phase: "receiving", contract: "c", done: 4_120, total: 9_866 })).toBe(
    "Receiving: 4,120 of 9,866",
  )
  expect(describeProgress({ phase: "sending", contract: "c", done: 0, total: 0 })).toBe("Sending…")
})
