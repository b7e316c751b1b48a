/** What a screen shows of the store: read at once, and again whenever any tab has written what it is made of. */
import type { Store } from "../store/store.ts"
import type { TableName } from "../store/tables.ts"
import { useTallybook } from "./context.ts"

/** A pull writes page after page: a screen follows it without reading the same thing ten times a second. */
const REREAD_MS = 120
const ENTRY_TABLES: readonly TableName[] = ["contracts", "records", "held", "unconfirmed"]

export interface Live<T> {
  /** Undefined until it was read for the first time. */
  readonly current: T | undefined
  /** Why it could not be read; nothing is lost by that. */
  readonly failure: Error | undefined
}

/**
 * Read now, after each write to `tables`, and when something reactive that `read` looks at before its
 * first `await` changes. Call while a component is made. What comes late for an older question is dropped.
 */
export function live<T>(
  read: (store: Store) => Promise<T>,
  tables: readonly TableName[] = ENTRY_TABLES,
): Live<T> {
  const { store } = useTallybook()
  let current = $state.raw<T>()
  let failure = $state.raw<Error>()

  $effect(() =>
    follow(store, tables, () => read(store), {
      found: (value) => {
        current = value
        failure = undefined
      },
      failed: (wrong) => (failure = wrong),
    }),
  )

  return {
    get current() {
      return current
    },
    get failure() {
      return failure
    },
  }
}

interface Listener<T> {
  found: (value: T) => void
  failed: (failure: Error) => void
}

/** Returns how to stop it; nothing is told after that. */
function follow<T>(
  store: Store,
  tables: readonly TableName[],
  read: () => Promise<T>,
  listener: Listener<T>,
): () => void {
  const state = { isOver: false, isReading: false, isStale: false }
  let timer: ReturnType<typeof setTimeout> | undefined

  const look = (): void => {
    timer = undefined
    state.isReading = true
    state.isStale = false
    read()
      .then(
        (value) => !state.isOver && listener.found(value),
        (wrong: unknown) =>
          !state.isOver && listener.failed(wrong instanceof Error ? wrong : new Error(String(wrong))),
      )
      .finally(() => {
        state.isReading = false
        if (state.isStale && !state.isOver) later()
      })
  }
  const later = (): void => {
    if (state.isReading) state.isStale = true
    else timer ??= setTimeout(look, REREAD_MS)
  }

  look()
  const unsubscribe = store.subscribe((change) => {
    if (change.tables.some((name) => tables.includes(name))) later()
  })
  return () => {
    state.isOver = true
    clearTimeout(timer)
    unsubscribe()
  }
}
