/** An entry that could not be saved, as a file. */
import { expect, test } from "vitest"
import { nameEntryFile, spellEntryFile } from "./entry-file.ts"
import { beginValues } from "./form-values.ts"

test("everything that was typed, as it was typed, with what it is about", () => {
  const values = beginValues({ text: "Paving\nbegan", work_date: "11/19", station: "18+22" })
  const form = { type: "note" as const, values, seen: undefined, needsReason: false }

  const text = spellEntryFile({
    form,
    item: undefined,
    contract: "c",
    email: "ann@tallybook.example",
    typedAt: "2026-11-19T14:40:00.000Z",
  })

  expect(JSON.parse(text)).toMatchObject({
    contract: "c",
    type: "note",
    date: "11/19",
    typed_by: "ann@tallybook.example",
    fields: { text: "Paving\nbegan", work_date: "11/19", station: "18+22" },
  })
})

test("a file's name says what and when", () => {
  expect(nameEntryFile("item_transaction", "2026-11-19T14:40:00.000Z")).toBe(
    "tallybook-item-transaction-2026-11-19.json",
  )
})
