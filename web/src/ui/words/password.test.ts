/** Words of the page to change one's password. */
import { expect, test } from "vitest"
import { checkPasswords, describePasswordFailure, passwordWords as words, placeProblems } from "./password.ts"

test("what is empty is asked for, each at its field", () => {
  expect(checkPasswords({ current: "", next: "", again: "" })).toEqual({
    current: words.needed,
    next: words.needed,
    again: words.needed,
  })
})

test("two different new ones are not sent", () => {
  expect(checkPasswords({ current: "a", next: "b", again: "c" })).toEqual({ again: words.differs })
})

test("the old one is not a new one", () => {
  expect(checkPasswords({ current: "a", next: "a", again: "a" })).toEqual({ next: words.same })
})

test("spaces belong to a password", () => {
  expect(checkPasswords({ current: " ", next: "  ", again: "  " })).toEqual({})
})

test("several sentences of the server stand together at their field", () => {
  const refused = [
    { field: "next", sentence: "Too short." },
    { field: "next", sentence: "Too common." },
    { field: "current", sentence: "Not this one." },
  ] as const

  expect(placeProblems(refused)).toEqual({ next: "Too short. Too common.", current: "Not this one." })
})

test("every failure has a whole sentence", () => {
  const failures = [
    { kind: "work_offline" },
    { kind: "no_network" },
    { kind: "not_the_server" },
    { kind: "not_signed_in" },
    { kind: "forbidden", title: "No.", remedy: "Ask." },
    { kind: "diverged" },
    { kind: "too_large" },
    { kind: "busy", retryAfterMs: 1 },
    { kind: "failed", code: "odd" },
  ] as const

  for (const failure of failures) expect(describePasswordFailure(failure)).toMatch(/^[A-Z].*\.$/)
})
