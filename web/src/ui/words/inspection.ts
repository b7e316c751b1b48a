/** What a day of inspection says. */
import { sayCount } from "../figures.ts"

const entries = (count: number): string => (count === 1 ? "1 entry" : `${sayCount(count)} entries`)

export const inspectionWords = {
  title: "Inspection",
  previousDay: "Previous day",
  nextDay: "Next day",
  today: "Today",
  calendar: "Calendar",
  closeCalendar: "Close calendar",
  previousMonth: "Previous month",
  nextMonth: "Next month",
  dayEntries: entries,
  tabs: "What was written on this day",
  notes: "Notes",
  transactions: "Transactions",
  addNote: "Add Note",
  addTransaction: "Add Transaction",
  noNotes: "No notes on this day.",
  noNotesNext: "Add Note keeps what you saw: work, weather, people, traffic. “Nothing to report” counts too.",
  noTransactions: "No transactions on this day.",
  noTransactionsNext: "Add Transaction records a quantity of one item: what was built today, and where.",
  readingOnly: "You may read this contract. Entries are made by people with the Inspection right on it.",
  closed: "This contract is closed. What you add is kept with its date, and the office decides about it.",
  halfTyped: {
    note: "A half-typed note of this day is kept.",
    transaction: "A half-typed transaction of this day is kept.",
  },
  goOn: "Go on typing",
  others: (names: string): string => `${names}: unsent entries that are not shown here yet.`,
  notHere: "This contract is not on this device.",
  notHereOffline:
    "There is no connection to fetch it. Connect and open it again, or check it out before you go to the field.",
  notHereWorkOffline:
    "Work Offline is on, so nothing is fetched. Turn it off in the user menu, or check contracts out before you go to the field.",
  notHereRefused: "Ask your office for the Inspection right on this contract, and look whether the address is right.",
  notHereFailed: "Fetching it did not work this time. Nothing is lost.",
  fetching: "Fetching the contract to this device…",
  fetched: (done: number, total: number): string => `${sayCount(done)} of ${sayCount(total)} records`,
  tryAgain: "Try Again",
  toContracts: "Contracts",
  toCheckout: "Contract Offline Checkout",
  noSuchDay: "The address names a day that is not in the calendar.",
  savedNote: "Note saved on this device.",
  savedTransaction: (quantity: string, what: string): string => `Saved on this device: ${quantity}, ${what}.`,
}
