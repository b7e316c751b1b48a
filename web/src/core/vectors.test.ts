/** The language-neutral vectors of protocol/vectors, run by the client's rules. */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { canonicalJson } from "./canonical-json.ts"
import { countDecimals, normaliseDecimal, roundHalfUp } from "./decimals.ts"
import { extendedAmount, totalQuantity } from "./item-totals.ts"
import { findConflicts, fold, type Change, type Mergeable } from "./merging.ts"
import type { FieldValue } from "./operation.ts"

const VECTORS = join(import.meta.dirname, "../../../protocol/vectors")
const readNames = new Set<string>()

/** A file that runs on nothing must not pass. */
function readVectors<T>(name: string): T[] {
  const found = JSON.parse(readFileSync(join(VECTORS, `${name}.json`), "utf8")) as T[]
  if (found.length === 0) throw new Error(`${name}.json is empty`)
  readNames.add(`${name}.json`)
  return found
}

describe("canonical JSON", () => {
  const vectors = readVectors<{ name: string; json: string; canonical: string; sha256: string }>(
    "canonical_json",
  )

  test.each(vectors)("$name", ({ json, canonical, sha256 }) => {
    const spelled = canonicalJson(JSON.parse(json) as FieldValue)

    expect(spelled).toBe(canonical)
    expect(createHash("sha256").update(spelled).digest("hex")).toBe(sha256)
  })
})

describe("decimals", () => {
  const vectors = readVectors<{ typed: string; normal: string | null; decimals: number }>("decimals")

  test.each(vectors)("$typed", ({ typed, normal, decimals }) => {
    expect(normaliseDecimal(typed)).toBe(normal)
    expect(countDecimals(normal ?? "")).toBe(decimals)
  })
})

describe("rounding", () => {
  const vectors = readVectors<{ value: string; decimals: number; rounded: string }>("rounding")

  test.each(vectors)("$value to $decimals", ({ value, decimals, rounded }) => {
    expect(roundHalfUp(value, decimals)).toBe(rounded)
  })
})

describe("totals", () => {
  interface Vector {
    name: string
    quantities: string[]
    unit_price: string
    quantity: string
    amount: string
  }

  test.each(readVectors<Vector>("totals"))("$name", ({ quantities, unit_price, quantity, amount }) => {
    expect(totalQuantity(quantities)).toBe(quantity)
    expect(normaliseDecimal(extendedAmount(quantity, unit_price))).toBe(amount)
  })
})

describe("merging", () => {
  interface Vector {
    name: string
    type: string
    image: Mergeable | null
    operation: Change
    conflicts: string[]
    folded: Mergeable | null
  }

  test.each(readVectors<Vector>("merging"))("$name", ({ type, image, operation, conflicts, folded }) => {
    expect(image ? findConflicts(type, operation, image) : []).toEqual(conflicts)
    if (folded) expect(fold(image ?? undefined, operation)).toEqual(folded)
  })
})

test("every file of vectors is run", () => {
  expect([...readNames].sort()).toEqual(readdirSync(VECTORS).sort())
})
