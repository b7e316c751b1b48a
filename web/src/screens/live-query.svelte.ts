/** A read of the device's store that stays true: it runs again after each write of any tab. */
import { getApp } from "./app-context.ts"

export interface LiveQuery<T> {
  /** Undefined until the first read is done; the last good value while a new one is under way. */
  readonly value: T | undefined
  readonly error: unknown
}

export interface LiveQueryOptions {
  /** Run again for half-typed forms as well, which change with every key. */
  drafts?: boolean
}

/**
 * Call it while a component is made. `read` runs again when the store changes and when a reactive
 * value changes that it reads before its first `await`. Answers that came too late are dropped.
 */
export function liveQuery<T>(read: () => Promise<T>, options: LiveQueryOptions = {}): LiveQuery<T> {
  const { store } = getApp()
  let value = $state.raw<T | undefined>()
  let error = $state.raw<unknown>()

  $effect(() => {
    let [isRunning, isStale, isOver] = [false, false, false]
    const run = async (first: Promise<T>): Promise<void> => {
      isRunning = true
      for (let answer = first; !isOver; answer = read()) {
        isStale = false
        try {
          const found = await answer
          if (!isOver) [value, error] = [found, undefined]
        } catch (failure) {
          if (!isOver) error = failure
        }
        if (!isStale) break
      }
      isRunning = false
    }
    const stop = store.subscribe(({ tables }) => {
      if (!options.drafts && tables.every((table) => table === "drafts")) return
      if (isRunning) isStale = true
      else void run(read())
    })
    // Called here, and not later, so that the effect knows which reactive values it reads.
    void run(read())
    return () => {
      isOver = true
      stop()
    }
  })

  return {
    get value() {
      return value
    },
    get error() {
      return error
    },
  }
}
