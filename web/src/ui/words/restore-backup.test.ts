// @vitest-environment node
/** What Restore Backup says of a file, in sentences. */
import { expect, test } from "vitest"
import type { RefusalCode } from "../../backup/backup-format.ts"
import type { RestoredContract } from "../../backup/restore-backup.ts"
import { describeFindings, describeSpan, describeWhose, nameContract } from "./backup-file.ts"
import {
  describeContract,
  describeNext,
  describeOnBehalf,
  describeOthersIn,
  describeRefusal,
  describeRestored,
  describeRestoredContract,
  nameOthers,
  restoreBackupWords as words,
  sumUp,
} from "./restore-backup.ts"

const ID = "01890000-0000-7000-8000-0000000000c1"

const contract = (more: Partial<RestoredContract> = {}): RestoredContract => ({
  ...{ id: ID, number: "SP 1", name: "Overlay", operations: 0, onDevice: 0, new: 0, newOf: [] },
  ...{ ofOthers: [], differs: 0, differing: [], isHere: true, isDamaged: false, isStrange: false },
  ...more,
})

const dates = { from: "2026-11-19T14:00:00.000-06:00", to: "2026-11-23T14:00:00.000-06:00" }

test("what becomes of a contract's entries", () => {
  const full = contract({ ...dates, operations: 9, new: 4, onDevice: 2, differs: 1 })
  full.ofOthers = [{ author: "b", name: "Bo Keller", operations: 2 }]

  expect(describeContract(full, { unanswered: 3 })).toEqual([
    "9 entries. Typed Nov 19, 2026 to Nov 23, 2026",
    "4 new here, 2 here already.",
    "3 entries had not reached the office when the file was made.",
    "2 typed by Bo Keller: left out.",
    "1 entry here with other words: what is here stays.",
  ])
  expect(describeContract(contract({ ...dates, operations: 2, onDevice: 2 }), { unanswered: 0 }).at(-1)).toBe(
    "All of them are here already.",
  )
  expect(describeContract(contract(), {})).toEqual(["No entries"])
  expect(describeContract(contract({ isStrange: true }), {})[0]).toContain("Left out")
})

test("the sums at the end", () => {
  const one = contract({ new: 2, onDevice: 1, ofOthers: [{ author: "b", operations: 3 }], differs: 1 })

  expect(sumUp({ contracts: [one, one] })).toEqual({ new: 4, here: 2, others: 6, differs: 2 })
  expect(describeRestored({ new: 1, here: 0, others: 0, differs: 0 })).toBe("1 entry restored.")
  expect(describeRestored({ new: 0, here: 1, others: 0, differs: 0 })).toBe(
    "Nothing new was restored. 1 was here already.",
  )
  expect(describeRestoredContract(one)).toBe("2 restored, 1 here already, 3 left out, 1 with other words")
  expect(describeRestoredContract({ ...one, new: 0 })).toMatch(/^1 here already/)
  expect(describeRestoredContract(contract({ operations: 0, new: 0, onDevice: 0 }))).toBe("No entries")
  // Of a damaged one nothing was counted: what could be read of it was left out.
  expect(describeRestoredContract(contract({ isDamaged: true }), 40)).toBe("Damaged: 40 entries left out")
  expect(describeRestoredContract(contract({ isDamaged: true }), 0)).toBe("Damaged: left out")
  expect(describeRestored({ new: 0, here: 0, others: 0, differs: 0 }, 40)).toBe(
    "Nothing new was restored. 40 entries of damaged contracts were left out.",
  )
  expect(describeOthersIn([one])).toBe("3 entries typed by somebody else.")
})

test.each([
  [0, "The office has none of them yet."],
  [4, "The office has 4 of them already."],
  [9, "The office has all of them already."],
])("what the office says itself, %d of 9, stands in place of what the file said", (atOffice, said) => {
  const lines = describeContract(contract({ operations: 9, new: 9 }), { atOffice, unanswered: 3 })

  expect(lines).toContain(said)
  expect(lines.join(" ")).not.toContain("had not reached")
})

