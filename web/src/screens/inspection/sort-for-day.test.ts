// @vitest-environment node
/** The order of a day's list. */
import { expect, test } from "vitest"
import type { Entry } from "../../core/entry.ts"
import { sortForDay } from "./sort-for-day.ts"

const entry = (record: string, voided = false): Entry => ({
  contract: "c",
  record,
  type: "note",
  fields: {},
  revision: 1,
  author: "p",
  madeAt: "",
  voided,
  where: "office",
  writers: {},
  beside: [],
})

test("newest first, void ones last, and the given list as it was", () => {
  const given = [entry("1"), entry("2", true), entry("3"), entry("4", true)]

  expect(sortForDay(given).map(({ record }) => record)).toEqual(["3", "1", "4", "2"])
  expect(given[0]?.record).toBe("1")
})
