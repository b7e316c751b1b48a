/** Chance that one seed always gives in the same order. */

export class Chance {
  private state: number

  constructor(seed: number, name = "") {
    this.state = seed | 0
    for (const letter of name) this.state = Math.imul(this.state ^ letter.charCodeAt(0), 0x01000193)
    if (name !== "") this.below(2)
  }

  /** A whole number from 0, smaller than `end` (mulberry32). */
  below(end: number): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % end
  }

  /** Whether something happens that happens so many times in a hundred. */
  strikes(percent: number): boolean {
    return this.below(100) < percent
  }

  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)]!
  }

  fill(bytes: Uint8Array): Uint8Array {
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = this.below(256)
    return bytes
  }
}
