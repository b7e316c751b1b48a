/** Words of the import page: numbers as they are, problems at their fields. */
import { describe, expect, test } from "vitest"
import type { ImportChoice, ImportItem, ImportRefusal } from "../../wire/imports.ts"
import type { Failure } from "../../wire/replies.ts"
import {
  checkNewContract,
  describeAccuracy,
  describeImportFailure,
  describeLeftOut,
  describeNoChoice,
  describeQuantity,
  describeShown,
  describeTooLargeFile,
  describeTotal,
  describeUnitPrice,
  importWords as words,
  nameShowMore,
  NUMBER_MAX,
  placeRefusal,
  TEXT_MAX,
} from "./import.ts"

const item: ImportItem = {
  row: 2,
  project: "",
  line: "10",
  itemNumber: "2021.501",
  description: "Mobilization",
  unit: "LS",
  quantity: "48120.5000",
  unitPrice: "0.145",
  amount: "6977.47",
  accuracy: "4",
  category: "",
  alternate: "",
}

const choice: ImportChoice = {
  part: "project",
  title: "project",
  heading: "Project",
  needed: false,
  chosen: null,
  values: [],
  leftOut: 0,
}

const refusal: ImportRefusal = {
  kind: "refused",
  code: "contract_fields_refused",
  title: "Some fields are wrong.",
  remedy: "Correct them.",
  lines: [],
  fields: {},
  sheets: [],
}

describe("figures", () => {
  test("a quantity keeps its decimals, a price at least its cents", () => {
    expect(describeQuantity(item)).toBe("48,120.5 LS")
    expect(describeUnitPrice(item)).toBe("0.145")
    expect(describeUnitPrice({ ...item, unitPrice: "10300" })).toBe("10,300.00")
    expect(describeQuantity({ ...item, unit: "" })).toBe("48,120.5")
  })

  test("a total beyond a float's cents is exact", () => {
    expect(describeTotal({ count: 2, total: "98765432109876543.21" })).toBe(
      "2 items, 98,765,432,109,876,543.21 dollars in all",
    )
  })

  test("a file just over the limit is not said to have the limit", () => {
    expect(describeTooLargeFile(16_777_217, 16_777_216)).toContain("has 16.1 MB; an import takes 16 MB")
  })

  test("how many of the items are shown", () => {
    expect(describeShown(50, 2_079)).toBe("The first 50 of 2,079 are shown.")
    expect(describeShown(50, 50)).toBe("All 50 are shown.")
    expect([nameShowMore(29, 2_000), nameShowMore(9_950, 2_000)]).toEqual(["Show all", "Show 2,000 more"])
  })
})

describe("choices", () => {
  test("several projects can be one contract; several bidders cannot", () => {
    expect(describeNoChoice(choice)).toBe("All Projects")
    expect(describeNoChoice({ ...choice, part: "bidder", title: "bidder", needed: true })).toBe(
      "Choose the bidder",
    )
  })

  test("values that are not listed are told of", () => {
    expect(describeLeftOut(choice)).toBeUndefined()
    expect(describeLeftOut({ ...choice, leftOut: 1_200 })).toContain("1,200 more")
  })

  test("the accuracy of the file goes first", () => {
    expect([describeAccuracy("", false), describeAccuracy("", true)]).toEqual([
      "By unit",
      "As the file says, else by unit",
    ])
    expect([describeAccuracy("1", false), describeAccuracy("6", true)]).toEqual([
      "1 decimal for every item",
      "As the file says, else 6 decimals",
    ])
  })
})

describe("the contract's fields", () => {
  const typed = { number: "SP 1", name: "A road", primeContractor: "" }

  test("number and name are needed, the contractor is not", () => {
    expect(checkNewContract(typed)).toEqual({})
    expect(checkNewContract({ number: " ", name: "", primeContractor: "" })).toEqual({
      number: words.needed,
      name: words.needed,
    })
  })

  test("a character too many is refused, counted as people count", () => {
    const longest = { number: "😀".repeat(NUMBER_MAX), name: "n".repeat(TEXT_MAX), primeContractor: "" }

    expect(checkNewContract(longest)).toEqual({})
    expect(checkNewContract({ ...longest, number: "n".repeat(NUMBER_MAX + 1) })).toEqual({
      number: "At most 40 characters.",
    })
    expect(checkNewContract({ ...typed, primeContractor: "p".repeat(TEXT_MAX + 1) })).toEqual({
      primeContractor: "At most 200 characters.",
    })
  })

  test("the server's sentences come to their fields", () => {
    expect(placeRefusal({ ...refusal, fields: { number: "No.", prime_contractor: "Too long." } })).toEqual({
      number: "No.",
      primeContractor: "Too long.",
    })
    expect(placeRefusal({ ...refusal, code: "contract_number_taken", title: "Taken." })).toEqual({
      number: "Taken.",
    })
  })

  test("what is of no field stands by itself", () => {
    expect(placeRefusal({ ...refusal, code: "import_rows_refused" })).toBeUndefined()
  })
})

test("every failure has a title and a sentence; after a lost answer nobody is told that nothing was made", () => {
  const failures: Failure[] = [
    { kind: "work_offline" },
    { kind: "no_network" },
    { kind: "not_the_server" },
    { kind: "not_signed_in" },
    { kind: "forbidden", title: "", remedy: "" },
    { kind: "diverged" },
    { kind: "too_large" },
    { kind: "busy", retryAfterMs: 1 },
    { kind: "failed", code: "odd" },
  ]

  for (const failure of failures) {
    for (const isMaking of [true, false]) {
      const { title, text } = describeImportFailure(failure, isMaking)
      expect(`${title} ${text}`).toMatch(/^[A-Z].*\. .*\.$/)
    }
  }
  expect(describeImportFailure({ kind: "no_network" }, true).text).toContain("Perhaps the contract is made")
})
