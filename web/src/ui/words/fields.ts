/** Words of fields that are more than a line of text. */
import { formatCount } from "../format.ts"

export const fieldWords = {
  chooseDate: "Choose date",
  chooseTime: "Choose time",
  choices: "Choices",
  noneFound: "Nothing is called that. Try a line, a number, or fewer words.",
} as const

export function countFound(count: number): string {
  return count === 1 ? "1 found." : `${formatCount(count)} found.`
}
