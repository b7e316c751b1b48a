/** The file of what is unsent holds each operation once, as it will be sent. */
import { expect, test } from "vitest"
import type { Operation } from "../core/operation.ts"
import { joinUnsent, nameUnsentFile, spellUnsent } from "./unsent-file.ts"

const operation = (id: string): Operation => ({ id, set: { text: "line\nbreak" } }) as unknown as Operation

test("one operation a line, whatever stands in it", () => {
  const lines = spellUnsent([operation("a"), operation("b")]).split("\n")

  expect(lines).toHaveLength(3)
  expect(lines.slice(0, 2).map((line) => JSON.parse(line) as unknown)).toEqual([
    operation("a"),
    operation("b"),
  ])
})

test("what is in both copies comes once", () => {
  const joined = joinUnsent([operation("a")], [operation("a"), operation("b")])

  expect(joined.map((one) => one.id)).toEqual(["a", "b"])
})

test("a name that any disk takes", () => {
  expect(nameUnsentFile("Ann.Lind@county.example", "2026-11-19")).toBe(
    "tallybook-unsent-ann-lind-2026-11-19.ndjson",
  )
  expect(nameUnsentFile("../..@x", "2026-11-19")).toBe("tallybook-unsent-entry-2026-11-19.ndjson")
})
