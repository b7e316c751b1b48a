/** What one page tells the next, once: the entry that was saved, a sentence. Nothing of it is kept. */
import { router } from "../../ui/navigation/router.svelte.ts"

export interface Arrival {
  /** The entry that the person comes from. */
  record?: string
  said?: string
}

interface Step {
  /** The address that shows what was left, spelled in full. */
  from: string
  to: string
}

let arrival: Arrival | undefined
let step: Step | undefined

/** Go to a form whose way back is the page that is left. */
export function goTo(to: string, from: string): void {
  step = { from, to }
  router.go(to)
}

/** Where the person came from to the page that is shown now; undefined: by its address. Ask once. */
export function takeFrom(): string | undefined {
  const taken = step?.to === router.path ? step.from : undefined
  step = undefined
  return taken
}

/** Leave a form that is over: no step back leads into it again. */
export function leaveTo(to: string, from: string | undefined, told: Arrival = {}): void {
  arrival = told
  if (from === to) history.back()
  else router.go(to, { replace: true })
}

export function takeArrival(): Arrival {
  const taken = arrival ?? {}
  arrival = undefined
  return taken
}
