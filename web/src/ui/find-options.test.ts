// @vitest-environment node
/** Finding an item by line, number or words, and fast enough for every key. */
import { describe, expect, test } from "vitest"
import { findMeant, findOptions, makeSearchable, type Option } from "./find-options.ts"

const option = (line: string, number: string, title: string, more = ""): Option => ({
  value: `item ${line}`,
  title,
  detail: "",
  codes: [line, number],
  more,
})

const ITEMS = makeSearchable([
  option("10", "2021.501/00010", "Mobilization"),
  option("14", "2104.502/00140", "Remove casting"),
  option("90", "2506.602/00030", "Adjust manhole casting", "Bridge 27J44"),
  option("140", "2360.509/22200", "Wearing course mix (2,B)"),
  option("150", "2506.500/14", "Casting assembly"),
])

const found = (typed: string): string[] => findOptions(ITEMS, typed).map(({ value }) => value)

describe("finding", () => {
  test("nothing typed: all, in their order", () => {
    expect(found("  ")).toEqual(["item 10", "item 14", "item 90", "item 140", "item 150"])
  })

  test("by line: the very line first, then those that begin so", () => {
    expect(found("14")).toEqual(["item 14", "item 140", "item 150"])
  })

  test("by number", () => {
    expect(found("2360.509/22200")).toEqual(["item 140"])
    expect(found("2506")).toEqual(["item 90", "item 150"])
  })

  test("by several words in any order, capitals or not", () => {
    expect(found("casting ADJUST")).toEqual(["item 90"])
    expect(found("mix wear")).toEqual(["item 140"])
    expect(found("casting")).toEqual(["item 150", "item 14", "item 90"])
  })

  test("by the project's words", () => {
    expect(found("27j44 casting")).toEqual(["item 90"])
  })

  test("with and without accents", () => {
    const items = makeSearchable([option("1", "A", "Béton armé")])

    expect(findOptions(items, "beton")).toHaveLength(1)
    expect(findOptions(items, "bÉt")).toHaveLength(1)
  })

  test("nothing fits", () => {
    expect(found("guardrail")).toEqual([])
  })

  test("500 items answer a key in far less than 50 ms", () => {
    const many = makeSearchable(
      Array.from({ length: 500 }, (_, at) =>
        option(String(at), `2506.${at}/00010`, `Some long name of kind ${at} with several words`),
      ),
    )
    findOptions(many, "warm")
    const from = performance.now()
    for (let round = 0; round < 20; round += 1) findOptions(many, "kind 25")

    expect((performance.now() - from) / 20).toBeLessThan(10)
  })
})

describe("what is meant", () => {
  test.each([
    ["14", "item 14"],
    ["mobilization", "item 10"],
    ["2506.602/00030", "item 90"],
    ["adjust", "item 90"],
  ])("%s", (typed, value) => {
    expect(findMeant(ITEMS, typed)?.value).toBe(value)
  })

  test.each(["", "casting", "guardrail", "1"])("%s leaves a doubt", (typed) => {
    expect(findMeant(ITEMS, typed)).toBeUndefined()
  })

  test("one line in two projects leaves a doubt", () => {
    const twice = makeSearchable([option("10", "A", "Curb"), { ...option("10", "B", "Gutter"), value: "2" }])

    expect(findMeant(twice, "10")).toBeUndefined()
  })
})
