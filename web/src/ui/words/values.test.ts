// @vitest-environment node
/** Values of fields as a person reads them. */
import { expect, test } from "vitest"
import type { ContractItem } from "../../core/contract-records.ts"
import type { FieldValue } from "../../core/operation.ts"
import { describeValue, type Named } from "./values.ts"

const named: Named = {
  itemById: new Map([["i", { description: "Tack coat", line: "130", unit: "gal" } as ContractItem]]),
  personById: new Map([["p", "Bo Keller"]]),
  projectById: new Map([["q", "SP 1 Overlay"]]),
}
const say = (name: string, value: FieldValue, item = "i"): string =>
  describeValue(name, value, { item }, named)

test("quantities with the unit of their own version's item, ids by name, dates and times in words", () => {
  expect(say("quantity", "1986.5")).toBe("1,986.5 gal")
  expect(say("quantity", "1986.5", "unknown")).toBe("1,986.5")
  expect(say("item", "i")).toBe("Tack coat, line 130")
  expect(say("project", "q")).toBe("SP 1 Overlay")
  expect(say("measured_by", "p")).toBe("Bo Keller")
  expect(say("work_date", "2026-11-19")).toBe("Thursday, Nov 19, 2026")
  expect(say("time", "14:05").replaceAll("\u202f", " ")).toBe("2:05 PM")
})

test("what is not known here is said, not shown as an id", () => {
  expect(say("item", "x")).toBe("An item that is not on this device")
  expect(say("project", "x")).toBe("A project that is not on this device")
  expect(say("calculated_by", "x")).toBe("somebody")
})

test("nothing, void and not void are words", () => {
  expect(say("location", null)).toBe("nothing")
  expect(say("voided", true)).toBe("void")
  expect(say("voided", null)).toBe("not void")
})

test("a text stays as it was typed, also where it looks like markup or like a number", () => {
  expect(say("text", "<b>12</b>")).toBe("<b>12</b>")
  expect(say("quantity", "a dozen")).toBe("a dozen gal")
  expect(say("work_date", "2026-02-30")).toBe("2026-02-30")
})

test("a calculation and a split are told by their parts", () => {
  expect(say("calculation", { formula: "area", inputs: { length: "12.5", width: null } })).toBe(
    "formula: area, inputs: length: 12.5, width: nothing",
  )
  expect(
    say("funding", [
      { split: "A", quantity: "1" },
      { split: "B", quantity: "2" },
    ]),
  ).toBe("split: A, quantity: 1; split: B, quantity: 2")
})
