/** Words of what the browser keeps: what a person is warned of, and of what not. */
import { describe, expect, test } from "vitest"
import { describeUse, INSECURE, warnOfStorage, type StorageReport } from "./storage.ts"

const GB = 1_000_000_000
const fine: StorageReport = {
  isSecure: true,
  isKept: true,
  usedBytes: 22_000_000,
  freeBytes: 9 * GB,
  quotaBytes: 10 * GB,
  isAppleMobile: false,
  isInstalled: false,
}

/** A browser without `navigator.storage.estimate` figures. */
const silent: StorageReport = { isSecure: true, isKept: true, isAppleMobile: false, isInstalled: false }

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
    const warnings = warnOfStorage({ ...fine, isKept: false, quotaBytes: GB })

    expect(warnings[0]?.title).toBe("This looks like a private window.")
    expect(warnOfStorage({ ...fine, isKept: true, quotaBytes: GB })).toEqual([])
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
