/** Figures keep every digit and follow the locale. */
import { expect, test } from "vitest"
import { sayAmount, sayPercent, sayPrice, sayQuantity, separatorsOf } from "./figures.ts"

test("a quantity keeps every decimal it has", () => {
  expect(sayQuantity("7800000.123456", "en-US")).toBe("7,800,000.123456")
  expect(sayQuantity("999999999999.999999", "en-US")).toBe("999,999,999,999.999999")
  expect(sayQuantity("12", "en-US")).toBe("12")
  expect(sayQuantity("-21.65", "en-US")).toBe("−21.65")
  expect(sayQuantity("412.65", "de-DE")).toBe("412,65")
})

test("an amount has cents, a price what it was bid with", () => {
  expect(sayAmount("1100000000.1", "en-US")).toBe("1,100,000,000.10")
  expect(sayPrice("0.145", "en-US")).toBe("0.145")
  expect(sayPrice("28", "en-US")).toBe("28.00")
})

test("a percent is never rounded up to full", () => {
  expect(sayPercent("99.97", "en-US")).toBe("99 %")
  expect(sayPercent("0.5094", "en-US")).toBe("0.5 %")
  expect(sayPercent("100", "en-US")).toBe("100 %")
})

test("the locale's marks", () => {
  expect(separatorsOf("en-US")).toEqual({ group: ",", decimal: "." })
  expect(separatorsOf("de-DE")).toEqual({ group: ".", decimal: "," })
})
