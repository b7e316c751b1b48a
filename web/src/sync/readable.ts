/** A value that tells when it changes: Svelte's store contract, without Svelte. */
import type { ReadableState } from "./sync-service.ts"

export interface Changeable<T> extends ReadableState<T> {
  get(): T
  change(patch: Partial<T>): void
  replace(value: T): void
}

export function changeable<T extends object>(first: T): Changeable<T> {
  let value = first
  const listeners = new Set<(value: T) => void>()
  const replace = (next: T): void => {
    value = next
    for (const listener of [...listeners]) listener(value)
  }
  return {
    get: () => value,
    change: (patch) => replace({ ...value, ...patch }),
    replace,
    subscribe: (run) => {
      listeners.add(run)
      run(value)
      return () => listeners.delete(run)
    },
  }
}
