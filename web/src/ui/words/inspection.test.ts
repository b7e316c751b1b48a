// @vitest-environment node
/** What a day and its forms say: how sure figures are, what was restored, what to do next. */
import { describe, expect, test } from "vitest"
import {
  countOf,
  describeBeside,
  describeEmptyDay,
  describeFreshness,
  describeItemFigures,
  describeOverRun,
  describeRestored,
  describeTypedDate,
  describeTypedQuantity,
  describeTypedTime,
  nameCalendarDay,
  shortenNote,
} from "./inspection.ts"

const NOW = new Date("2026-11-19T14:40:00")
const TODAY = "2026-11-19"

describe("a day", () => {
  test("counts in words", () => {
    expect([0, 1, 2].map((count) => countOf("notes", count))).toEqual(["no notes", "1 note", "2 notes"])
    expect(countOf("transactions", 1200)).toBe("1,200 transactions")
  })

  test("an empty one says what to do, and nothing that one may not", () => {
    expect(describeEmptyDay("notes", TODAY, true).more).toContain("Press Add Note")
    expect(describeEmptyDay("transactions", TODAY, true).more).toContain("Press Add Transaction")
    expect(describeEmptyDay("transactions", TODAY, false).more).not.toContain("Press")
  })

  test("in the calendar is read aloud with what stands on it", () => {
    expect(nameCalendarDay(TODAY, { notes: 2, transactions: 0 }, true)).toBe(
      "Thursday, Nov 19, 2026, today, 2 notes",
    )
    expect(nameCalendarDay(TODAY, undefined, false)).toBe("Thursday, Nov 19, 2026")
  })

  test("another version names who made it", () => {
    expect(describeBeside(["Bo Keller"], false)).toBe("Bo Keller also changed it")
    expect(describeBeside([], false)).toBe("there is another version of it")
    expect(describeBeside(["Bo Keller"], true)).toBe("it counts when somebody has decided")
  })
})

describe("a draft", () => {
  test("says when it was typed", () => {
    expect(describeRestored("2026-11-19T14:05:00", NOW, TODAY, TODAY)).toMatch(
      /^Restored what you had typed at 2:05.PM\.$/,
    )
    expect(describeRestored("", NOW, TODAY, TODAY)).toBe("Restored what you had typed.")
  })

  test("of another day says so", () => {
    expect(describeRestored("", NOW, "2026-11-18", TODAY)).toContain("Its date is Wednesday, Nov 18")
  })
})

describe("hints", () => {
  test("of a date: its long form, or how to type one", () => {
    expect(describeTypedDate(TODAY, TODAY)).toBe("Thursday, Nov 19, 2026, today")
    expect(describeTypedDate("2026-11-20", TODAY)).toContain("still to come")
    expect(describeTypedDate("2026-11-18", TODAY)).toBe("Wednesday, Nov 18, 2026")
    expect(describeTypedDate("2026-02-30", TODAY)).toContain("11/19")
  })

  test("of a time", () => {
    expect(describeTypedTime("14:05")).toMatch(/2:05.PM/)
    expect(describeTypedTime("")).toContain("14:05")
  })

  test("of a rounded quantity keeps what was typed", () => {
    expect(describeTypedQuantity(" 1.23456 ", "ton")).toBe("Typed as 1.23456 ton, rounded.")
    expect(describeTypedQuantity("1.5", "")).toBe("Typed as 1.5, rounded.")
  })
})

describe("figures", () => {
  test("of an item, over and under", () => {
    const item = { unit: "ton", quantity: "4250" }

    expect(describeItemFigures({ item, used: "3859", remaining: "391" })).toBe(
      "4,250 ton on contract, 3,859 used, 391 remaining.",
    )
    expect(describeItemFigures({ item, used: "4271.65", remaining: "-21.65" })).toContain("over by 21.65")
  })

  test("say how fresh they are and who has more", () => {
    const others = [
      { personName: "Bo Keller", waiting: 4 },
      { personName: "Dee Okafor", waiting: 0 },
      { personName: "Bo Keller", waiting: 1 },
    ]

    expect(describeFreshness("2026-11-19T06:40:00", others, NOW)).toMatch(
      /^Figures of 6:40.AM\. Bo Keller has unsent entries\.$/,
    )
    expect(describeFreshness(undefined, [], NOW)).toBe("Never synced yet.")
    expect(
      describeFreshness(undefined, [...others, { personName: "Dee Okafor", waiting: 1 }], NOW),
    ).toContain("Bo Keller, Dee Okafor have unsent entries.")
  })

  test("over the contract quantity is no obstacle", () => {
    const said = describeOverRun(
      { over: "21.65", contract: "4250", used: "3859" },
      "ton",
      "Figures of today.",
    )

    expect(said.title).toBe("21.65 ton over the contract quantity.")
    expect(said.text).toBe(
      "4,250 on contract, 3,859 used with this device's entries. Figures of today. You can save it.",
    )
  })
})

test("a note is called by its first words", () => {
  expect(shortenNote("Rain.\nMore")).toBe("Rain.")
  expect(shortenNote("x".repeat(100))).toHaveLength(60)
})
