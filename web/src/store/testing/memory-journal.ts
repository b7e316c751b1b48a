/** A journal in memory, which fails when a test says so. */
import type { Operation } from "../../core/operation.ts"
import { JournalFailed, type Journal } from "../journal.ts"
import { theOnlyDevice } from "../journal-files.ts"

export class MemoryJournal implements Journal {
  operations: Operation[] = []
  device: string | undefined
  fails = false
  unites = 0

  async append(operations: readonly Operation[]): Promise<void> {
    this.check()
    this.operations.push(...structuredClone(operations))
  }

  async look(): ReturnType<Journal["look"]> {
    this.check()
    const device = this.device ?? theOnlyDevice(this.operations)
    return {
      ids: this.operations.map((one) => one.id),
      lastNumber: Math.max(0, ...this.operations.map((one) => one.number)),
      ...(device !== undefined && { device }),
      unreadableBytes: 0,
    }
  }

  async find(ids: readonly string[]): Promise<Operation[]> {
    this.check()
    return this.operations.filter((one) => ids.includes(one.id))
  }

  async nameDevice(device: string): Promise<void> {
    this.check()
    this.device = device
  }

  async unite(): Promise<void> {
    this.unites += 1
  }

  close(): void {
    this.fails = true
  }

  private check(): void {
    if (this.fails) throw new JournalFailed("the journal of this test fails")
  }
}
