/** What is dropped on the box for a file, and beside it. */
import { flushSync, mount, unmount } from "svelte"
import { afterEach, beforeEach, expect, test } from "vitest"
import FilePicker from "./FilePicker.svelte"

const words = { choose: "Choose", chooseOther: "Another", drop: "or drop it", folder: "That is a folder." }
const FILE = new File(["PK"], "a.tallybook")
let taken: File[]
let picker: object

beforeEach(() => {
  taken = []
  const take = (file: File): void => void taken.push(file)
  picker = mount(FilePicker, { target: document.body, props: { words, chosen: undefined, take } })
})
afterEach(() => unmount(picker))

/** True where the browser does nothing of its own with what is dropped. */
function drop(on: EventTarget, isDirectory: boolean, types = ["Files"]): boolean {
  const event = new Event("drop", { bubbles: true, cancelable: true })
  const items = [{ webkitGetAsEntry: () => ({ isDirectory }) }]
  Object.defineProperty(event, "dataTransfer", { value: { files: [FILE], items, types } })
  on.dispatchEvent(event)
  flushSync()
  return event.defaultPrevented
}

const box = (): Element => document.querySelector(".drop") ?? document.body
const said = (): string => document.querySelector("[role=alert]")?.textContent ?? ""

test("a file is taken, a folder is said to be one until a file comes", () => {
  drop(box(), true)
  expect([taken, said()]).toEqual([[], "That is a folder."])

  drop(box(), false)
  expect([taken, said()]).toEqual([[FILE], ""])
})

test("beside the box nothing is taken, and the browser does not leave the page for it", () => {
  expect(drop(document.body, false)).toBe(true)
  expect(drop(document.body, false, ["text/plain"])).toBe(false)
  expect(taken).toEqual([])
})
