/** Finding items: ranking, all words in any order, and fast enough for every key. */
import { describe, expect, test } from "vitest"
import { findItems, indexItems } from "./find-items.ts"

const item = (line: string, itemNumber: string, description: string, unit = "ton") => ({
  record: `item-${line}`,
  line,
  itemNumber,
  description,
  unit,
})

const index = indexItems([
  item("10", "2021.501/00010", "Mobilization", "LS"),
  item("60", "2232.504/00040", 'Mill bituminous surface (1.5")', "sq yd"),
  item("90", "2506.602/00030", "Adjust manhole casting", "each"),
  item("130", "2357.506/00010", "Bituminous tack coat", "gal"),
  item("140", "2360.509/22200", "Wearing course mix (2,B)"),
  item("1401", "2360.509/22300", "Béton wearing course mix (3,C)"),
  item("R-2", "R-2", "Full depth planing", "SF"),
])

const found = (typed: string, most = 50): string[] => findItems(index, typed, most).items.map(({ line }) => line)

describe("finding items", () => {
  test("nothing typed gives the items as they stand", () => {
    expect(found("", 3)).toEqual(["10", "60", "90"])
    expect(findItems(index, "  ", 3).count).toBe(7)
  })

  test("the very line comes before lines that begin so", () => {
    expect(found("140")[0]).toBe("140")
    expect(found("140")).toContain("1401")
    expect(found("r-2")[0]).toBe("R-2")
  })

  test("a number is found with or without its punctuation", () => {
    expect(found("2360.509/22200")[0]).toBe("140")
    expect(found("236050922200")).toEqual(["140"])
    expect(found("2360-509")).toEqual(["140", "1401"])
  })

  test("all words in any order", () => {
    expect(found("mix wearing")).toEqual(["140", "1401"])
    expect(found("coat bitum")).toEqual(["130"])
    expect(found("bitum manhole")).toEqual([])
  })

  test("a word that begins the description comes before one inside it", () => {
    expect(found("bitum")).toEqual(["130", "60"])
  })

  test("case, accents and typographic marks do not matter", () => {
    expect(found("BETON")).toEqual(["1401"])
    expect(found("1.5”")).toEqual(["60"])
  })

  test("what does not fit on the list is counted", () => {
    expect(findItems(index, "mix", 1).count).toBe(2)
    expect(findItems(index, "mix", 1).items).toHaveLength(1)
  })

  test("a key in 1,500 items costs a few milliseconds", () => {
    const many = indexItems(
      Array.from({ length: 1500 }, (_, n) =>
        item(String(n), `2360.${String(n)}/22200`, `Wearing course mixture type ${String(n % 90)} bituminous`),
      ),
    )
    const begun = performance.now()
    for (let key = 0; key < 20; key += 1) findItems(many, "bitum mix 12", 50)

    expect((performance.now() - begun) / 20).toBeLessThan(25)
  })
})
