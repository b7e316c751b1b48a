// @vitest-environment node
/** Every problem has its sentence, and says how to put it right. */
import { describe, expect, test } from "vitest"
import { checkItemTransaction, checkNote, type Problem } from "../../core/checks.ts"
import { countProblems, describeAccuracy, describeProblem } from "./problems.ts"

const ALL: Problem[] = [
  { code: "needed" },
  { code: "too_long", length: 4120, most: 4000 },
  { code: "not_a_number" },
  { code: "zero" },
  { code: "too_large" },
  { code: "too_many_decimals", decimals: 4, most: 2, rounded: "1.25" },
  { code: "no_such_date" },
  { code: "not_a_time" },
  { code: "not_a_choice" },
  { code: "unknown_item" },
  { code: "voided_item" },
  { code: "not_text" },
  { code: "strange_character" },
]

test.each(ALL)("$code is a sentence of its own", (problem) => {
  const others = ALL.filter((one) => one !== problem).map((one) => describeProblem(one, "quantity"))

  expect(describeProblem(problem, "quantity")).toMatch(/^[A-Z].*\.$/)
  expect(others).not.toContain(describeProblem(problem, "quantity"))
})

describe("particular words", () => {
  test("a field that is needed says what for", () => {
    expect(describeProblem({ code: "needed" }, "text")).toBe("Write what you saw.")
    expect(describeProblem({ code: "needed" }, "item")).toBe("Choose the item.")
    expect(describeProblem({ code: "needed" }, "item", "manhole")).toContain("Nothing is chosen yet")
    expect(describeProblem({ code: "needed" }, "whatever")).toBe("Fill this in.")
  })

  test("a comma is named", () => {
    expect(describeProblem({ code: "not_a_number" }, "quantity", "1,5")).toContain("comma")
    expect(describeProblem({ code: "not_a_number" }, "quantity", "many")).not.toContain("comma")
  })

  test("lengths and decimals are counted", () => {
    expect(describeProblem(ALL[1]!, "documentation")).toContain("4,120 characters")
    expect(describeProblem(ALL[5]!, "quantity")).toBe("This item takes 2 decimals; there are 4 here.")
    expect(describeAccuracy("ton", 2)).toBe("ton, up to 2 decimals")
    expect(describeAccuracy("each", 0)).toBe("each, whole numbers")
    expect(describeAccuracy("LS", 1)).toBe("LS, up to 1 decimal")
  })
})

test("an empty form says how many fields", () => {
  expect(countProblems(checkNote({ work_date: "2026-11-19", note_type: "x" }))).toMatch(/^One field/)
  expect(countProblems(checkItemTransaction({}, undefined))).toMatch(/^3 fields/)
})
