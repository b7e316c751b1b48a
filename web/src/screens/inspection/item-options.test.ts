// @vitest-environment node
/** Items as choices, and what a saved entry is called. */
import { describe, expect, test } from "vitest"
import type { ContractItem, Project } from "../../core/contract-records.ts"
import type { Entry } from "../../core/entry.ts"
import { itemsUsedIn, listItemOptions } from "./item-options.ts"
import { nameEntry } from "./name-entry.ts"

const item = (record: string, more: Partial<ContractItem> = {}): ContractItem => ({
  record,
  project: "p1",
  line: record,
  itemNumber: `n${record}`,
  description: `Item ${record}`,
  unit: "ton",
  quantity: "1",
  unitPrice: "1",
  accuracy: 2,
  voided: false,
  ...more,
})
const project = (record: string): Project => ({
  record,
  number: `P-${record}`,
  title: "",
  primary: false,
  voided: false,
})
const used = (record: string, of: string, voided = false): Entry => ({
  contract: "c",
  record,
  type: "item_transaction",
  fields: { item: of },
  revision: 1,
  author: "p",
  madeAt: "",
  voided,
  where: "office",
  writers: {},
  beside: [],
})

describe("choices", () => {
  test("in the order of lines, those used lately before them and marked, each once", () => {
    const options = listItemOptions([item("1"), item("2"), item("3")], [project("p1")], ["3", "gone"])

    expect(options.map(({ value }) => value)).toEqual(["3", "1", "2"])
    expect(options.map(({ mark }) => mark)).toEqual(["Used lately", undefined, undefined])
  })

  test("without what was taken out of the contract", () => {
    expect(listItemOptions([item("1"), item("2", { voided: true })], [], ["2"])).toHaveLength(1)
  })

  test("the project stands there where there are several", () => {
    const items = [item("1"), item("2", { project: "p2" })]

    expect(listItemOptions(items, [project("p1")], [])[0]?.detail).toBe("Line 1 · n1 · ton")
    expect(listItemOptions(items, [project("p1"), project("p2")], [])[1]).toMatchObject({
      detail: "Line 2 · n2 · ton · P-p2",
      more: "P-p2",
    })
  })
})

test("lately: newest first, each once, void ones not, not too many", () => {
  const many = Array.from({ length: 20 }, (_, at) => used(`e${at + 10}`, `i${at}`))

  expect(
    itemsUsedIn([
      { notes: [], transactions: [used("1", "a"), used("2", "b"), used("4", "c", true)] },
      { notes: [], transactions: [used("3", "a")] },
    ]),
  ).toEqual(["a", "b"])
  expect(itemsUsedIn([{ notes: [], transactions: many }])).toHaveLength(6)
})

test("a saved entry is called by its item and quantity, a note by its words", () => {
  expect(nameEntry({ item: "1", quantity: "1234.5" }, [item("1")])).toBe("Item 1, 1,234.5 ton")
  expect(nameEntry({ item: "x", quantity: "2" }, [])).toContain("not on this device, 2")
  expect(nameEntry({ text: "Rain.\nMore" }, [])).toBe("Rain.")
})
