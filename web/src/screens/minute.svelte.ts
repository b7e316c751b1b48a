/** The time, for what is told as an age: it goes on while a page is looked at. */
import { useTallybook } from "./context.ts"

const EVERY_MS = 30_000

/** Call while a component is made. */
export function minute(): { readonly now: Date } {
  const { device } = useTallybook()
  let now = $state.raw(device.now())
  $effect(() => {
    const timer = setInterval(() => (now = device.now()), EVERY_MS)
    return () => clearInterval(timer)
  })
  return {
    get now() {
      return now
    },
  }
}
