// @vitest-environment node
/** Comparing base, theirs and mine, and what the choices come to. */
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { isSameValue } from "../../core/merging.ts"
import { fieldNamesOf } from "../../core/record-types.ts"
import {
  allOf,
  compareVersions,
  decisionOf,
  fieldsAfter,
  resultOf,
  usualChoices,
  withCorrections,
} from "./comparison.ts"
import { heldView, seenFields } from "./testing/held-views.ts"

describe("what is compared", () => {
  test("fields that belong together are one group; what nobody changed is not shown", () => {
    const view = heldView(
      { set: { quantity: "2", documentation: "both castings", location: "24+70" } },
      { ...seenFields, quantity: "3" },
      { detail: { fields: ["quantity"] } },
    )

    const groups = compareVersions(view)

    expect(groups.map(({ fields }) => fields.map((one) => one.name))).toEqual([
      ["quantity", "documentation"],
      ["location"],
    ])
    expect(groups[0]?.fields[0]).toEqual({ name: "quantity", base: "1", theirs: "3", mine: "2" })
  })

  test("what only the held one touches is chosen beforehand; what both touched never is", () => {
    const view = heldView({ set: { quantity: "2", location: "24+70" } }, { ...seenFields, quantity: "3" })

    expect(usualChoices(compareVersions(view))).toEqual({ item: undefined, station_from: "mine" })
  })

  test("what only the other one touched is shown and not asked", () => {
    const view = heldView({ set: { quantity: "2" } }, { ...seenFields, quantity: "3", location: "north" })

    const [measurement, place] = compareVersions(view)

    expect(measurement?.isChoice).toBe(true)
    expect(place?.isChoice).toBe(false)
  })

  test("a value that was changed and changed back is asked, where the office says so", () => {
    const view = heldView({ set: { quantity: "2" } }, seenFields, { detail: { fields: ["quantity"] } })

    expect(usualChoices(compareVersions(view))).toEqual({ item: undefined })
  })

  test("who revises what was voided meanwhile is asked whether it stays void", () => {
    const view = heldView({ set: { quantity: "2" } }, { ...seenFields, voided: true })

    const groups = compareVersions(view)

    expect(groups.map((one) => one.key)).toEqual(["item", "voided"])
    expect(usualChoices(groups)).toEqual({ item: "mine", voided: undefined })
    expect(decisionOf(view, groups, allOf("mine", groups))?.set).toEqual({ quantity: "2", voided: false })
    expect(decisionOf(view, groups, { item: "mine", voided: "theirs" })?.set).toEqual({ quantity: "2" })
  })

  test("who voids looks at the whole record, so that nothing is voided unasked that somebody changed", () => {
    const changed = heldView({ set: { voided: true } }, { ...seenFields, location: "north" })
    const same = heldView({ set: { voided: true } }, seenFields)

    expect(usualChoices(compareVersions(changed))).toEqual({ voided: undefined })
    expect(usualChoices(compareVersions(same))).toEqual({ voided: "mine" })
  })

  test("a field that this program does not know is compared by itself", () => {
    const view = heldView({ set: { weather: "rain" } }, { ...seenFields, weather: "sun" })

    expect(compareVersions(view).map((one) => one.names)).toEqual([["weather"]])
  })
})

describe("what the choices come to", () => {
  const view = heldView(
    { set: { quantity: "2", location: null } },
    { ...seenFields, quantity: "3", documentation: "with the foreman", location: "north" },
  )
  const groups = compareVersions(view)

  test("nothing while a group is open", () => {
    expect(decisionOf(view, groups, { item: "mine" })).toBeUndefined()
  })

  test("nothing of the held one: it is set aside", () => {
    expect(decisionOf(view, groups, allOf("theirs", groups))).toEqual({ choice: "set_aside", set: {} })
  })

  test("a quantity goes in with its own evidence, not with the other one's", () => {
    const decision = decisionOf(view, groups, { item: "mine", station_from: "theirs" })

    expect(decision).toEqual({ choice: "apply", set: { quantity: "2", documentation: "counted" } })
  })

  test("a field that was cleared is cleared", () => {
    expect(decisionOf(view, groups, { item: "theirs", station_from: "mine" })?.set).toEqual({
      location: null,
    })
  })

  test("the result is what is shown as chosen", () => {
    const result = resultOf(groups, { item: "mine" })

    expect(result).toEqual([
      { name: "quantity", value: "2", side: "mine" },
      { name: "documentation", value: "counted", side: "mine" },
      { name: "location", value: null, side: undefined },
    ])
  })

  test("what somebody put right takes the place of what was not valid", () => {
    const invalid = heldView({ verb: "create", set: { quantity: "1.123" }, base: {} })

    const corrected = withCorrections(invalid, { quantity: "1.12" })

    expect(corrected.held.operation.set).toEqual({ quantity: "1.12" })
    expect(corrected.mine["quantity"]).toBe("1.12")
    expect(withCorrections(invalid, {})).toBe(invalid)
  })
})

test("whatever was changed: all of mine stands as mine shows it, all of theirs stays as it is", () => {
  const names = fieldNamesOf("item_transaction")
  const fields = fc.dictionary(fc.constantFrom(...names), fc.constantFrom("1", "2", "3"))
  const property = fc.property(fields, fields, fields, (base, theirs, set) => {
    const view = heldView({ base, set }, theirs)
    const groups = compareVersions(view)
    const mine = decisionOf(view, groups, allOf("mine", groups))
    const after = mine && fieldsAfter(view, mine)
    for (const group of groups.filter((one) => one.isChoice)) {
      for (const name of group.names)
        expect(isSameValue(after?.[name] ?? null, view.mine[name] ?? null)).toBe(true)
    }
    expect(decisionOf(view, groups, allOf("theirs", groups))?.choice).toBe("set_aside")
  })
  fc.assert(property)
})
