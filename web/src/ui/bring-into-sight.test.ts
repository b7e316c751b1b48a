/** What is under way stays in sight while the page grows, and is left alone afterwards. */
import { afterEach, expect, test, vi } from "vitest"
import { bringIntoSight, keepInSight } from "./bring-into-sight.ts"

// Nothing has a size here: the test says when the page grew.
const grown = new Set<() => void>()
class ToldObserver {
  readonly heard: () => void
  constructor(heard: () => void) {
    this.heard = heard
  }
  observe(): void {
    grown.add(this.heard)
  }
  disconnect(): void {
    grown.delete(this.heard)
  }
}

afterEach(() => vi.unstubAllGlobals())

function made(): { element: HTMLElement; shown: () => number } {
  const element = document.createElement("section")
  const show = vi.spyOn(element, "scrollIntoView").mockReturnValue()
  return { element, shown: () => show.mock.calls.length }
}

test("what appeared is brought into sight once, with room for the bars", () => {
  const { element, shown } = made()

  bringIntoSight(element)

  expect(shown()).toBe(1)
  expect(element.style.scrollMarginBlock).toContain("--nav")
})

test("what is under way follows the page until it is over", () => {
  vi.stubGlobal("ResizeObserver", ToldObserver)
  const { element, shown } = made()

  const end = keepInSight(element)
  for (const tell of grown) tell()
  expect(shown()).toBe(2)

  end()
  expect(grown.size).toBe(0)
})
