/** Why the office's computer was not reached, or did not do what was asked. */
import type { Failure } from "../../wire/replies.ts"

export interface SaidFailure {
  title: string
  text: string
}

/** `safe` says what of the person's is safe: a sentence of the page that asked. */
export function describeFailure(failure: Failure, safe: string): SaidFailure {
  switch (failure.kind) {
    case "work_offline":
      return { title: "Work Offline is on.", text: `Turn it off to go on. ${safe}` }
    case "no_network":
      return { title: "The office did not answer.", text: `Check the connection, then try again. ${safe}` }
    case "not_the_server":
      return {
        title: "Something else answered.",
        text: `As a hotel's network does before one signs in to it. ${safe}`,
      }
    case "not_signed_in":
      return { title: "Your sign-in has ended.", text: `Sign in again, then go on. ${safe}` }
    case "busy":
      return { title: "The office's computer is busy.", text: `Try again in a moment. ${safe}` }
    case "too_large":
      return { title: "This is too much for one request.", text: `Choose less at once. ${safe}` }
    case "forbidden":
      return { title: failure.title || "You have no right to do this.", text: failure.remedy }
    case "diverged":
      return { title: "The office's computer did not understand.", text: `Reload the page. ${safe}` }
    case "failed":
      return {
        title: failure.title || "It did not go through.",
        text: failure.remedy || `Tell your administrator: ${failure.code}. ${safe}`,
      }
  }
}
