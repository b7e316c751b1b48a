/** A second tap in the place of a button that has gone. */
import { afterEach, beforeEach, expect, test, vi } from "vitest"
import { ignoreSecondPress } from "./second-press.ts"

let pressed = 0
const count = (): number => (pressed += 1)

beforeEach(() => {
  vi.useFakeTimers()
  pressed = 0
  document.body.addEventListener("click", count)
  const button = document.createElement("button")
  button.getBoundingClientRect = () => new DOMRect(100, 700, 160, 50)
  ignoreSecondPress(button)
})
afterEach(() => {
  vi.runAllTimers()
  vi.useRealTimers()
  document.body.removeEventListener("click", count)
})

function press(pointerType: string, clientX: number, clientY: number, detail = 1): boolean {
  const event = new MouseEvent("click", { bubbles: true, cancelable: true, clientX, clientY, detail })
  Object.defineProperty(event, "pointerType", { value: pointerType })
  return document.body.dispatchEvent(event)
}

test("a touch there does nothing, and only for a moment", () => {
  expect(press("touch", 150, 720)).toBe(false)
  expect(pressed).toBe(0)

  vi.advanceTimersByTime(500)
  expect(press("touch", 150, 720)).toBe(true)
  expect(pressed).toBe(1)
})

test("the second click of a double click does nothing either", () => {
  expect(press("mouse", 150, 720, 2)).toBe(false)
  expect(press("mouse", 50, 720, 2)).toBe(true)
  expect(pressed).toBe(1)
})

test("elsewhere, or by one click of a mouse, it is a press", () => {
  expect(press("touch", 50, 720)).toBe(true)
  expect(press("touch", 150, 600)).toBe(true)
  expect(press("mouse", 150, 720)).toBe(true)
  expect(pressed).toBe(3)
})
