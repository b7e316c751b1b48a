/** The one gate to the network: while it is closed not one request leaves, and what is on its way is ended. */

export interface Gate {
  isClosed(): boolean
  close(): void
  open(): void
  /** Aborted when the gate closes; a new one after it opens. */
  signal(): AbortSignal
}

export function makeGate(isClosed: boolean): Gate {
  let controller = new AbortController()
  if (isClosed) controller.abort()
  return {
    isClosed: () => controller.signal.aborted,
    close: () => controller.abort(),
    open: () => {
      if (controller.signal.aborted) controller = new AbortController()
    },
    signal: () => controller.signal,
  }
}
