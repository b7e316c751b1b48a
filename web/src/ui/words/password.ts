/** Words of the page to change one's password. */
import type { ChangePasswordReply } from "../../wire/session.ts"

export const passwordWords = {
  title: "Change password",
  lead: "Other devices of yours have to sign in again; what is on them stays.",
  current: "Current password",
  next: "New password",
  again: "New password again",
  change: "Change password",
  changed: "Your password is changed.",
  changedMore: "Use the new one from now on.",
  toContracts: "Contracts",
  needed: "This is needed.",
  differs: "The two new passwords are not the same.",
  same: "This is the password that you have now.",
  needsConnection: "Changing the password needs a connection.",
  workOffline: "Work Offline is on. Turn it off to change the password.",
  noConnection: "There is none now. Come back when there is; your old password stays good.",
  turnOff: "Turn Work Offline off",
} as const

export type PasswordField = "current" | "next" | "again"
export type PasswordProblems = Partial<Record<PasswordField, string>>

/** What can be said before the office is asked. */
export function checkPasswords(typed: Readonly<Record<PasswordField, string>>): PasswordProblems {
  const problems: PasswordProblems = {}
  for (const field of ["current", "next", "again"] as const) {
    if (typed[field] === "") problems[field] = passwordWords.needed
  }
  if (typed.next !== "" && typed.again !== "" && typed.next !== typed.again)
    problems.again = passwordWords.differs
  if (typed.next !== "" && typed.next === typed.current) problems.next = passwordWords.same
  return problems
}

/** The office's own sentences, each at its field. */
export function placeProblems(
  refused: readonly { field: "current" | "next"; sentence: string }[],
): PasswordProblems {
  const problems: PasswordProblems = {}
  for (const { field, sentence } of refused) {
    problems[field] = problems[field] === undefined ? sentence : `${problems[field]} ${sentence}`
  }
  return problems
}

/** Why it did not go through: whatever it is, the old password stays good. */
export function describePasswordFailure(
  reply: Exclude<ChangePasswordReply, { kind: "changed" | "refused" }>,
): string {
  switch (reply.kind) {
    case "work_offline":
      return passwordWords.workOffline
    case "no_network":
      return "The office did not answer. Perhaps the new password is set already: if the old one is refused, use the new one."
    case "not_the_server":
      return "Something else answered, as a hotel's network does before one signs in to it. Your old password stays good."
    case "not_signed_in":
      return "Your sign-in has ended. Sign in again, then change the password."
    case "busy":
      return "The office's computer is busy, or there were too many tries. Wait a minute, then try again."
    case "forbidden":
      return [reply.title, reply.remedy].filter(Boolean).join(" ")
    case "too_large":
      return "This password is too long."
    case "diverged":
      return "The office's computer did not understand. Reload the page and try again."
    case "failed":
      return (
        [reply.title, reply.remedy].filter(Boolean).join(" ") ||
        `It was not changed. Tell your administrator: ${reply.code}.`
      )
  }
}
