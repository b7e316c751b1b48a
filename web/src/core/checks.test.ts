// @vitest-environment node
/** What a form refuses, and why: the limits of the server, before anything is sent. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { checkItemTransaction, checkNote, checkQuantity, countCharacters, normaliseFields } from "./checks.ts"
import type { ContractItem } from "./contract-records.ts"
import { compare, countDecimals, normaliseDecimal, subtract } from "./decimals.ts"
import type { Fields } from "./operation.ts"

const ID = "01890000-0000-7000-8000-000000000001"
const ITEM = { record: ID, accuracy: 3, voided: false } as ContractItem
const NOTE: Fields = { note_type: "General", work_date: "2026-11-20", text: "Poured" }
const POSTED: Fields = { item: ID, work_date: "2026-11-20", quantity: "12.5" }

describe("a note", () => {
  test("as people write it", () => {
    expect(checkNote(NOTE)).toEqual({})
    expect(
      checkNote({ ...NOTE, time: "07:30", station: "12+50.25", project: ID, text: "x".repeat(20_000) }),
    ).toEqual({})
    expect(checkNote({ ...NOTE, time: "", station: null, project: "  " })).toEqual({})
  })

  test.each<[string, Fields, object]>([
    ["an empty text", { text: "" }, { text: { code: "needed" } }],
    ["a text of spaces", { text: " \n\t " }, { text: { code: "needed" } }],
    ["no text", { text: null }, { text: { code: "needed" } }],
    ["no type", { note_type: "" }, { note_type: { code: "needed" } }],
    ["a date that is none", { work_date: "2026-02-29" }, { work_date: { code: "no_such_date" } }],
    ["a time that is none", { time: "24:00" }, { time: { code: "not_a_time" } }],
    [
      "too long a text",
      { text: "x".repeat(20_001) },
      { text: { code: "too_long", length: 20_001, most: 20_000 } },
    ],
    [
      "too long a station",
      { station: "1".repeat(41) },
      { station: { code: "too_long", length: 41, most: 40 } },
    ],
    [
      "too long a type",
      { note_type: "t".repeat(101) },
      { note_type: { code: "too_long", length: 101, most: 100 } },
    ],
    ["NUL", { text: "a\u0000b" }, { text: { code: "strange_character" } }],
    ["half a character", { text: "a\ud83d" }, { text: { code: "strange_character" } }],
    ["the other half", { text: "\ude00b" }, { text: { code: "strange_character" } }],
    ["a project that is no id", { project: "P-1" }, { project: { code: "not_a_choice" } }],
    ["no text at all", { text: 5 }, { text: { code: "not_text" } }],
  ])("%s", (_name, change, problems) => {
    expect(checkNote({ ...NOTE, ...change })).toEqual(problems)
  })

  test("a character outside the first plane is one character, as the server counts", () => {
    expect(countCharacters("\u{1f600}")).toBe(1)
    expect(checkNote({ ...NOTE, station: "\u{1f600}".repeat(40) })).toEqual({})
    expect(checkNote({ ...NOTE, station: "\u{1f600}".repeat(41) })).toHaveProperty("station.length", 41)
  })

  test("a text whose revise would not fit into an operation is too long, whatever its characters", () => {
    expect(checkNote({ ...NOTE, text: "a\n".repeat(10_000) })).toEqual({})
    expect(checkNote({ ...NOTE, text: "測".repeat(9_999) })).toEqual({})
    expect(checkNote({ ...NOTE, text: "測".repeat(10_000) })).toEqual({
      text: { code: "too_long", length: 10_000, most: 9_999 },
    })
    expect(checkNote({ ...NOTE, text: "\u{1f600}".repeat(20_000) })).toEqual({
      text: { code: "too_long", length: 20_000, most: 7_499 },
    })
    expect(checkNote({ ...NOTE, text: `a${"\u0001".repeat(6_000)}a` })).toHaveProperty("text.most", 5_000)
  })

  test("any text that is well formed is storable, any with half a character is not", () => {
    const half = fc.integer({ min: 0xd800, max: 0xdfff }).map((unit) => String.fromCharCode(unit))
    const text = fc
      .string({ unit: "binary", minLength: 1 })
      .filter((one) => !one.includes("\0") && one.trim() !== "")

    fc.assert(
      fc.property(text, (one) => {
        expect(checkNote({ ...NOTE, text: one })).toEqual({})
      }),
    )
    fc.assert(
      fc.property(text, half, (one, broken) => {
        expect(checkNote({ ...NOTE, text: `${one} ${broken} ` })).toEqual({
          text: { code: "strange_character" },
        })
      }),
    )
  })
})

describe("a transaction", () => {
  test("as people write it", () => {
    const more = {
      location: "y".repeat(200),
      documentation: "z".repeat(4_000),
      side: "LT-RT",
      measured_by: ID,
    }

    expect(checkItemTransaction(POSTED, ITEM)).toEqual({})
    expect(checkItemTransaction({ ...POSTED, ...more, quantity: " -012.125 " }, ITEM)).toEqual({})
    expect(checkItemTransaction({ ...POSTED, calculation: { formula: "a*b" }, funding: [] }, ITEM)).toEqual(
      {},
    )
  })

  test.each<[string, Fields, object]>([
    ["no quantity", { quantity: "" }, { quantity: { code: "needed" } }],
    ["no number", { quantity: "1,000" }, { quantity: { code: "not_a_number" } }],
    ["zero", { quantity: "0.000" }, { quantity: { code: "zero" } }],
    ["too large", { quantity: "1000000000000" }, { quantity: { code: "too_large" } }],
    [
      "more decimals than the item takes",
      { quantity: "1.2345" },
      { quantity: { code: "too_many_decimals", decimals: 4, most: 3, rounded: "1.235" } },
    ],
    ["no item", { item: null }, { item: { code: "needed" } }],
    [
      "too long a location",
      { location: "x".repeat(201) },
      { location: { code: "too_long", length: 201, most: 200 } },
    ],
    [
      "too long an offset",
      { offset: "x".repeat(41) },
      { offset: { code: "too_long", length: 41, most: 40 } },
    ],
    [
      "too much documentation",
      { documentation: "x".repeat(4_001) },
      { documentation: { code: "too_long", length: 4_001, most: 4_000 } },
    ],
    ["no side", { side: "UP" }, { side: { code: "not_a_choice" } }],
    ["no such day", { measured_date: "2026-13-01" }, { measured_date: { code: "no_such_date" } }],
    ["measured by nobody", { measured_by: "Alice" }, { measured_by: { code: "not_a_choice" } }],
  ])("%s", (_name, change, problems) => {
    expect(checkItemTransaction({ ...POSTED, ...change }, ITEM)).toEqual(problems)
  })

  test("of an item that is not here, or was removed", () => {
    expect(checkItemTransaction(POSTED, undefined)).toEqual({ item: { code: "unknown_item" } })
    expect(checkItemTransaction(POSTED, { ...ITEM, voided: true })).toEqual({ item: { code: "voided_item" } })
  })

  test("every problem is told at once", () => {
    expect(Object.keys(checkItemTransaction({ quantity: "x", side: "UP" }, ITEM)).sort()).toEqual([
      "item",
      "quantity",
      "side",
      "work_date",
    ])
  })
})

describe("a quantity", () => {
  const accuracy = fc.integer({ min: 0, max: 6 })

  test("999,999,999,999.999999 is the largest", () => {
    expect(checkQuantity("999999999999.999999", 6)).toBeUndefined()
    expect(checkQuantity("-999999999999.999999", 6)).toBeUndefined()
    expect(checkQuantity("1000000000000", 6)).toEqual({ code: "too_large" })
  })

  test("any that fits an accuracy passes; one decimal more does not, and what is offered instead is nearest", () => {
    const whole = fc.integer({ min: -999_999, max: 999_999 })
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 9 })

    fc.assert(
      fc.property(whole, digits, accuracy, (before, after, most) => {
        const typed = `${before}.${after.join("")}`
        const normal = normaliseDecimal(typed)!
        const problem = checkQuantity(typed, most)

        if (countDecimals(normal) <= most)
          expect(problem).toEqual(normal === "0" ? { code: "zero" } : undefined)
        else {
          expect(problem).toMatchObject({ code: "too_many_decimals", most, decimals: countDecimals(normal) })
          const { rounded } = problem as { rounded: string }
          const off = subtract(rounded, normal).replace("-", "")
          expect(countDecimals(rounded)).toBeLessThanOrEqual(most)
          expect(compare(off, most === 0 ? "0.5" : `0.${"0".repeat(most)}5`)).toBeLessThanOrEqual(0)
        }
      }),
    )
  })
})

describe("values in their one spelling", () => {
  test("trimmed, decimals normal, empty text null; what is no text as it is", () => {
    expect(
      normaliseFields({
        quantity: " +012.50 ",
        text: "  a  b ",
        time: "",
        offset: "012.50",
        voided: true,
        funding: [" x "],
      }),
    ).toEqual({
      quantity: "12.5",
      text: "a  b",
      time: null,
      offset: "012.50",
      voided: true,
      funding: [" x "],
    })
  })

  test("a quantity that is none stays as it was typed: nothing typed is thrown away", () => {
    expect(normaliseFields({ quantity: "12 or so" })).toEqual({ quantity: "12 or so" })
  })

  test("once is enough", () => {
    const value = fc.oneof(fc.string(), fc.constant(null), fc.boolean(), fc.integer())
    fc.assert(
      fc.property(fc.record({ quantity: value, text: value, location: value }), (typed) => {
        const once = normaliseFields(typed)
        expect(normaliseFields(once)).toEqual(once)
      }),
    )
  })
})
