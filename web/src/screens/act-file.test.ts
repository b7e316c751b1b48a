/** A decision that could not be saved, as a file: what, about which entry, why, by whom. */
import { expect, test } from "vitest"
import { nameActFile, spellActFile } from "./act-file.ts"

test("what was meant, with its reason", () => {
  const act = { act: "bring_back", contract: "c", record: "r", reason: "Voided\nby mistake" } as const

  expect(JSON.parse(spellActFile(act, "ann@tallybook.example", "2026-11-19T14:40:00.000Z"))).toEqual({
    what: "An act in Tallybook that could not be saved on its device: do it again.",
    ...act,
    typed_by: "ann@tallybook.example",
    typed_at: "2026-11-19T14:40:00.000Z",
  })
  expect(nameActFile(act, "2026-11-19T14:40:00.000Z")).toBe("tallybook-bring-back-2026-11-19.json")
})
