/** Words of a day of inspection and of its forms. */
import type { DayTab } from "../navigation/routes.ts"
import { formatCount, formatDate, formatInstant, formatQuantity, formatTime } from "../format.ts"
import { countEntries } from "./sync.ts"
import { describeAccuracy } from "./problems.ts"

export const dayWords = {
  previousDay: "Previous day",
  nextDay: "Next day",
  today: "Today",
  goToToday: "Go to today",
  calendar: "Calendar",
  chooseDay: "Choose a day",
  previousMonth: "Previous month",
  nextMonth: "Next month",
  close: "Close",
  tabs: "Entries of the day",
  voids: "Void",
  noSuchDay: "There is no such day",
  noSuchDayMore: "Perhaps the address was cut short.",
  closed: "This contract is closed. What you type is kept and sent; your office decides what becomes of it.",
  readOnly: "You may read this contract, not write in it",
  readOnlyMore: "Your office gives the Inspection right.",
  notListed:
    "This contract is no longer on your list. What you type is kept and sent; your office decides what becomes of it.",
} as const

export const tabWords: Readonly<Record<DayTab, string>> = { notes: "Notes", transactions: "Transactions" }

export const addWords: Readonly<Record<DayTab, string>> = {
  notes: "Add Note",
  transactions: "Add Transaction",
}

/** "2 notes": what a tab's number counts. */
export function countOf(tab: DayTab, count: number): string {
  const one = tab === "notes" ? "note" : "transaction"
  return `${count === 0 ? "no" : formatCount(count)} ${one}${count === 1 ? "" : "s"}`
}

/** Nothing on a day: what to do next. */
export function describeEmptyDay(
  tab: DayTab,
  date: string,
  mayAdd: boolean,
): { title: string; more: string } {
  const title = tab === "notes" ? "No notes on this day yet" : "No transactions on this day yet"
  if (!mayAdd)
    return { title, more: "You may read this contract. The calendar marks the days that have entries." }
  const more =
    tab === "notes"
      ? `Press Add Note to write what you saw on ${formatDate(date, "weekday")}. Nothing to report is a note too.`
      : `Press Add Transaction to say how much of an item was done on ${formatDate(date, "weekday")}.`
  return { title, more }
}

/** A day in the calendar, read aloud: "Thursday, Nov 19, 2026, 2 notes, 4 transactions". */
export function nameCalendarDay(
  date: string,
  counts: { notes: number; transactions: number } | undefined,
  isToday: boolean,
): string {
  return [
    formatDate(date),
    isToday && "today",
    counts && counts.notes > 0 && countOf("notes", counts.notes),
    counts && counts.transactions > 0 && countOf("transactions", counts.transactions),
  ]
    .filter(Boolean)
    .join(", ")
}

/** Who also changed an entry, and what that means. */
export function describeBeside(names: readonly string[], isImagined: boolean): string {
  if (isImagined) return "it counts when somebody has decided"
  const who = names.length === 0 ? "there" : names.join(" and ")
  return names.length === 0 ? `${who} is another version of it` : `${who} also changed it`
}

export const formWords = {
  save: "Save",
  saveAnother: "Save, add another",
  download: "Download this entry",
  goBack: "Go back",
  back: "Back to the day",
  backToEntry: "Back to the entry",
  clear: "Clear the form",
  cleared: "The form is cleared.",
  undo: "Undo",
  notKept: "What you are typing could not be kept for later, should this page close. Save it soon.",
  wholeContract: "The whole contract",
  noSide: "None",
  itemPlaceholder: "Line, number or words",
  itemHint: "Type a line, a number or words.",
  lately: "Used lately",
  quantityHint: "The item says in which unit.",
  timeHint: "Such as 14:05.",
  dateHint: "As 2026-11-19, 11/19 or Nov 19.",
  stationHint: "Such as 12+50.",
  stationFromHint: "Such as 12+50.",
  documentationHint: "How the quantity came about: tickets, measurements, who measured.",
  reasonHint: "Another person wrote this. It is kept in the history.",
  reasonHintOwn: "It is kept in the history.",
  overTail: "You can save it.",
} as const

/** "Restored what you had typed at 2:40 PM." With its date where that is another than the day that was opened. */
export function describeRestored(typedAt: string, now: Date, date: string, openedDate: string): string {
  const when = typedAt === "" ? "" : ` at ${formatInstant(typedAt, now)}`
  const other =
    date !== "" && date !== openedDate ? ` Its date is ${formatDate(date, "weekday")}; look at it first.` : ""
  return `Restored what you had typed${when}.${other}`
}

/** What a date field says below itself. */
export function describeTypedDate(date: string, today: string): string {
  const long = formatDate(date)
  if (long === date) return formWords.dateHint
  if (date === today) return `${long}, today`
  return date > today ? `${long}, still to come` : long
}

export function describeTypedTime(time: string): string {
  const shown = formatTime(time)
  return shown === time ? formWords.timeHint : shown
}

export function describeQuantityField(item: { unit: string; accuracy: number } | undefined): string {
  return item ? describeAccuracy(item.unit, item.accuracy) : formWords.quantityHint
}

/** Kept in the documentation beside the rounded figure. */
export function describeTypedQuantity(typed: string, unit: string): string {
  return `Typed as ${[typed.trim(), unit].filter(Boolean).join(" ")}, rounded.`
}

export function offerRounded(rounded: string, unit: string): string {
  return `Use ${formatQuantity(rounded)} ${unit} and keep what I typed in Documentation`
}

/** "4,250 ton on contract, 3,859 used, 391 remaining." */
export function describeItemFigures(total: {
  item: { unit: string; quantity: string }
  used: string
  remaining: string
}): string {
  const left = total.remaining.startsWith("-")
    ? `over by ${formatQuantity(total.remaining.slice(1))}`
    : `${formatQuantity(total.remaining)} remaining`
  return `${formatQuantity(total.item.quantity)} ${total.item.unit} on contract, ${formatQuantity(total.used)} used, ${left}.`
}

/** "21.65 ton over the contract quantity." and what that rests on. */
export function describeOverRun(
  run: { over: string; contract: string; used: string },
  unit: string,
  freshness: string,
): { title: string; text: string } {
  return {
    title: `${formatQuantity(run.over)} ${unit} over the contract quantity.`,
    text: `${formatQuantity(run.contract)} on contract, ${formatQuantity(run.used)} used with this device's entries. ${freshness} ${formWords.overTail}`,
  }
}

/** How old the figures are, and who else has entries that are in none of them. */
export function describeFreshness(
  lastSyncAt: string | undefined,
  others: readonly { personName: string; waiting: number }[],
  now: Date,
): string {
  const figures = lastSyncAt ? `Figures of ${formatInstant(lastSyncAt, now)}.` : "Never synced yet."
  const unsent = others.filter(({ waiting }) => waiting > 0)
  if (unsent.length === 0) return figures
  const names = [...new Set(unsent.map(({ personName }) => personName))]
  return `${figures} ${names.join(", ")} ${names.length === 1 ? "has" : "have"} unsent entries.`
}

/** What was saved, while the form goes on with the next one. */
export function describeSaved(what: string, date: string): string {
  return `Saved on this device: ${what}, ${formatDate(date, "weekday")}.`
}

/** A note's first words stand for it. */
export function shortenNote(text: string): string {
  const line = text.trim().split("\n")[0] ?? ""
  return line.length > 60 ? `${line.slice(0, 59).trimEnd()}…` : line
}

/** What to call the entries of a day on paper. */
export function describePrinted(tab: DayTab, count: number): string {
  return `${tabWords[tab]}: ${countEntries(count)}`
}
