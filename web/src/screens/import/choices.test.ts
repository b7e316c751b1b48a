/** Choosing among a file's contracts, projects and bidders. */
import { expect, test } from "vitest"
import type { ImportChoice } from "../../wire/imports.ts"
import { chooseAgain, suggestFrom, whereOf } from "./choices.ts"

const choice = (part: ImportChoice["part"], chosen: string | null): ImportChoice => ({
  part,
  title: part,
  heading: part.toUpperCase(),
  needed: part !== "project",
  chosen,
  values: [],
  leftOut: 0,
})

const CHOICES = [choice("contract", "180001"), choice("project", "B -1"), choice("bidder", "OAK=PINE")]

test("what is chosen, in the file's order", () => {
  expect(whereOf(CHOICES)).toEqual([
    { heading: "CONTRACT", value: "180001" },
    { heading: "PROJECT", value: "B -1" },
    { heading: "BIDDER", value: "OAK=PINE" },
  ])
  expect(whereOf([choice("bidder", null)])).toEqual([])
})

test("another choice drops those after it, and keeps those before", () => {
  expect(chooseAgain(CHOICES, "PROJECT", "B -2")).toEqual([
    { heading: "CONTRACT", value: "180001" },
    { heading: "PROJECT", value: "B -2" },
  ])
  expect(chooseAgain(CHOICES, "CONTRACT", "180002")).toEqual([{ heading: "CONTRACT", value: "180002" }])
})

test("all projects again: no choice at all", () => {
  expect(chooseAgain(CHOICES, "PROJECT", "")).toEqual([{ heading: "CONTRACT", value: "180001" }])
})

test("the file's own contract and bidder begin the form", () => {
  expect(suggestFrom(CHOICES)).toEqual({ number: "180001", primeContractor: "OAK=PINE" })
  expect(suggestFrom([choice("bidder", null)])).toEqual({})
})
