// @vitest-environment node
/** What is said of a chosen file, and of how far it is. */
import { expect, test } from "vitest"
import { describeFile, describeProgress } from "./backup-file.ts"

test("a file is named with its size, and an act with how far it is where that is known", () => {
  expect(describeFile({ name: "a.tallybook", size: 1_500_000 })).toMatch(/^a\.tallybook, 1\.5\sMB$/)
  expect(describeProgress("Reading", 0.257)).toBe("Reading, 25%")
  expect(describeProgress("Reading", 0)).toBe("Reading")
})
