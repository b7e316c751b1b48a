// @vitest-environment node
/** What the page says of a file that is merged, in sentences. */
import { expect, test } from "vitest"
import type { MergedContract, PreviewedContract } from "../../wire/backups.ts"
import type { Failure } from "../../wire/replies.ts"
import {
  describeBy,
  describeMerged,
  describeMergedContract,
  describeMergeFailure,
  describePreviewed,
  describeTooLarge,
  isMerged,
  mergeBackupWords as words,
  sumUpMerged,
} from "./merge-backup.ts"

const previewed = (more: Partial<PreviewedContract> = {}): PreviewedContract => ({
  ...{ id: "c", number: "SP 1", name: "Overlay", right: "office", operations: 5, new: 3, known: 2 },
  ...{
    unclaimed: 0,
    isDamaged: false,
    authors: [],
    from: "2026-11-19T14:00:00Z",
    to: "2026-11-19T15:00:00Z",
  },
  ...more,
})
const merged = (more: Partial<MergedContract> = {}): MergedContract => ({
  ...{ id: "c", new: 3, known: 2, held: 0, unclaimed: 0, notKept: 0, by: [] },
  ...more,
})

test("what a file holds of a contract", () => {
  const authors = [
    { name: "Ann", operations: 4 },
    { name: "Bo", operations: 1 },
  ]

  expect(describePreviewed(previewed({ authors }))).toEqual([
    "5 entries. Typed Nov 19, 2026",
    "By Ann (4) and Bo (1)",
    "3 new, 2 known already.",
  ])
  expect(describePreviewed(previewed({ new: 0, known: 5 })).at(-1)).toBe("5 known already, none new.")
  expect(describePreviewed(previewed({ new: 0, known: 0, unclaimed: 5 })).slice(1)).toEqual([
    "None that you may bring.",
    "5 that you may not bring: they go to the unclaimed entries.",
  ])
  expect(describePreviewed(previewed({ operations: 0 }))).toEqual(["No entries"])
  const many = Array.from({ length: 10 }, (_, at) => ({ name: `P${at}`, operations: 1 }))
  expect(describePreviewed(previewed({ authors: many }))[1]).toContain("P7 (1) and 2 more")
})

test("what a merge did", () => {
  const one = merged({ held: 1, unclaimed: 2, notKept: 1, by: [{ author: "Ann", new: 3 }] })

  expect(describeMergedContract(one)).toBe(
    "2 merged, 1 needs a decision, 2 known already, 2 unclaimed, 1 not taken",
  )
  expect(describeBy(one)).toBe("New by Ann (3)")
  expect(describeBy(merged())).toBe("")
  expect(sumUpMerged([one, one])).toEqual({ merged: 4, known: 4, held: 2, unclaimed: 4, notKept: 2 })
  expect(describeMerged(sumUpMerged([one]))).toBe(
    "2 entries merged. 1 needs a decision. 2 were known already.",
  )
  expect(describeMerged(sumUpMerged([merged({ new: 0, known: 1 })]))).toBe(
    "Nothing new was merged. 1 was known already.",
  )
  expect(describeMergedContract(merged({ new: 0, known: 0 }))).toBe("No entries")
  expect(describeMerged(sumUpMerged([]), 1)).toBe(
    "Nothing new was merged. 1 entry of damaged contracts was left out.",
  )
  expect(isMerged(sumUpMerged([one]), 1)).toBe(false)
  expect(describeTooLarge(5_000_000_000)).toContain("5 GB")
})

test("what is only held is not told as merged, and is no reason for green", () => {
  const sums = sumUpMerged([merged({ new: 2, known: 0, held: 2, by: [{ author: "Ann", new: 2 }] })])

  expect(describeMerged(sums)).toBe("Nothing new was merged. 2 need a decision.")
  expect(isMerged(sums)).toBe(false)
  expect(isMerged(sumUpMerged([merged({ new: 3, held: 2 })]))).toBe(true)
  expect(isMerged(sumUpMerged([merged({ new: 0, unclaimed: 1 })]))).toBe(false)
  expect(isMerged(sumUpMerged([merged({ new: 0 })]))).toBe(true)
})

const refusal = (code: string): Failure => ({ kind: "failed", code, title: "No.", remedy: "Do that." })

test("a failure says what is safe at the place where it broke off", () => {
  expect(describeMergeFailure({ kind: "no_network" }, "sending").text).toContain("merge-backup")
  expect(describeMergeFailure({ kind: "no_network" }, "reading").text).toContain(words.safe)
  expect(describeMergeFailure({ kind: "no_network" }, "merging").text).toContain(words.stays)
  expect(describeMergeFailure({ kind: "too_large" }, "sending").text).toContain("the network in front")
  expect(describeMergeFailure(refusal("not_a_backup"), "reading")).toEqual({ title: "No.", text: "Do that." })
  expect(describeMergeFailure(refusal("backup_not_found"), "merging").text).toBe("Do that.")
  expect(describeMergeFailure(refusal("backup_no_room"), "merging").text).toContain(words.stays)
})
