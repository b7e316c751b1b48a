// @vitest-environment node
/** Which spellings of a number are taken, and which might be two numbers. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { normaliseDecimal } from "./decimals.ts"
import { readTypedDecimal } from "./typed-decimals.ts"

describe("a typed decimal", () => {
  test.each([
    ["12.50", "12.5"],
    [".54", "0.54"],
    ["1,234.5", "1234.5"],
    ["-1,234.50", "-1234.5"],
    ["+1,234.", "1234"],
    ["1,234,567", "1234567"],
    ["7,800,000.125", "7800000.125"],
    ["12 345.6", "12345.6"],
    ["12 345", "12345"],
    ["1\u202f234", "1234"],
    ["\u22125", "-5"],
    [" 0012.0 ", "12"],
  ])("%s is %s", (typed, normal) => {
    expect(readTypedDecimal(typed)).toBe(normal)
  })

  test.each([
    "1,234", // a thousand, or one and a quarter
    "1,5",
    "12,34.5",
    "1,2345.6",
    "1234,567.8",
    "1,234 567",
    "1.234.567",
    "12 50",
    ",123.4",
    "",
    "-",
    "12+50",
    "1e3",
    `1,${"234,".repeat(20)}234`, // longer than any number here
  ])("%s is none", (typed) => {
    expect(readTypedDecimal(typed)).toBeNull()
  })

  test("whatever is a decimal without separators reads the same", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[+-]?\d{0,7}\.?\d{0,7}$/), (typed) => {
        expect(readTypedDecimal(typed)).toBe(normaliseDecimal(typed))
      }),
    )
  })

  test("separators where a locale writes them change nothing", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -999_999_999_999n, max: 999_999_999_999n }), (value) => {
        const typed = `${new Intl.NumberFormat("en-US").format(value)}.5`

        expect(readTypedDecimal(typed)).toBe(`${value}.5`)
      }),
    )
  })
})
