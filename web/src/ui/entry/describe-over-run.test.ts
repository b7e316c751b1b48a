/** The over-run warning: exact, calm, and honest about how fresh it is. */
import { expect, test } from "vitest"
import { describeOverRun } from "./describe-over-run.ts"

const fresh = { lastSyncAt: new Date(2026, 10, 19, 6, 40).toISOString(), unsentOf: ["Bo"], today: "2026-11-19" }
const question = { unit: "ton", contractQuantity: "4250", used: "3859", quantity: "412.65" }

test("over the contract quantity: by how much, out of what, how fresh, and that it can be saved", () => {
  const said = describeOverRun(question, fresh, "en-US")

  expect(said?.tone).toBe("over")
  expect(said?.title).toBe("21.65 ton over the contract quantity.")
  expect(said?.text).toMatch(
    /^4,250 on contract, 3,859 used with this device’s entries\. Figures of 6:40\sAM\. Bo has unsent entries\. You can save it\.$/,
  )
})

test("within the contract quantity: what would remain", () => {
  expect(describeOverRun({ ...question, quantity: "390.9" }, fresh, "en-US")).toEqual({
    tone: "within",
    title: "",
    text: "0.1 ton would remain.",
  })
  expect(describeOverRun({ ...question, quantity: "391" }, fresh, "en-US")?.text).toBe("0 ton would remain.")
})

test("decimals are exact", () => {
  const said = describeOverRun({ unit: "LS", contractQuantity: "1", used: "0.7", quantity: "0.300001" }, fresh, "en-US")

  expect(said?.title).toBe("0.000001 LS over the contract quantity.")
})

test("a correction downwards is no over-run, and an item without a quantity has none", () => {
  expect(describeOverRun({ ...question, used: "5000", quantity: "-10" }, fresh, "en-US")).toBeUndefined()
  expect(describeOverRun({ ...question, contractQuantity: "0" }, fresh, "en-US")).toBeUndefined()
})

test("figures that never came from the office say so", () => {
  const said = describeOverRun({ ...question }, { unsentOf: ["Bo", "Dee"], today: "2026-11-19" }, "en-US")

  expect(said?.text).toContain("Figures of this device alone. Bo and Dee have unsent entries.")
})
