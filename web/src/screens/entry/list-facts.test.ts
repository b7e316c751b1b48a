// @vitest-environment node
/** Everything that is kept of an entry is shown on its page. */
import { expect, test } from "vitest"
import type { Entry } from "../../core/entry.ts"
import { FORM_FIELDS } from "../inspection/form-values.ts"
import { listFacts } from "./list-facts.ts"
import { namePerson } from "./name-person.ts"

const entry = (fields: Entry["fields"]): Entry => ({
  contract: "c",
  record: "r",
  type: "item_transaction",
  fields,
  revision: 1,
  author: "p",
  madeAt: "",
  voided: false,
  where: "office",
  writers: {},
  beside: [],
})
const nameOf = (id: string): string => (id === "ann" ? "Ann Lindqvist" : id)
const PROJECT = { record: "p1", number: "SAP 1", title: "Overlay", primary: true, voided: false }

test("in the form's order, in words of the screen", () => {
  const facts = listFacts(
    entry({
      measured_by: "ann",
      measured_date: "2026-11-18",
      work_date: "2026-11-19",
      time: "14:05",
      project: "p1",
      voided: true,
      quantity: "2",
    }),
    [PROJECT],
    nameOf,
  )

  expect(facts.map(({ label }) => label)).toEqual(["Project", "Date", "Time", "Measured by", "Measured on"])
  expect(facts.map(({ text }) => text.replace("\u202f", " "))).toEqual([
    "SAP 1 · Overlay",
    "Thursday, Nov 19, 2026",
    "2:05 PM",
    "Ann Lindqvist",
    "Wednesday, Nov 18, 2026",
  ])
})

test("what this program does not know is shown by its name", () => {
  expect(listFacts(entry({ weather_seen: "fog" }), [], nameOf)).toEqual([
    { label: "weather seen", text: "fog" },
  ])
})

test("no field of a form is forgotten", () => {
  const large = ["note_type", "text", "station", "item", "quantity", "station_from", "station_to", "side"]
  const elsewhere = [...large, "offset", "location", "documentation"]
  const names = [...FORM_FIELDS.note, ...FORM_FIELDS.item_transaction]
  const fields = Object.fromEntries(names.map((name) => [name, "x"]))

  expect(listFacts(entry(fields), [], nameOf)).toHaveLength(
    new Set(names.filter((name) => !elsewhere.includes(name))).size,
  )
})

test("who is signed in is known, others by the contract's list", () => {
  const self = { id: "me", name: "Ann", email: "", initials: "A", role: "inspector" as const }
  const bo = { record: "bo", name: "Bo Keller", initials: "BK", right: "inspection", voided: false }

  expect(namePerson("me", [], self)).toBe("Ann")
  expect(namePerson("bo", [bo], self)).toBe("Bo Keller")
  expect(namePerson("who", [bo], self)).toBe("Somebody")
})
