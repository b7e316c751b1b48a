// @vitest-environment node
/** From typed texts to fields: first values, spellings, problems, what stays for the next entry. */
import { describe, expect, test } from "vitest"
import type { ContractItem } from "../../core/contract-records.ts"
import {
  beginValues,
  carryOver,
  checkReason,
  fieldsOf,
  findProblems,
  isSameForm,
  readValues,
  takeRounded,
  tidyValues,
  type FormValues,
} from "./form-values.ts"

const ITEM_ID = "01890000-0000-7000-8000-000000000001"
const OTHER_ID = "01890000-0000-7000-8000-000000000002"
const item: ContractItem = {
  record: ITEM_ID,
  project: "p",
  line: "140",
  itemNumber: "2360.509/22200",
  description: "Wearing course mix (2,B)",
  unit: "ton",
  quantity: "4250",
  unitPrice: "68.4",
  accuracy: 2,
  voided: false,
}
const transaction = (typed: Partial<FormValues>) =>
  beginValues({ item: ITEM_ID, work_date: "2026-11-19", quantity: "1", ...typed })
const problemsOf = (typed: Partial<FormValues>) =>
  findProblems(transaction(typed), { type: "item_transaction", item })

describe("the fields of a form", () => {
  test("every one is there, empty where nothing is known", () => {
    const values = beginValues({ work_date: "2026-11-19" })

    expect(values).toMatchObject({
      work_date: "2026-11-19",
      text: "",
      quantity: "",
      item_text: "",
      reason: "",
    })
    expect(Object.values(values).filter(Boolean)).toEqual(["2026-11-19"])
  })

  test("an entry is read into a form; what the form does not have stays out", () => {
    const values = readValues({ item: ITEM_ID, quantity: "2", funding: [], voided: true })

    expect(values["quantity"]).toBe("2")
    expect(values).not.toHaveProperty("funding")
    expect(values).not.toHaveProperty("voided")
  })

  test("what stands beside the fields is none of the operation's", () => {
    expect(Object.keys(fieldsOf("item_transaction", transaction({ reason: "x", item_text: "y" })))).toEqual([
      "item",
      "work_date",
      "quantity",
      "station_from",
      "station_to",
      "side",
      "offset",
      "location",
      "documentation",
    ])
  })
})

describe("spellings", () => {
  test("what has a kept spelling gets it, the rest stays as typed", () => {
    const typed = { work_date: "11/19", time: "2:05 pm", quantity: "1,234.50", text: " as typed " }

    expect(tidyValues(beginValues(typed), "2026-11-23")).toEqual(
      beginValues({ ...typed, work_date: "2026-11-19", time: "14:05", quantity: "1234.5" }),
    )
  })

  test("what has none stays as it is", () => {
    const typed = beginValues({ work_date: "2026-02-30", time: "25:00", quantity: "many" })

    expect(tidyValues(typed, "2026-11-23")).toEqual(typed)
  })
})

describe("problems", () => {
  test("none", () => {
    expect(problemsOf({})).toEqual({})
    expect(
      findProblems(beginValues({ note_type: "General", work_date: "2026-11-19", text: "Rain." }), {
        type: "note",
      }),
    ).toEqual({})
  })

  test("of each field", () => {
    expect(problemsOf({ quantity: "1.2345" })["quantity"]).toMatchObject({
      code: "too_many_decimals",
      rounded: "1.23",
    })
    expect(problemsOf({ work_date: "2026-02-30" })["work_date"]).toEqual({ code: "no_such_date" })
    expect(problemsOf({ item: "" })["item"]).toEqual({ code: "needed" })
    expect(problemsOf({ location: "x".repeat(201) })["location"]).toMatchObject({ code: "too_long" })
    expect(problemsOf({ side: "UP" })["side"]).toEqual({ code: "not_a_choice" })
    expect(findProblems(beginValues({}), { type: "note" })).toMatchObject({
      text: { code: "needed" },
      note_type: { code: "needed" },
      work_date: { code: "needed" },
    })
  })

  test("a reason, where one is asked for", () => {
    const rules = { type: "item_transaction", item, needsReason: true } as const

    expect(findProblems(transaction({}), rules)).toEqual({ reason: { code: "needed" } })
    expect(findProblems(transaction({ reason: "Recounted" }), rules)).toEqual({})
    expect(checkReason(` ${"é".repeat(2000)} `)).toBeUndefined()
    expect(checkReason("é".repeat(2001))).toEqual({ code: "too_long", length: 2001, most: 2000 })
    expect(checkReason("  ")).toEqual({ code: "needed" })
  })
})

describe("problems of an entry that breaks a rule already", () => {
  const seen = { item: ITEM_ID, work_date: "2026-11-19", quantity: "1.2345" }
  const revise = (typed: Partial<FormValues>, of = item) =>
    findProblems(transaction({ quantity: "1.2345", ...typed }), { type: "item_transaction", item: of, seen })

  test("it may be revised elsewhere", () => {
    expect(revise({ location: "Northbound" })).toEqual({})
    expect(revise({ location: "Northbound" }, { ...item, voided: true })).toEqual({})
  })

  test("what is typed anew is held to the rule", () => {
    expect(revise({ quantity: "1.23456" })).toHaveProperty("quantity")
    expect(revise({ item: OTHER_ID }, { ...item, record: OTHER_ID })).toHaveProperty("quantity")
    expect(revise({ work_date: "" })).toHaveProperty("work_date")
  })
})

describe("the next entry", () => {
  test("of the same item goes on where the last one ended", () => {
    const next = carryOver(
      "item_transaction",
      transaction({
        station_from: "12+50",
        station_to: "31+00",
        side: "RT",
        offset: "12",
        location: "Lane",
        documentation: "21 tickets",
      }),
    )

    expect(next).toEqual(transaction({ quantity: "", station_from: "31+00", side: "RT" }))
  })

  test("of a note keeps type, project and day", () => {
    const note = { note_type: "Weather", project: ITEM_ID, work_date: "2026-11-19" }

    expect(carryOver("note", beginValues({ ...note, text: "Rain", time: "07:00" }))).toEqual(
      beginValues(note),
    )
  })
})

test("the rounded figure is taken and the typed one kept", () => {
  const values = takeRounded(transaction({ quantity: "1.2345", documentation: "3 tickets \n" }), "1.23", "T.")

  expect(values["quantity"]).toBe("1.23")
  expect(values["documentation"]).toBe("3 tickets\nT.")
  expect(takeRounded(transaction({}), "1.23", "T.")["documentation"]).toBe("T.")
})

test("two forms are the same where every field is", () => {
  expect(isSameForm(transaction({}), transaction({}))).toBe(true)
  expect(isSameForm(transaction({}), transaction({ reason: "why" }))).toBe(false)
})
