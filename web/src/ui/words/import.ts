/** Words of the page that makes a contract out of a file of its items. */
import type { ImportChoice, ImportItem, ImportPreview, ImportRefusal } from "../../wire/imports.ts"
import type { Failure } from "../../wire/replies.ts"
import { formatAmount, formatBytes, formatCount, formatQuantity } from "../format.ts"

export const importWords = {
  title: "Import a Contract",
  lead: "A file of the contract's items makes the contract. You see what is in it before anything is saved.",
  officeOnlyTitle: "Contracts are imported by the office.",
  officeOnly:
    "Ask your office, or an administrator. The contract appears in your list once you are assigned to it.",
  needsConnection: "Importing needs a connection.",
  workOffline: "Work Offline is on. Turn it off to import; what you typed stays.",
  noConnection: "There is none now. What you typed stays; go on when there is one.",
  turnOff: "Turn Work Offline off",
  step1: "1. The file",
  step2: "2. What is in it",
  step3: "3. The contract",
  choose: "Choose a file",
  chooseOther: "Choose another file",
  folder: "That is a folder. Choose the file in it.",
  drop: "or drop it here. CSV, XLS or XLSX, also as .gz; up to 16 MB.",
  again: "Try again",
  sending: "Sending the file and reading it",
  making: "Making the contract",
  sheet: "Sheet",
  accuracy: "Accuracy",
  accuracyHint: "How many decimals a quantity may have.",
  columns: "Headings found",
  unused: "Not used",
  projects: "Projects",
  project: "Project",
  noProject: "None in the file: it becomes the contract's number",
  primary: "primary",
  items: "Items",
  problems: "Rows that must be put right first",
  problemsMore: "Correct them in the file and choose it again. Nothing is saved until every row is right.",
  warnings: "Good to know",
  row: "Row",
  line: "Line",
  itemNumber: "Item",
  description: "Description",
  quantity: "Quantity",
  unitPrice: "Unit price",
  amount: "Amount",
  total: "Total",
  number: "Contract number",
  name: "Contract name",
  primeContractor: "Prime contractor",
  primeHint: "May stay empty.",
  make: "Make the contract",
  needed: "This is needed.",
  notKept:
    "This device could not keep what you typed as a draft: do not close the page before the contract is made.",
  notReadyChoice: "Choose above first.",
  notReadyRows: "The rows above must be put right first.",
  made: "The contract is made.",
  toContracts: "Contracts",
  unreadableHere:
    "The browser could not read this file. Perhaps it was moved or is open elsewhere; choose it again.",
  emptyFile: "This file is empty. Choose another one.",
} as const

export const NUMBER_MAX = 40
export const TEXT_MAX = 200

export function describeFile(name: string, bytes: number): string {
  return `${name}, ${formatBytes(bytes)}`
}

/** The limit is counted as computers do: 16 MB are 16,777,216 bytes. */
export function describeTooLargeFile(bytes: number, bytesMax: number): string {
  const megabytes = (count: number): string => `${Math.ceil((count * 10) / 1_048_576) / 10} MB`
  return `This file has ${megabytes(bytes)}; an import takes ${megabytes(bytesMax)}. Keep only the rows and columns of this contract in it.`
}

/** "Item number: Pay Item (column A)". */
export function describeColumn({ title, heading, letter }: ImportPreview["columns"][number]): {
  title: string
  where: string
} {
  return { title: capitalise(title), where: `${heading} (column ${letter})` }
}

export const capitalise = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

export const describeValue = ({ value, rows }: ImportChoice["values"][number]): string =>
  `${value} (${rows === 1 ? "1 row" : `${formatCount(rows)} rows`})`

/** Nothing chosen yet, or all of them where that makes a contract too. */
export const describeNoChoice = ({ part, needed, title }: ImportChoice): string =>
  part === "project" && !needed ? "All Projects" : `Choose the ${title}`

export function describeLeftOut({ leftOut, title }: ImportChoice): string | undefined {
  return leftOut === 0
    ? undefined
    : `${formatCount(leftOut)} more have no room here: keep only the rows of this contract in the file, or choose above the ${title} first.`
}

export function describeAccuracy(accuracy: string, isInFile: boolean): string {
  if (accuracy === "") return isInFile ? "As the file says, else by unit" : "By unit"
  const decimals = accuracy === "1" ? "1 decimal" : `${accuracy} decimals`
  return isInFile ? `As the file says, else ${decimals}` : `${decimals} for every item`
}

