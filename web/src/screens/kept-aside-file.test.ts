/** The file of what a restored server lacks says whose it is, of which contract, and nothing of how it is kept here. */
import { expect, test } from "vitest"
import { nameKeptAsideFile, spellKeptAside } from "./kept-aside-file.ts"

const image = (record: string) => ({
  seq: 7,
  type: "note",
  record,
  revision: 2,
  fields: { text: "two\nlines" },
  by: "an-operation",
  by_field: {},
  author: "bo",
  made_at: "2026-11-18T09:00:00Z",
  received_at: "2026-11-18T10:00:00Z",
})

test("one record a line, with its contract", () => {
  const rows = [{ ...image("a"), copy: 3, contract: "of the row" }, image("b")]

  const lines = spellKeptAside({ contract: "c", number: "SP 1", images: rows }).split("\n")

  expect(lines.at(-1)).toBe("")
  expect(lines.slice(0, -1).map((line) => JSON.parse(line) as unknown)).toEqual([
    { contract: "c", contract_number: "SP 1", ...image("a") },
    { contract: "c", contract_number: "SP 1", ...image("b") },
  ])
})

test("a name that any disk takes", () => {
  expect(nameKeptAsideFile("SP 027-609/012", "2026-11-19")).toBe(
    "tallybook-lost-at-office-sp-027-609-012-2026-11-19.ndjson",
  )
})
