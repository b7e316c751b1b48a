// @vitest-environment node
/** Where in an entry the words were found. */
import fc from "fast-check"
import { expect, test } from "vitest"
import type { Entry } from "../../core/entry.ts"
import type { Fields } from "../../core/operation.ts"
import { findMatch, markWords, splitWords } from "./find-match.ts"

const note = (fields: Fields): Entry => ({
  contract: "c",
  record: "r",
  type: "note",
  fields,
  revision: 1,
  author: "a",
  madeAt: "",
  voided: false,
  where: "office",
  writers: {},
  beside: [],
})
const spell = (pieces: readonly { text: string; found: boolean }[]): string =>
  pieces.map(({ text, found }) => (found ? `[${text}]` : text)).join("")

test("every place of every word is marked, in the spelling of the entry", () => {
  expect(spell(markWords("Paving began; paving ended", ["paving", "gan"]))).toBe(
    "[Paving] be[gan]; [paving] ended",
  )
  expect(spell(markWords("aaab", ["aa", "ab"]))).toBe("[aaab]")
  expect(spell(markWords("nothing", ["x"]))).toBe("nothing")
})

test("the first field of the form that has a word is shown, never an id", () => {
  const id = "01990000-0000-7000-8000-00000000000a"
  const entry = note({ text: "At the culvert", station: "12+50", project: id, work_date: "2026-11-19" })

  expect(findMatch(entry, ["12+50"])?.field).toBe("station")
  expect(findMatch(entry, ["culvert", "elsewhere"])?.field).toBe("text")
  expect(findMatch(entry, ["0199"])).toBeUndefined()
})

test("a long text is shown around what was found", () => {
  const found = findMatch(note({ text: `${"before ".repeat(100)}culvert${" after".repeat(100)}` }), [
    "culvert",
  ])
  const shown = spell(found?.pieces ?? [])

  expect(shown).toMatch(/^….*before \[culvert\] after.*…$/)
  expect(shown.length).toBeLessThan(140)
})

test("words are split at blanks and looked for in small letters", () => {
  expect(splitWords("  Two  WORDS ")).toEqual(["two", "words"])
})

test("whatever is looked for, the pieces are the text", () => {
  const property = fc.property(
    fc.string(),
    fc.array(fc.string({ minLength: 1, maxLength: 3 })),
    (text, words) => {
      const pieces = markWords(
        text,
        words.map((word) => word.toLocaleLowerCase()),
      )
      expect(pieces.map((one) => one.text).join("")).toBe(text)
    },
  )
  fc.assert(property)
})
