/** What is wrong with a field, said beside it: what it is, and how to put it right. */
import type { Problem, Problems } from "../../core/checks.ts"
import { formatCount } from "../format.ts"

const NEEDED: Readonly<Record<string, string>> = {
  item: "Choose the item.",
  work_date: "Say which day it was.",
  quantity: "Say how much was done.",
  note_type: "Choose what kind of note it is.",
  text: "Write what you saw.",
  reason: "Say why.",
}

/** `typed` is what stands in the field; of an item what was looked for. */
export function describeProblem(problem: Problem, field: string, typed = ""): string {
  switch (problem.code) {
    case "needed":
      return describeNeeded(field, typed)
    case "too_long":
      return `This is ${formatCount(problem.length)} characters long, and there is room for ${formatCount(problem.most)}. Shorten it.`
    case "not_a_number":
      return /\d,\d/.test(typed)
        ? "Leave the comma out: it could mean two things. Decimals follow a point, such as 412.65."
        : "This is not a number. Use digits and a point, such as 412.65."
    case "zero":
      return "Zero is no quantity. Say how much was done; what is taken back begins with a minus."
    case "too_large":
      return "This is too large: at most 12 digits before the point."
    case "too_many_decimals":
      return describeDecimals(problem)
    case "no_such_date":
      return "There is no such day. Type it as 2026-11-19, or choose it."
    case "not_a_time":
      return "There is no such time. Type it as 14:05 or 2:05 pm."
    case "not_a_choice":
      return "Choose one of the list."
    case "unknown_item":
      return "This item is not on this device. Choose another one, or sync first."
    case "voided_item":
      return "This item was taken out of the contract. Choose another one."
    case "not_text":
      return "This cannot be kept as text."
    case "strange_character":
      return "There is a character in it that cannot be kept. Type it afresh."
  }
}

function describeNeeded(field: string, typed: string): string {
  if (field === "item" && typed.trim() !== "") return "Nothing is chosen yet. Choose an item of the list."
  return NEEDED[field] ?? "Fill this in."
}

function describeDecimals({ most, decimals }: Extract<Problem, { code: "too_many_decimals" }>): string {
  return `This item takes ${countDecimals(most)}; there are ${formatCount(decimals)} here.`
}

/** "2 decimals", "1 decimal", "no decimals". */
export function countDecimals(most: number): string {
  if (most === 0) return "no decimals"
  return most === 1 ? "1 decimal" : `${formatCount(most)} decimals`
}

/** "ton, up to 2 decimals" */
export function describeAccuracy(unit: string, accuracy: number): string {
  const decimals = accuracy === 0 ? "whole numbers" : `up to ${countDecimals(accuracy)}`
  return [unit, decimals].filter(Boolean).join(", ")
}

/** Said once, beside Save. */
export function countProblems(problems: Problems): string {
  const count = Object.keys(problems).length
  return count === 1
    ? "One field needs another look. Nothing is lost."
    : `${formatCount(count)} fields need another look. Nothing is lost.`
}
