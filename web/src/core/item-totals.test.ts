// @vitest-environment node
/** Sums of an item: exact, whatever the order, and the part of them that is only on this device. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import type { ContractItem } from "./contract-records.ts"
import { add, normaliseDecimal, subtract } from "./decimals.ts"
import type { Entry } from "./entry.ts"
import {
  extendedAmount,
  isCounted,
  quantityFor,
  sumEntries,
  totalItem,
  totalQuantity,
} from "./item-totals.ts"
import type { Fields, Image } from "./operation.ts"

const item = (quantity: string, unitPrice = "10"): ContractItem => ({ quantity, unitPrice }) as ContractItem
const posted = (quantity: string, more: Fields = {}): Fields => ({ item: "i", quantity, ...more })
const entry = (fields: Fields, more: Partial<Entry> = {}): Entry =>
  ({ fields, where: "office", ...more }) as Entry
const image = (fields: Fields): Image => ({ fields }) as Image

describe("what a transaction adds", () => {
  test("its quantity, to its own item, unless it is void", () => {
    expect(quantityFor("i", posted("2.5"))).toBe("2.5")
    expect(quantityFor("i", posted("-2.5"))).toBe("-2.5")
    expect(quantityFor("i", posted("2.5", { item: "j" }))).toBe("0")
    expect(quantityFor("i", posted("2.5", { voided: true }))).toBe("0")
    expect(quantityFor("i", posted("2.5", { voided: false }))).toBe("2.5")
    expect(quantityFor("i", posted("two"))).toBe("0")
    expect(quantityFor("i", undefined)).toBe("0")
  })

  test("nothing while it stands on the screen by a held operation alone", () => {
    expect(isCounted(entry(posted("1"), { where: "attention", isImagined: true }))).toBe(false)
    expect(isCounted(entry(posted("1"), { where: "attention" }))).toBe(true)
    expect(isCounted(entry(posted("1"), { where: "device" }))).toBe(true)
  })
})

describe("an item", () => {
  test("used, remaining, percent and amount", () => {
    expect(totalItem(item("1000", "12.505"), "250.5", "0.5")).toMatchObject({
      used: "250.5",
      usedHere: "0.5",
      remaining: "749.5",
      percent: "25.05",
      over: false,
      amount: "3132.50",
    })
  })

  test("over, and of a quantity that is zero or a deduction", () => {
    expect(totalItem(item("10"), "10", "0")).toMatchObject({ over: false, remaining: "0", percent: "100" })
    expect(totalItem(item("10"), "10.001", "0")).toMatchObject({
      over: true,
      remaining: "-0.001",
      percent: "100.01",
    })
    expect(totalItem(item("0"), "1", "0")).toMatchObject({ over: true, percent: "0" })
    expect(totalItem(item("-10"), "-9", "0")).toMatchObject({ over: false, remaining: "-1", percent: "90" })
    expect(totalItem(item("-10"), "-11", "0")).toMatchObject({ over: true, remaining: "1" })
    expect(totalItem(item("3"), "1", "0").percent).toBe("33.3333")
  })

  test("the amount is rounded once, halves away from zero", () => {
    expect(extendedAmount("1", "0.005")).toBe("0.01")
    expect(extendedAmount("-1", "0.005")).toBe("-0.01")
    expect(extendedAmount("1", "-0.001")).toBe("0.00")
  })
})

describe("the sum of entries", () => {
  test("tells the part that the office has not", () => {
    const entries = [
      entry(posted("5")),
      entry(posted("2"), { where: "device" }),
      entry(posted("7"), { where: "device", image: image(posted("10")) }),
      entry(posted("4", { voided: true }), { where: "device", image: image(posted("4")) }),
      entry(posted("1"), { where: "attention", image: image(posted("1")) }),
      entry(posted("9"), { where: "attention", isImagined: true }),
      entry(posted("3", { item: "j" }), { where: "device", image: image(posted("3")) }),
    ]

    expect(sumEntries("i", entries)).toEqual({ used: "15", usedHere: "-8" })
  })

  const quantities = fc.array(
    fc.integer({ min: -(10 ** 12), max: 10 ** 12 }).map((millionths) => {
      const text = String(Math.abs(millionths)).padStart(7, "0")
      return normaliseDecimal(`${millionths < 0 ? "-" : ""}${text.slice(0, -6)}.${text.slice(-6)}`)!
    }),
    { maxLength: 30 },
  )

  test("is exact: the same in any order, and to the millionth what integers add up to", () => {
    fc.assert(
      fc.property(quantities, (all) => {
        const millionths = all.reduce(
          (total, one) => total + BigInt(one.includes(".") ? asMillionths(one) : `${one}000000`),
          0n,
        )
        const total = totalQuantity(all)

        expect(totalQuantity([...all].reverse())).toBe(total)
        expect(BigInt(asMillionths(total))).toBe(millionths)
        expect(all.reduce(add, "0")).toBe(total)
      }),
    )
  })

  test("what is only here is what all entries have more than the images", () => {
    const any = fc.record({
      here: fc.integer({ min: 1, max: 999 }),
      there: fc.option(fc.integer({ min: 1, max: 999 })),
    })
    fc.assert(
      fc.property(fc.array(any), (all) => {
        const entries = all.map(({ here, there }) =>
          entry(posted(`${here}`), {
            where: "device",
            ...(there !== null && { image: image(posted(`${there}`)) }),
          }),
        )
        const { used, usedHere } = sumEntries("i", entries)

        expect(used).toBe(String(all.reduce((total, { here }) => total + here, 0)))
        expect(subtract(used, usedHere)).toBe(
          String(all.reduce((total, { there }) => total + (there ?? 0), 0)),
        )
      }),
    )
  })

  function asMillionths(decimal: string): string {
    const [whole = "0", fraction = ""] = decimal.split(".")
    return `${whole}${fraction.padEnd(6, "0")}`
  }
})
