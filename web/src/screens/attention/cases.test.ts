// @vitest-environment node
/** What kind of a case something is, and what may be done about it. */
import { describe, expect, test } from "vitest"
import {
  correctableFields,
  editableFields,
  kindOf,
  neighbourOf,
  nextAfter,
  problemsTold,
  whatIsPossible,
} from "./cases.ts"
import { compareVersions } from "./comparison.ts"
import { heldView, operation, seenFields } from "./testing/held-views.ts"

describe("the kind", () => {
  test("by what is held, and whether there is a record", () => {
    expect(kindOf(heldView({}, seenFields))).toBe("compare")
    expect(kindOf(heldView({ verb: "create" }))).toBe("new")
    expect(kindOf(heldView({ verb: "create" }, seenFields))).toBe("compare")
    expect(kindOf(heldView({ verb: "revise" }))).toBe("unplaced")
    expect(kindOf(heldView({ verb: "decide" }, seenFields))).toBe("decision")
    expect(kindOf(heldView({ verb: "decide" }, seenFields, { state: "superseded" }))).toBe("superseded")
  })

  test("an entry that stands only by what is held is no record", () => {
    const view = heldView({ verb: "create" }, seenFields)
    const imagined = { ...view, entry: { ...view.entry!, isImagined: true as const } }

    expect(kindOf(imagined)).toBe("new")
  })
})

describe("what is possible", () => {
  const nothing = { apply: false, setAside: false }
  const asideOnly = { apply: false, setAside: true }
  const both = { apply: true, setAside: true }

  test("nothing for who may not decide, and after one has decided", () => {
    expect(
      whatIsPossible(heldView({}, seenFields, { mayDecide: false }), {
        right: "view",
        status: "construction",
      }),
    ).toEqual(nothing)
    expect(
      whatIsPossible(heldView({}, seenFields, { myDecision: operation() }), {
        right: "office",
        status: "construction",
      }),
    ).toEqual(nothing)
  })

  test("a conflict, an invalid one, one that failed: both", () => {
    for (const reason of ["conflict", "invalid", "error", "id_reused", "missing_base"]) {
      expect(
        whatIsPossible(heldView({}, seenFields, { reason }), { right: "inspection", status: "construction" }),
      ).toEqual(both)
    }
  })

  test("what the office would only hold again cannot be put in", () => {
    for (const reason of ["missing_record", "unknown_type", "unknown_schema", "paid"]) {
      expect(
        whatIsPossible(heldView({ verb: "create" }, undefined, { reason }), {
          right: "office",
          status: "construction",
        }),
      ).toEqual(asideOnly)
    }
    expect(whatIsPossible(heldView({ verb: "revise" }), { right: "office", status: "construction" })).toEqual(
      asideOnly,
    )
    expect(
      whatIsPossible(heldView({ verb: "decide" }, seenFields), { right: "office", status: "construction" }),
    ).toEqual(asideOnly)
  })

  test("into a closed contract only the office puts something", () => {
    const view = heldView({ verb: "create" }, undefined, { reason: "contract_closed" })

    expect(whatIsPossible(view, { right: "inspection", status: "construction" })).toEqual(asideOnly)
    expect(whatIsPossible(view, { right: "office", status: "construction" })).toEqual(both)
    const conflict = heldView({}, seenFields)
    expect(whatIsPossible(conflict, { right: "inspection", status: "closed" })).toEqual(asideOnly)
    expect(whatIsPossible(conflict, { right: "office", status: "closed" })).toEqual(both)
  })
})

test("fields that the office found wrong can be put right; of what has no form none", () => {
  const detail = { fields: { work_date: "There is no such day.", quantity: "Too many.", author: "Not you." } }

  expect(correctableFields(heldView({}, undefined, { reason: "invalid", detail }))).toEqual([
    "work_date",
    "quantity",
  ])
  expect(correctableFields(heldView({}, seenFields, { detail }))).toEqual([])
  expect(
    correctableFields(heldView({ type: "tally_sheet" }, undefined, { reason: "invalid", detail })),
  ).toEqual([])
})

test("of the office's detail only sentences are taken", () => {
  expect(problemsTold(undefined)).toEqual({})
  expect(problemsTold({ fields: ["quantity"] })).toEqual({})
  expect(problemsTold({ fields: { quantity: "Too many.", item: 7 } })).toEqual({ quantity: "Too many." })
})

test("the next is the one after, then from the top; never what nobody here can do something about", () => {
  const views = [
    heldView({ id: "a" }, seenFields),
    heldView({ id: "b" }, seenFields, { mayDecide: false }),
    heldView({ id: "c" }, seenFields),
    heldView({ id: "d" }, seenFields, { myDecision: operation() }),
  ]

  expect(nextAfter(views, "a")).toBe("c")
  expect(nextAfter(views, "c")).toBe("a")
  expect(nextAfter(views.slice(0, 1), "a")).toBeUndefined()
  expect(nextAfter(views, "gone")).toBe("a")
})

describe("the way through", () => {
  const views = ["a", "b", "c"].map((id) => heldView({ id }, seenFields))

  test("what was decided a moment ago is not offered again", () => {
    expect(nextAfter(views, "c", (id) => id === "a")).toBe("b")
    expect(nextAfter(views, "c", () => true)).toBeUndefined()
  })

  test("a step leads to the neighbour, and nowhere beyond the ends", () => {
    expect([neighbourOf(views, "a", 1), neighbourOf(views, "b", -1)]).toEqual(["b", "a"])
    expect([neighbourOf(views, "a", -1), neighbourOf(views, "c", 1), neighbourOf(views, "x", 1)]).toEqual([
      undefined,
      undefined,
      undefined,
    ])
  })
})

test("a third value can be typed for what is to be chosen, and for nothing else", () => {
  const differs = heldView(
    { set: { quantity: "2" } },
    { ...seenFields, quantity: "3", location: "elsewhere" },
  )
  const isVoided = heldView({ set: { voided: true } }, { ...seenFields, quantity: "3" })

  expect(editableFields(differs, compareVersions(differs))).toEqual(["quantity"])
  expect(editableFields(isVoided, compareVersions(isVoided))).not.toContain("voided")
})
