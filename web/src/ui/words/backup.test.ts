/** Words of the last backup and of the folder: what a person reads, when he is reminded, and when he is left alone. */
import { describe, expect, test } from "vitest"
import type { ContinuousState } from "../../backup/continuous-backup.ts"
import type { BackupStanding } from "../../store/last-backup.ts"
import { describeAllSent, describeContinuous, describeDone, troubleWords } from "./backup.ts"
import { describeAgo, describeHindrance, describeLastBackup, isBackupDue } from "./last-backup.ts"

const now = new Date("2026-11-23T20:00:00.000Z")
const hoursAgo = (hours: number): string => new Date(now.getTime() - hours * 3_600_000).toISOString()
const fresh: BackupStanding = { waiting: 14, lacksSince: hoursAgo(3), since: 14, never: 1 }
const last = { at: hoursAgo(2), way: "written" } as const

test.each([
  [hoursAgo(-1), "just now"],
  [hoursAgo(0), "just now"],
  [hoursAgo(1 / 60), "1 minute ago"],
  [hoursAgo(0.999), "59 minutes ago"],
  [hoursAgo(1), "1 hour ago"],
  [hoursAgo(47.9), "47 hours ago"],
  [hoursAgo(48), "2 days ago"],
])("%s is %s", (at, said) => {
  expect(describeAgo(at, now)).toBe(said)
})

describe("the last backup", () => {
  test("is no matter while nothing is unsent", () => {
    expect(describeLastBackup({ waiting: 0, since: 0, never: 0 }, now)).toBe("")
  })

  test("never", () => {
    expect(describeLastBackup(fresh, now)).toBe("Never backed up: 14 entries only on this device.")
  })

  test("with the entries since", () => {
    const standing = { ...fresh, last, never: 0 }

    expect(describeLastBackup(standing, now)).toBe("Last backup: 2 hours ago, 14 entries since.")
    expect(describeLastBackup({ ...standing, since: 1 }, now)).toBe(
      "Last backup: 2 hours ago, 1 entry since.",
    )
    expect(describeLastBackup({ ...standing, since: 0 }, now)).toBe(
      "Last backup: 2 hours ago, nothing since.",
    )
  })

  test("of some contracts names how many were left out", () => {
    expect(describeLastBackup({ ...fresh, last, never: 2 }, now)).toBe(
      "Last backup: 2 hours ago, 14 entries since. Never backed up: 2 contracts.",
    )
  })

  test("a download is called one: nobody knows what became of it", () => {
    const standing = { ...fresh, never: 0, last: { at: last.at, way: "downloaded" } as const }

    expect(describeLastBackup(standing, now)).toBe("Last backup: downloaded 2 hours ago, 14 entries since.")
    expect(describeDone({ name: "a", way: "downloaded", size: 1, operations: 1 }).text).toContain(
      "Look whether it is among your downloads",
    )
  })

  test("on the page it stands where nothing is unsent, too", () => {
    expect(describeAllSent(undefined, now)).toBe("Never backed up. Everything typed here is at the office.")
    expect(describeAllSent({ ...last, kept: 1 }, now)).toBe(
      "Last backup: 2 hours ago. Everything typed here is at the office.",
    )
  })
})

test("the reminder comes after a day in which a contract had no backup of what is unsent", () => {
  expect(isBackupDue(fresh, now)).toBe(false)
  expect(isBackupDue({ ...fresh, lacksSince: hoursAgo(24) }, now)).toBe(true)
  // Another contract's backup is none of this one's.
  expect(isBackupDue({ ...fresh, lacksSince: hoursAgo(96), last }, now)).toBe(true)
  expect(isBackupDue({ waiting: 3, last, since: 0, never: 0 }, now)).toBe(false)
})

test("the folder is told of quietly, and not at all while it goes well", () => {
  const folder = "FIELD USB"
  const on: ContinuousState = { kind: "on", folder, lastAt: hoursAgo(1) }

  expect(describeHindrance(on)).toBe("")
  expect(describeContinuous(on, now)?.text).toBe("On: last written into “FIELD USB” 1 hour ago.")
  expect(describeContinuous({ kind: "off" }, now)).toBeUndefined()
  expect(describeHindrance({ kind: "failed", folder, trouble: "gone" })).toBe(
    "“FIELD USB” is not there now. It is caught up when it is back.",
  )
  expect(describeHindrance({ kind: "asks", folder })).toContain("asks again")
})

test("every trouble says what is safe", () => {
  for (const { text } of Object.values(troubleWords)) expect(text).toMatch(/is as it was|Nothing is lost/)
})
