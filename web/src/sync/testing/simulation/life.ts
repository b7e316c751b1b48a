/** The life of one tab: it may end between any two awaits, and nothing of it goes on after that. */

/** What stands in for the result of something that a tab did not live to see. */
export const KILLED = Symbol("killed")

const never = new Promise<never>(() => undefined)

export class Life {
  isOver = false
  private left = Infinity
  private end: () => void = () => undefined
  private readonly ended = new Promise<typeof KILLED>((resolve) => {
    this.end = () => resolve(KILLED)
  })

  /** Killed at this many steps from now: before or after some read, write or request. */
  endAfter(steps: number): void {
    this.left = steps
  }

  kill(): void {
    this.isOver = true
    this.end()
  }

  /** Stands at each await of the engine that reaches the disk or the network. A dead tab never comes back from it. */
  async step(): Promise<void> {
    if (this.isOver) return never
    this.left -= 1
    if (this.left > 0) return
    this.kill()
    return never
  }

  /** What comes first: the result, or the end of this life. */
  outlives<T>(work: Promise<T>): Promise<T | typeof KILLED> {
    return Promise.race([work, this.ended])
  }
}
