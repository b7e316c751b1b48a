/** Letters act where nobody types, and nowhere else. */
import { beforeEach, expect, test } from "vitest"
import { freeLetter, stepOf } from "./case-keys.ts"

let within: HTMLElement

beforeEach(() => {
  document.body.innerHTML = `<nav><a href="/">Contracts</a></nav><main tabindex="-1"><h1 tabindex="-1">One</h1>
    <input type="radio" /><input type="text" /><textarea></textarea><select></select><button>Next</button>
    <div role="dialog"><button>Close</button></div></main>`
  within = document.querySelector("main")!
})

function press(selector: string, key: string, more: KeyboardEventInit = {}): string | undefined {
  const event = new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more })
  let letter: string | undefined
  const listen = (heard: KeyboardEvent): void => void (letter = freeLetter(heard, within))
  document.addEventListener("keydown", listen)
  document.querySelector(selector)!.dispatchEvent(event)
  document.removeEventListener("keydown", listen)
  return letter
}

test.each(["main", "h1", "input[type=radio]", "main > button"])("from %s", (selector) => {
  expect(press(selector, "j")).toBe("j")
  expect(press(selector, "K")).toBe("k")
  expect(press(selector, "Enter")).toBeUndefined()
})

test.each(["input[type=text]", "textarea", "select", "[role=dialog] button", "nav a"])(
  "never from %s",
  (selector) => {
    expect(press(selector, "j")).toBeUndefined()
  },
)

test.each<KeyboardEventInit>([
  { ctrlKey: true },
  { metaKey: true },
  { altKey: true },
  { shiftKey: true },
  { repeat: true },
  { isComposing: true },
])("never with %o", (more) => {
  expect(press("h1", "j", more)).toBeUndefined()
})

test("J goes on, K back, nothing else steps", () => {
  expect(["j", "k", "e", undefined].map(stepOf)).toEqual([1, -1, undefined, undefined])
})
