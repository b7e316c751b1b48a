/** What Needs Attention says: why something is held, and what deciding does. */
import { sayCount } from "../figures.ts"

/** One heading, what happened and what is safe, and what to do next. */
export interface HeldWords {
  title: string
  why: string
  next: string
}

const reasons: Record<string, HeldWords> = {
  conflict: {
    title: "Two people changed the same entry",
    why: "Both changes are safe at the office. The one that arrived first counts until somebody decides.",
    next: "Look at both and choose.",
  },
  missing_record: {
    title: "It changes something that has not arrived",
    why: "The entry or the item it belongs to is still on another device. Nothing is lost.",
    next: "It waits by itself and goes on as soon as the other device syncs. There is nothing to decide.",
  },
  missing_base: {
    title: "It builds on a change that has not arrived",
    why: "An earlier change, on which this one was typed, is still on another device. Nothing is lost.",
    next: "It waits by itself and goes on as soon as the other device syncs. There is nothing to decide.",
  },
  missing_target: {
    title: "It decides something that has not arrived",
    why: "The entry that this decision is about is still on another device. Nothing is lost.",
    next: "It waits by itself and goes on as soon as the other device syncs. There is nothing to decide.",
  },
  id_reused: {
    title: "Another entry carries the same identity",
    why: "A copied or damaged device may have sent it. It is safe at the office beside the first one.",
    next: "If it is a real entry, apply it; if it is a double, set it aside.",
  },
  invalid: {
    title: "A value that cannot be kept as it is",
    why: "It is safe at the office, as typed, and does not count yet.",
    next: "Correct the values and apply them, or set the change aside.",
  },
  paid: {
    title: "The entry is already in a payment",
    why: "What was paid is not changed afterwards. The change is safe at the office.",
    next: "The office sets it aside, or makes an adjustment of the difference.",
  },
  contract_closed: {
    title: "The contract is closed",
    why: "The fact is kept, with its work date. It does not count yet.",
    next: "The office decides whether it still counts.",
  },
  forbidden: {
    title: "The office keeps it for a decision of its own",
    why: "You had no right to write on this contract when it arrived. It is safe at the office and does not count.",
    next: "Ask your office: it can hand the entry to the contract or set it aside. There is nothing to decide here.",
  },
  unknown_type: {
    title: "A kind of entry that the office does not know yet",
    why: "This device is newer than the office’s server. The entry is safe there.",
    next: "It waits by itself until the server is updated. There is nothing to decide.",
  },
  unknown_schema: {
    title: "A kind of entry that the office does not know yet",
    why: "This device is newer than the office’s server. The entry is safe there.",
    next: "It waits by itself until the server is updated. There is nothing to decide.",
  },
  error: {
    title: "The office’s server stumbled over it",
    why: "The entry is safe at the office, as typed. The fault is not yours.",
    next: "It is tried again with the next update of the server. Tell your office if it stays.",
  },
}

const superseded: Record<string, HeldWords> = {
  already_decided: {
    title: "Somebody else had decided already",
    why: "Your decision arrived second and changed nothing. Both are kept in the history.",
    next: "Look at the entry: if it is not right, revise it.",
  },
  moved: {
    title: "The entry changed before your decision arrived",
    why: "Your decision changed nothing, and the question is still open.",
    next: "Look at the entry as it is now and decide again.",
  },
}

const other: HeldWords = {
  title: "The office holds it back",
  why: "It is safe at the office and does not count yet.",
  next: "The office decides.",
}

export const attentionWords = {
  title: "Needs Attention",
  count: (count: number): string => (count === 1 ? "1 entry waits for a decision" : `${sayCount(count)} entries wait for a decision`),
  none: "Nothing needs attention.",
  noneNext: "When two people change the same entry, or the office holds something back, it shows up here and stays until somebody decides.",
  reasonOf: (reason: string): HeldWords => reasons[reason] ?? superseded[reason] ?? other,
  quantityTitle: "Two people changed the same quantity",
  voidTitle: "One person voided what another one changed",
  bothVoidTitle: "One person changed what another one voided",
  step: (at: number, of: number): string => `${sayCount(at)} of ${sayCount(of)}`,
  keys: "↑ ↓ to step, 1 theirs, 2 mine, Enter to save",
  keysHint: "Keys: up and down arrow step through the list, 1 chooses theirs, 2 chooses mine, Enter saves.",
  list: "All that needs attention",
  previous: "Previous",
  next: "Next",
  field: "Field",
  base: "What both had seen",
  atOffice: (name: string, when: string): string => `At the office: ${name}, ${when}`,
  atOfficePlain: "At the office",
  yours: (when: string): string => `Yours: typed ${when}`,
  held: (name: string, when: string): string => `${name}: typed ${when}`,
  chosen: "chosen",
  changed: "changed",
  choose: "Use this",
  result: "Result",
  together: "A quantity and how it was measured are chosen together.",
  togetherNote: "A note is chosen as a whole.",
  reason: "Reason",
  reasonHint: "Why? It is kept in the history.",
  reasonMissing: "Write why. It is kept in the history, for the person who typed the other one.",
  saveResult: "Save the Result",
  keepTheirs: "Keep Theirs",
  keepMine: "Keep Mine",
  keepOf: (name: string): string => `Keep ${name}’s`,
  keepOffice: "Keep the Office’s",
  apply: "Apply",
  applyEdited: "Apply the Values",
  setAside: "Set Aside",
  later: "Later",
  decidedHere: "Decided here, waiting to be sent.",
  decidedApply: "Decided here: it counts. Waiting to be sent.",
  decidedSetAside: "Decided here: it is set aside. Waiting to be sent.",
  mayNot: "You can read both. The author of either version, or the office, decides.",
  mayNotOffice: "The office decides this one.",
  waitsByItself: "Waits by itself",
  told: "For your information",
  nothing: "nothing",
  voided: "void",
  counts: "counts",
  createdTitle: "What was typed",
  toEntry: "Open the entry",
  toItem: "Open the item",
  editTitle: "Correct the values",
  by: (name: string): string => `by ${name}`,
  you: "you",
  gone: "This is decided.",
  goneNext: "Somebody decided it, or it went on by itself. The entry shows how it stands now.",
  note: "Note",
  transaction: "Transaction",
  officeRecord: "Office record",
  contract: "Contract",
  done: "Decided. It is saved on this device.",
  nothingChosen: "Choose a version first.",
}
