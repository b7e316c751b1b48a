/** Words of what the browser keeps: what a person is warned of, and of what not. */
import { describe, expect, test } from "vitest"
import type { Image } from "../../core/operation.ts"
import {
  describeAge,
  describeKeptAside,
  describeSecondCopy,
  describeUnsent,
  describeUse,
  INSECURE,
  listLimits,
  warnOfStorage,
  type StorageReport,
} from "./storage.ts"

const GB = 1_000_000_000
const fine: StorageReport = {
  isSecure: true,
  canPromise: true,
  isKept: true,
  isShutOut: false,
  usedBytes: 22_000_000,
  freeBytes: 9 * GB,
  quotaBytes: 10 * GB,
  isAppleMobile: false,
  isInstalled: false,
}

/** A browser without `navigator.storage.estimate` figures. */
const silent: StorageReport = {
  isSecure: true,
  isKept: true,
  isShutOut: false,
  canPromise: true,
  isAppleMobile: false,
  isInstalled: false,
}

describe("warnings", () => {
  test("none where it is kept and there is room", () => {
    expect(warnOfStorage(fine)).toEqual([])
  })

  test("over plain HTTP nothing else matters", () => {
    expect(warnOfStorage({ ...fine, isSecure: false, isKept: false, freeBytes: 1 })).toEqual([INSECURE])
  })

  test("not kept: the browser can be asked", () => {
    expect(warnOfStorage({ ...fine, isKept: false })).toMatchObject([
      { tone: "mind", title: "This browser may clear what it stores.", offer: "ask_to_keep" },
    ])
  })

  test("on an iPhone installing comes first; installed, it can be asked", () => {
    const phone = { ...fine, isKept: false, isAppleMobile: true }

    expect(warnOfStorage(phone)[0]?.text).toContain("home screen")
    expect(warnOfStorage(phone)[0]).not.toHaveProperty("offer")
    expect(warnOfStorage({ ...phone, isInstalled: true })[0]?.offer).toBe("ask_to_keep")
  })

  test("hardly any quota and no promise: it looks like a private window", () => {
    expect(warnOfStorage({ ...fine, isKept: false, canPromise: false })[0]).not.toHaveProperty("offer")
    const warnings = warnOfStorage({ ...fine, isKept: false, quotaBytes: GB })

    expect(warnings[0]?.title).toBe("This looks like a private window.")
    expect(warnOfStorage({ ...fine, isKept: true, quotaBytes: GB })).toEqual([])
  })

  test("kept out of the browser's file system: it looks like a private window, too", () => {
    const shutOut = { ...fine, isShutOut: true }

    expect(warnOfStorage({ ...shutOut, isKept: false })[0]?.title).toBe("This looks like a private window.")
    expect(warnOfStorage(shutOut)).toEqual([])
  })

  test("a browser that tells the same in a private window: what happens in one is said in any", () => {
    expect(warnOfStorage({ ...fine, isKept: false })[0]?.text).toContain("a private window forgets them")
  })

  test("low room is told beside the rest, and by what is wanted", () => {
    const low = { ...fine, freeBytes: 0.3 * GB }

    expect(warnOfStorage(low)).toEqual([])
    expect(warnOfStorage(low, 100_000_000)).toMatchObject([{ title: "There is little room on this device." }])
    expect(warnOfStorage({ ...low, freeBytes: 1, isKept: false })).toHaveLength(2)
  })

  test("a browser that tells nothing is not warned of", () => {
    expect(warnOfStorage(silent, 5 * GB)).toEqual([])
  })
})

test("use and room in megabytes and gigabytes", () => {
  expect(describeUse(fine)).toBe("22 MB used; room for about 9 GB more.")
  expect(describeUse({ ...fine, freeBytes: 120_000_000 })).toContain("room for about 120 MB")
})

test("a browser that does not tell says so", () => {
  expect(describeUse(silent)).toBe("This browser does not tell how much room there is.")
})

describe("what only this device has", () => {
  const now = new Date("2026-11-19T14:40:00Z")

  test("how many, how old, and when the office was last asked", () => {
    const at = "2026-11-17T08:00:00.000-06:00"

    const [waiting, sync] = describeUnsent({ count: 3, oldestAt: at, lastSyncAt: at }, now)

    expect(waiting).toMatch(/^3 entries not sent yet; the oldest was typed .*, 2 days ago\.$/)
    expect(sync).toMatch(/^Last sync .*\.$/)
    const alone = [{ made_at: "2026-11-15T08:00:00.000-06:00" }]
    expect(describeUnsent({ count: 3, oldestAt: at }, now, alone)[0]).toMatch(
      /^4 entries not .*, 4 days ago\.$/,
    )
    expect(describeUnsent({ count: 0 }, now, alone)[0]).toMatch(/^1 entry not sent yet; .*, 4 days ago\.$/)
    expect(describeUnsent({ count: 0 }, now)).toEqual([
      "Nothing: everything typed here is at the office.",
      "Not synced yet.",
    ])
  })

  test.each([
    ["2026-11-19T14:20:00Z", "less than an hour ago"],
    ["2026-11-19T13:40:00Z", "1 hour ago"],
    ["2026-11-17T14:41:00Z", "47 hours ago"],
    ["2026-11-17T14:40:00Z", "2 days ago"],
    ["2027-01-01T00:00:00Z", "less than an hour ago"],
  ])("%s is %s", (at, age) => {
    expect(describeAge(at, now)).toBe(age)
  })
})

describe("the second copy", () => {
  const copy = { kind: "written", stranded: [], repaired: 0, unreadableBytes: 0 } as const

  test("written is one sentence; a browser without is told what that means", () => {
    expect(describeSecondCopy(copy)).toEqual([expect.stringContaining("kept twice")])
    expect(describeSecondCopy({ ...copy, kind: "missing" })).toEqual([expect.stringContaining("kept once")])
  })

  test("what was repaired and what could not be read is told", () => {
    const said = describeSecondCopy({ ...copy, repaired: 2, unreadableBytes: 120 })

    expect(said[1]).toContain("2 entries were in one copy only")
    expect(said[2]).toContain("could not be read")
  })
})

test("what the office lost is counted by contract, also of one whose name is gone", () => {
  const image = {} as Image
  const one = { contract: "c", number: "SP 1", images: [image] }

  expect(describeKeptAside(one)).toBe("SP 1: 1 entry of others")
  expect(describeKeptAside({ ...one, number: "", images: [image, image] })).toBe(
    "A contract that is not listed here: 2 entries of others",
  )
})

describe("what a browser cannot do", () => {
  const all = {
    isSecure: true,
    hasSecondCopy: true,
    hasServiceWorker: true,
    hasLocks: true,
    hasPersistence: true,
  }

  test("nothing is missing, or each thing is told with what it means", () => {
    expect(listLimits(all)).toEqual([])
    expect(listLimits({ ...all, hasSecondCopy: false, hasLocks: false })).toHaveLength(2)
    expect(listLimits({ ...all, isSecure: false, hasLocks: false })).toHaveLength(1)
  })
})
