/** The keys of a decision. */
import { beforeEach, expect, test } from "vitest"
import { steerGroups } from "./group-keys.ts"

let form: HTMLFormElement
const radio = (group: string, at: number): HTMLInputElement =>
  form.querySelectorAll<HTMLInputElement>(`[data-group=${group}] input`)[at]!

beforeEach(() => {
  const group = (name: string): string =>
    `<div data-group="${name}"><input type="radio" name="${name}"><input type="radio" name="${name}"></div>`
  document.body.innerHTML = `<h1 tabindex="-1">Title</h1><form>${group("a")}${group("b")}<input aria-required="true" id="reason"></form>`
  form = document.querySelector("form")!
})

function press(target: Element, key: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more })
  Object.defineProperty(event, "target", { value: target })
  steerGroups(event, form)
  return event
}

test("down steps from the title into the first group, to the next, to the reason; up steps back", () => {
  press(document.querySelector("h1")!, "ArrowDown")
  expect(document.activeElement).toBe(radio("a", 0))
  press(radio("a", 0), "ArrowDown")
  expect(document.activeElement).toBe(radio("b", 0))
  press(radio("b", 0), "ArrowDown")
  expect(document.activeElement?.id).toBe("reason")
  press(document.activeElement!, "ArrowUp")
  expect(document.activeElement).toBe(radio("b", 0))
})

test("1 and 2 choose in the group that has the focus", () => {
  press(radio("b", 0), "2")
  expect(radio("b", 1).checked).toBe(true)
  expect(radio("a", 1).checked).toBe(false)
  press(radio("b", 1), "1")
  expect(radio("b", 0).checked).toBe(true)
})

test("a figure that is typed into the reason chooses nothing, nor does one with a modifier", () => {
  const event = press(document.querySelector("#reason")!, "2")
  press(radio("a", 0), "2", { ctrlKey: true })

  expect(event.defaultPrevented).toBe(false)
  expect(form.querySelectorAll("input:checked").length).toBe(0)
})

test("what has arrow keys of its own keeps them", () => {
  document.body.insertAdjacentHTML("beforeend", "<select></select>")
  const event = press(document.querySelector("select")!, "ArrowDown")

  expect(event.defaultPrevented).toBe(false)
})
