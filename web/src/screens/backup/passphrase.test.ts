/** A passphrase is taken as it was typed, or it is said which field is wrong. */
import { expect, test } from "vitest"
import { PASSPHRASE_CHARACTERS_MAX } from "../../ui/words/backup.ts"
import { checkPassphrase, noPassphrase } from "./passphrase.ts"

const typed = (first: string, second = first) => ({ ...noPassphrase(), isWanted: true, first, second })

test("none is wanted", () => {
  expect(checkPassphrase(noPassphrase())).toBeUndefined()
  expect(checkPassphrase({ ...typed("one", "other"), isWanted: false })).toBeUndefined()
})

test("twice the same, spaces and all", () => {
  expect(checkPassphrase(typed(" four orange barrels on 42 "))).toBeUndefined()
  expect(checkPassphrase(typed("barrel", "barrel "))).toHaveProperty("second")
})

test("where it is shown once is enough", () => {
  expect(checkPassphrase({ ...typed("barrel", ""), isShown: true })).toBeUndefined()
})

test("empty", () => {
  expect(checkPassphrase(typed(""))).toHaveProperty("first")
})

test("as long as the limit, and one more", () => {
  expect(checkPassphrase(typed("a".repeat(PASSPHRASE_CHARACTERS_MAX)))).toBeUndefined()
  expect(checkPassphrase(typed("a".repeat(PASSPHRASE_CHARACTERS_MAX + 1)))).toHaveProperty("first")
})