/** "79 items, 7,633,084.20 in all". */
export function describeTotal({ count, total }: Pick<ImportPreview, "count" | "total">): string {
  return `${count === 1 ? "1 item" : `${formatCount(count)} items`}, ${formatAmount(total)} dollars in all`
}

export function describeBadRows(count: number): string {
  return count === 1 ? "1 row cannot be read" : `${formatCount(count)} rows cannot be read`
}

export const describeRow = (row: number): string => `Row ${row}`

export const describeShown = (shown: number, count: number): string =>
  shown >= count
    ? `All ${formatCount(count)} are shown.`
    : `The first ${formatCount(shown)} of ${formatCount(count)} are shown.`

export const nameShowMore = (left: number, step: number): string =>
  left <= step ? "Show all" : `Show ${formatCount(step)} more`

/** "48,120 SYD". */
export const describeQuantity = ({ quantity, unit }: ImportItem): string =>
  [formatQuantity(quantity), unit].filter(Boolean).join(" ")

/** A unit price has its cents, and more decimals where it was bid so. */
export const describeUnitPrice = ({ unitPrice }: ImportItem): string => formatQuantity(unitPrice, 2)

export function describeProject({ title, items, total }: ImportPreview["projects"][number]): string {
  const sum = describeTotal({ count: items, total })
  return title ? `${title}; ${sum}` : sum
}

export type ContractField = "number" | "name" | "primeContractor"
export type ContractProblems = Partial<Record<ContractField, string>>

/** What can be said before the office is asked. */
export function checkNewContract(typed: Readonly<Record<ContractField, string>>): ContractProblems {
  const problems: ContractProblems = {}
  for (const field of ["number", "name"] as const) {
    if (typed[field].trim() === "") problems[field] = importWords.needed
  }
  for (const [field, max] of [
    ["number", NUMBER_MAX],
    ["name", TEXT_MAX],
    ["primeContractor", TEXT_MAX],
  ] as const) {
    if (Array.from(typed[field].trim()).length > max) problems[field] = `At most ${max} characters.`
  }
  return problems
}

/** The server's sentences, each at its field; undefined where it speaks of something else. */
export function placeRefusal({ code, title, fields }: ImportRefusal): ContractProblems | undefined {
  if (code === "contract_number_taken") return { number: title }
  if (code !== "contract_fields_refused") return undefined
  const { number, name, prime_contractor: primeContractor } = fields
  return {
    ...(number !== undefined && { number }),
    ...(name !== undefined && { name }),
    ...(primeContractor !== undefined && { primeContractor }),
  }
}

/** Why the office's computer was not reached or did not answer; `isMaking`: whether something may be saved. */
export function describeImportFailure(failure: Failure, isMaking: boolean): { title: string; text: string } {
  const nothing = isMaking ? "What you typed stays." : "Nothing was saved; the file stays chosen."
  switch (failure.kind) {
    case "work_offline":
      return { title: "Work Offline is on.", text: `Turn it off to go on. ${nothing}` }
    case "no_network":
      return {
        title: "The office did not answer.",
        text: isMaking
          ? "Perhaps the contract is made already: look in Contracts before you try again. Trying again makes no second one."
          : `Check the connection, then try again. ${nothing}`,
      }
    case "not_the_server":
      return {
        title: "Something else answered.",
        text: `As a hotel's network does before one signs in to it. ${nothing}`,
      }
    case "not_signed_in":
      return { title: "Your sign-in has ended.", text: `Sign in again, then go on. ${nothing}` }
    case "busy":
      return { title: "The office's computer is busy.", text: `Try again in a moment. ${nothing}` }
    case "too_large":
      return {
        title: "This file is too large.",
        text: "Keep only the rows and columns of this contract in it, then choose it again.",
      }
    case "forbidden":
      return {
        title: failure.title || importWords.officeOnlyTitle,
        text: failure.remedy || importWords.officeOnly,
      }
    case "diverged":
      return { title: "The office's computer did not understand.", text: "Reload the page and try again." }
    case "failed":
      return {
        title: failure.title || "It did not go through.",
        text: failure.remedy || `Tell your administrator: ${failure.code}. ${nothing}`,
      }
  }
}
