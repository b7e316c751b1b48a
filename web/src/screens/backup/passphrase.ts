/** The passphrase of a backup file while it is typed: kept in the form alone, and nowhere afterwards. */
import { backupWords as words, PASSPHRASE_CHARACTERS_MAX } from "../../ui/words/backup.ts"

export interface TypedPassphrase {
  isWanted: boolean
  isShown: boolean
  first: string
  /** Typed once more where it is not shown. */
  second: string
}

export const noPassphrase = (): TypedPassphrase => ({
  isWanted: false,
  isShown: false,
  first: "",
  second: "",
})

/** Which of the two fields is wrong, and why. */
export interface PassphraseProblem {
  first?: string
  second?: string
}

/** Undefined where a file can be written with it. */
export function checkPassphrase(typed: TypedPassphrase): PassphraseProblem | undefined {
  if (!typed.isWanted) return undefined
  if (typed.first === "") return { first: words.empty }
  if (typed.first.length > PASSPHRASE_CHARACTERS_MAX) return { first: words.tooLong }
  return typed.isShown || typed.first === typed.second ? undefined : { second: words.differ }
}
