/** What two people disagree about: groups, choices and results. */
import { describe, expect, test } from "vitest"
import { choicesOf, kindOfConflict, resultOf, setOf, wayOut, type Side } from "./describe-held.ts"

const base = { item: "i", work_date: "2026-11-19", quantity: "1", location: "18+22", documentation: "counted" }
const versions = {
  type: "item_transaction",
  base,
  theirs: { ...base, quantity: "3", documentation: "counted with the foreman" },
  mine: { ...base, quantity: "2", location: "18+22 and 24+70" },
  set: { quantity: "2", location: "18+22 and 24+70" },
}
const both = (side: Side) => new Map(choicesOf(versions).map(({ key }) => [key, side] as const))

describe("choices", () => {
  test("a quantity and its documentation are one choice, the place is another", () => {
    expect(choicesOf(versions).map(({ fields }) => fields.map(({ name }) => name))).toEqual([
      ["item", "work_date", "quantity", "documentation"],
      ["location"],
    ])
  })

  test("each field knows who changed it", () => {
    const fields = choicesOf(versions).flatMap(({ fields }) => fields)

    expect(fields.find(({ name }) => name === "quantity")).toMatchObject({ theirsChanged: true, mineChanged: true })
    expect(fields.find(({ name }) => name === "documentation")).toMatchObject({ theirsChanged: true, mineChanged: false })
    expect(fields.find(({ name }) => name === "work_date")).toMatchObject({ differs: false })
  })

  test("mine takes the whole group: the documentation goes back with the quantity", () => {
    const set = setOf(choicesOf(versions), both("mine"))

    expect(set).toEqual({ quantity: "2", documentation: "counted", location: "18+22 and 24+70" })
    expect(resultOf(versions, set)).toEqual({ ...versions.mine })
  })

  test("theirs sets nothing", () => {
    expect(setOf(choicesOf(versions), both("theirs"))).toEqual({})
  })

  test("one group of each", () => {
    const chosen = new Map<string, Side>([
      ["item", "theirs"],
      ["location", "mine"],
    ])

    expect(setOf(choicesOf(versions), chosen)).toEqual({ location: "18+22 and 24+70" })
  })

  test("a field that mine does not have is cleared by null", () => {
    const { documentation: _, ...without } = versions.mine
    const changed = { ...versions, mine: without }

    expect(setOf(choicesOf(changed), new Map([["item", "mine"]]))).toEqual({ quantity: "2", documentation: null })
  })

  test("where one of them voided it, all is one choice", () => {
    const voiding = { ...versions, mine: { ...base, voided: true }, set: { voided: true } }

    expect(choicesOf(voiding)).toHaveLength(1)
    expect(kindOfConflict(voiding)).toBe("void")
    expect(setOf(choicesOf(voiding), new Map([["voided", "mine"]]))).toMatchObject({ voided: true, quantity: "1" })
  })

  test("unknown fields stand alone and are kept", () => {
    const strange = { ...versions, mine: { ...versions.mine, weather: "rain" }, set: { weather: "rain" } }

    expect(choicesOf(strange).at(-1)?.key).toBe("weather")
  })

  test("a group that the held operation does not touch is theirs", () => {
    const measuring = { ...versions, base: { quantity: "1" }, mine: { quantity: "2" }, set: { quantity: "2" } }

    expect(choicesOf(measuring).map(({ key }) => key)).toEqual(["item"])
  })

  test("a conflict is named by what people look for", () => {
    expect(kindOfConflict(versions)).toBe("quantity")
    expect(kindOfConflict({ ...versions, type: "note" })).toBe("entry")
  })
})

test.each([
  ["conflict", "held", "choose"],
  ["contract_closed", "held", "choose"],
  ["paid", "held", "choose"],
  ["id_reused", "held", "choose"],
  ["invalid", "held", "correct"],
  ["missing_record", "held", "wait"],
  ["missing_base", "held", "wait"],
  ["missing_target", "held", "wait"],
  ["unknown_type", "held", "wait"],
  ["unknown_schema", "held", "wait"],
  ["error", "held", "wait"],
  ["forbidden", "held", "told"],
  ["moved", "superseded", "told"],
  ["already_decided", "superseded", "told"],
])("the way out of %s (%s) is to %s", (reason, state, way) => {
  expect(wayOut(reason, state)).toBe(way)
})
