/** Numbers as people type them: grouping and decimal marks of several locales. */
import { expect, test } from "vitest"
import { readTypedNumber } from "./typed-number.ts"

test.each([
  ["412.65", "412.65"],
  ["1,234.5", "1234.5"],
  ["1,234", "1234"],
  ["1 234 567.25", "1234567.25"],
  ["1,234,567", "1234567"],
  [".54", "0.54"],
  ["12.", "12.0"],
  ["-3", "-3"],
  ["−3.5", "-3.5"],
  ["+7", "7"],
  ["12,5", "12.5"],
  ["1.234,5", undefined],
  ["1,23,4", undefined],
  ["12,34.5", undefined],
  ["1.2.3", undefined],
  ["", undefined],
  [".", undefined],
  ["12 ton", undefined],
  ["1e3", undefined],
  ["0x10", undefined],
])("in English %j is %j", (typed, plain) => {
  expect(readTypedNumber(typed, "en-US")).toBe(plain)
})

test.each([
  ["412,65", "412.65"],
  ["1.234,5", "1234.5"],
  ["1.234", "1234"],
  ["12.5", "12.5"],
  ["1,234.5", undefined],
])("in German %j is %j", (typed, plain) => {
  expect(readTypedNumber(typed, "de-DE")).toBe(plain)
})

test.each([
  ["1\u202f234,5", "1234.5"],
  ["1 234,5", "1234.5"],
])("in French %j is %j", (typed, plain) => {
  expect(readTypedNumber(typed, "fr-FR")).toBe(plain)
})