test("others by name, where their names are known", () => {
  const of = (...authors: (string | undefined)[]) => ({
    ofOthers: authors.map((name, at) => ({ author: `${name ?? at}`, operations: 1, ...(name && { name }) })),
  })

  expect(nameOthers([of("Bo")])).toBe("Bo")
  expect(nameOthers([of("Bo", "Cy"), of("Bo")])).toBe("Bo and Cy")
  expect(nameOthers([of("Bo", undefined)])).toBe("Bo and 1 other person")
  expect(nameOthers([of(undefined, undefined)])).toBe("2 other people")
})

test("what comes next is said of how things stand", () => {
  const now = { workOffline: false, online: true, isExpired: false, automatic: true, waiting: 3, stranded: 0 }

  expect(describeNext(now)).toBe(words.goesNow)
  expect(describeNext({ ...now, workOffline: true, waiting: 0 })).toBe(words.arrived)
  expect(describeNext({ ...now, isExpired: true })).toBe(words.goesExpired)
  // The database took nothing: none of it is at the office, and none of it can be sent.
  expect(describeNext({ ...now, waiting: 0, stranded: 3 })).toBe(words.goesStranded)
  expect(describeNext({ ...now, online: false, isExpired: true })).toBe(words.goesOnline)
  expect(describeNext({ ...now, workOffline: true, online: false })).toBe(words.goesWorkOffline)
  // Nothing goes by itself where the person turned that off.
  expect(describeNext({ ...now, automatic: false })).toBe(words.goesPressed)
  expect(describeNext({ ...now, automatic: false, online: false })).toBe(words.goesPressedOnline)
  expect(describeNext({ ...now, automatic: false, workOffline: true })).toBe(words.goesPressedOnline)
  expect(describeNext({ ...now, automatic: false, isExpired: true })).toBe(words.goesExpired)
  expect(describeOnBehalf("Ann")).toContain("You bring them for Ann.")
  expect(describeOnBehalf("")).not.toContain("for")
})

test.each<RefusalCode>([
  ...(["not_a_backup", "passphrase_needed", "wrong_passphrase", "work_factor_too_high"] as const),
  ...(["locked_too_large", "backup_too_large", "backup_of_newer_program"] as const),
  ...(["backup_of_other_agency", "backup_bomb"] as const),
])("%s: what it is, that nothing was changed, what to do", (code) => {
  const { title, text } = describeRefusal({ code, detail: "" })

  expect(title).toMatch(/\.$/)
  expect(text).toMatch(/^Nothing was changed on this device\. .+\.$/)
})

test("what is wrong with a file, a sentence each", () => {
  const finding = { member: "", detail: "" }
  const operations = `contracts/${ID}/operations.ndjson`
  const findings = [
    { ...finding, code: "backup_cut_short" as const },
    { ...finding, code: "backup_damaged" as const, member: operations },
    { ...finding, code: "line_unreadable" as const, member: operations, detail: "2" },
    { ...finding, code: "member_missing" as const, member: "photos/aa" },
    { ...finding, code: "member_missing" as const, member: "photos/bb" },
    { ...finding, code: "member_unknown" as const, member: "../x" },
    { ...finding, code: "more" as const },
  ]

  expect(describeFindings(findings, () => "SP 1")).toEqual([
    "The file ends too early, as after a broken copy. What comes before its end is read.",
    "Entries of SP 1: they were damaged.",
    "Entries of SP 1: 2 lines cannot be read, and nothing is taken of them.",
    "../x: no part of a backup. It is left out.",
    "There is more that is not listed here.",
    "2 photos are missing.",
  ])
})

test("whose it is, from when to when, which contract", () => {
  const told = { person: { name: "Ann", email: "a@b.example" }, device: { label: "" }, madeAt: "no instant" }

  expect(describeWhose(told, new Date()).map(({ text }) => text)).toEqual(["Ann (a@b.example)", "no instant"])
  expect(describeSpan(dates.from, dates.from)).toBe("Typed Nov 19, 2026")
  expect(nameContract({ id: ID, number: "", name: "" })).toContain("…000000c1")
})
