// @vitest-environment node
/** Going over the contract quantity, said while it is typed. */
import { describe, expect, test } from "vitest"
import type { Entry } from "../../core/entry.ts"
import { totalItem, type ItemTotal } from "../../core/item-totals.ts"
import { findOverRun } from "./over-run.ts"

const totalOf = (contract: string, used: string): ItemTotal =>
  totalItem(
    {
      record: "i",
      project: "p",
      line: "1",
      itemNumber: "n",
      description: "d",
      unit: "ton",
      quantity: contract,
      unitPrice: "1",
      accuracy: 2,
      voided: false,
    },
    used,
    "0",
  )

const entryOf = (quantity: string, more: Partial<Entry> = {}): Entry => ({
  contract: "c",
  record: "r",
  type: "item_transaction",
  fields: { item: "i", quantity },
  revision: 1,
  author: "p",
  madeAt: "",
  voided: false,
  where: "office",
  writers: {},
  beside: [],
  ...more,
})

test("by how much, exactly", () => {
  expect(findOverRun(totalOf("4250", "3859"), "412.65")).toEqual({
    over: "21.65",
    contract: "4250",
    used: "3859",
  })
  expect(findOverRun(totalOf("0.3", "0.1"), "0.2")).toBeUndefined() // with floats it would be over
  expect(findOverRun(totalOf("4250", "3859"), "1,391.5")?.over).toBe("1000.5")
})

describe("nothing to say", () => {
  test.each(["391", "-500", "0", "", "many"])("for %s", (typed) => {
    expect(findOverRun(totalOf("4250", "3859"), typed)).toBeUndefined()
  })

  test("for an item that is not here", () => {
    expect(findOverRun(undefined, "1")).toBeUndefined()
  })
})

describe("a revise replaces what the entry counted", () => {
  test("of the same item", () => {
    expect(findOverRun(totalOf("100", "90"), "50", entryOf("40"))).toBeUndefined()
    expect(findOverRun(totalOf("100", "90"), "51", entryOf("40"))?.over).toBe("1")
  })

  test("not of another item, nor a void one, nor one that is only held", () => {
    expect(
      findOverRun(totalOf("100", "90"), "50", entryOf("40", { fields: { item: "j", quantity: "40" } })),
    ).toBeDefined()
    expect(
      findOverRun(
        totalOf("100", "90"),
        "50",
        entryOf("40", { fields: { item: "i", quantity: "40", voided: true } }),
      ),
    ).toBeDefined()
    expect(findOverRun(totalOf("100", "90"), "50", entryOf("40", { isImagined: true }))).toBeDefined()
  })
})

test("a deduction goes over downwards", () => {
  expect(findOverRun(totalOf("-10", "-8"), "-3")?.over).toBe("1")
  expect(findOverRun(totalOf("-10", "-8"), "-2")).toBeUndefined()
})
