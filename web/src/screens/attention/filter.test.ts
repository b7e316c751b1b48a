// @vitest-environment node
/** The filter of Needs Attention: in the address and back, what fits, what can be chosen. */
import { describe, expect, test } from "vitest"
import {
  addressOf,
  choicesOf,
  FILTER_LENGTH_MAX,
  filterViews,
  inListOrder,
  isFiltered,
  NO_FILTER,
  queryOf,
  readFilter,
} from "./filter.ts"
import { ANN, BO, CONTRACT, heldView, seenFields } from "./testing/held-views.ts"

const byAnn = heldView({}, seenFields)
const byBo = heldView({ author: BO }, seenFields, { reason: "invalid" })
const late = heldView({ verb: "decide" }, seenFields, { state: "superseded", reason: "moved" })
const elsewhere = { ...byAnn, contract: "c2" }
const all = [byAnn, byBo, late, elsewhere]

describe("the address", () => {
  test("a filter comes back as it went out", () => {
    const filter = { contract: CONTRACT, reason: "conflict", person: ANN }

    expect(readFilter(queryOf(filter))).toEqual(filter)
    expect(addressOf(filter, "o1")).toBe(`/attention/o1?contract=${CONTRACT}&reason=conflict&person=${ANN}`)
  })

  test("none leaves it bare", () => {
    expect(addressOf(NO_FILTER)).toBe("/attention")
    expect(isFiltered(readFilter(new URLSearchParams("?q=1")))).toBe(false)
  })

  test("what is too long is left out", () => {
    const most = "x".repeat(FILTER_LENGTH_MAX)

    expect(readFilter(new URLSearchParams({ person: most })).person).toBe(most)
    expect(readFilter(new URLSearchParams({ person: `${most}x` })).person).toBe("")
  })
})

describe("what fits", () => {
  test.each([
    [{ contract: "c2" }, [elsewhere]],
    [{ reason: "invalid" }, [byBo]],
    [{ reason: "superseded" }, [late]],
    [{ person: BO }, [byBo]],
    [{ person: BO, contract: "c2" }, []],
    [{}, all],
  ])("%o", (chosen, found) => {
    expect(filterViews(all, { ...NO_FILTER, ...chosen })).toEqual(found)
  })

  test("what is chosen can still be seen and changed when nothing has it", () => {
    expect(choicesOf(all, { ...NO_FILTER, person: "gone" })).toEqual({
      contract: [CONTRACT, "c2"],
      reason: ["conflict", "invalid", "superseded"],
      person: [ANN, BO, "gone"],
    })
  })

  test("one steps contract after contract, as the list shows them", () => {
    expect(inListOrder([byAnn, elsewhere, byBo])).toEqual([byAnn, byBo, elsewhere])
  })
})
