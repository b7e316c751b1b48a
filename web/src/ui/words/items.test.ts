// @vitest-environment node
/** How much of an item is used, and how fresh the figures are, in words. */
import { describe, expect, test } from "vitest"
import type { ContractItem } from "../../core/contract-records.ts"
import { totalItem } from "../../core/item-totals.ts"
import {
  barPercent,
  countShown,
  describeFreshness,
  describeUse,
  formatPercent,
  nameProject,
} from "./items.ts"

const item = (quantity: string): ContractItem => ({
  record: "i",
  project: "p",
  line: "10",
  itemNumber: "2360.509",
  description: "Wearing course mix",
  unit: "ton",
  quantity,
  unitPrice: "1",
  accuracy: 3,
  voided: false,
})
const use = (quantity: string, used: string): string =>
  describeUse(totalItem(item(quantity), used, "0")).replaceAll("\u00a0", " ")

describe("how much is used", () => {
  test("nothing, a part, all, more", () => {
    expect(use("610", "0")).toBe("not begun")
    expect(use("1", "0.75")).toBe("75 %")
    expect(use("18", "18")).toBe("100 %")
    expect(use("4250", "4271.65")).toBe("over by 0.5 %")
    expect(use("1", "3")).toBe("over by 200 %")
  })

  test("never rounded to nothing, to all, or to no over-run", () => {
    expect(use("1000", "1")).toBe("under 1 %")
    expect(use("1000", "999.99")).toBe("99.9 %")
    expect(use("100000", "100001")).toBe("over by less than 0.1 %")
  })

  test("what the contract has nothing of, and what was taken back", () => {
    expect(use("0", "3")).toBe("over: none in the contract")
    expect(use("10", "-3")).toBe("below zero")
    expect(use("-4", "150")).toBe("added, not deducted")
    expect(use("-4", "-3")).toBe("75 %")
    expect(use("-4", "-6")).toBe("over by 50 %")
  })

  test("a percent has the separators of its reader", () => {
    expect(formatPercent("1234.4").replaceAll("\u00a0", " ")).toBe("1,234 %")
  })
})

test("the bar is solid for the office and striped for what is only here", () => {
  expect(barPercent(totalItem(item("200"), "100", "30"))).toEqual({ percent: 50, percentHere: 15 })
  expect(barPercent(totalItem(item("0"), "1", "1"))).toEqual({ percent: 100, percentHere: 0 })
})

describe("how fresh the figures are", () => {
  const now = new Date("2026-11-19T18:00:00")
  const other = (person: string, waiting: number) => ({ person, personName: person.toUpperCase(), waiting })
  const say = (parts: Partial<Parameters<typeof describeFreshness>[0]>): string =>
    describeFreshness({ waiting: 0, others: [], person: "ann", ...parts }, now).replaceAll("\u202f", " ")

  test("since when, and what of this device is in them", () => {
    expect(say({})).toBe("Not synced yet")
    expect(say({ lastSyncAt: "2026-11-19T06:40:00", waiting: 2 })).toBe(
      "Figures of 6:40 AM with 2 entries of this device",
    )
  })

  test("who else has something that is in none of them; nobody is named twice", () => {
    expect(say({ others: [other("bo", 3), other("bo", 1), other("dee", 0)] })).toBe(
      "Not synced yet · BO has unsent entries",
    )
    expect(say({ others: ["bo", "dee", "eve", "fay"].map((one) => other(one, 1)) })).toBe(
      "Not synced yet · BO, DEE, EVE and 1 more have unsent entries",
    )
    expect(say({ others: [other("ann", 1)] })).toBe(
      "Not synced yet · another device of yours has unsent entries",
    )
  })
})

test("how many of how many are shown", () => {
  expect(countShown(35, 35)).toBe("35 items")
  expect(countShown(1, 35)).toBe("1 of 35 items")
  expect(countShown(1, 1)).toBe("1 item")
})

test("a project is named by its title too, where that says more", () => {
  expect(nameProject({ number: "SP 1", title: "Overlay" })).toBe("SP 1 Overlay")
  expect(nameProject({ number: "SP 1", title: "SP 1" })).toBe("SP 1")
})
