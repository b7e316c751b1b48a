/** The place of a browser's second copy: files that outlive the tabs, and everything that befalls them. */
import type { Operation } from "../../../core/operation.ts"
import { JournalFailed, type Journal, type JournalContent } from "../../../store/journal.ts"
import { JournalFiles, journalFileName, type IfFree } from "../../../store/journal-files.ts"
import { encodeFrames } from "../../../store/journal-frames.ts"
import { MemoryFolder } from "../../../store/testing/memory-folder.ts"
import type { Life } from "./life.ts"

/** `full`: half of what is written fits. `fails`: the file cannot be written. `torn`: the tab is killed within a frame. */
export type JournalFault = "full" | "fails" | "torn"

export class SecondDisk {
  readonly folder = new MemoryFolder()
  private files = 0
  private uniting: Life | undefined

  /** A tab's own file, as the worker opens it. */
  async open(life: Life, tell: (fault: JournalFault) => void): Promise<TabJournal> {
    const journal = new TabJournal(this, this.newName(), life, tell)
    await journal.open()
    return journal
  }

  newName(): string {
    this.files += 1
    return journalFileName(`${this.files}`.padStart(4, "0"))
  }

  ifFree(life: Life): IfFree {
    return async (name, work) => {
      if (name !== "unite") return this.folder.isOpen(name) ? undefined : work()
      if (this.uniting && !this.uniting.isOver) return undefined
      this.uniting = life
      const done = await work()
      this.uniting = undefined
      return done
    }
  }

  /** What can be read of it, by whomever. */
  look(): Promise<JournalContent> {
    return new JournalFiles(this.folder.handle, "", async () => undefined).look()
  }
}

/** One tab's hold on it. What it is asked may be the last thing that the tab does. */
export class TabJournal implements Journal {
  /** What befalls the next append. */
  fault: JournalFault | undefined
  private readonly files: JournalFiles
  private readonly names: string[]
  private readonly disk: SecondDisk
  private readonly life: Life
  private readonly tell: (fault: JournalFault) => void

  constructor(disk: SecondDisk, own: string, life: Life, tell: (fault: JournalFault) => void) {
    this.disk = disk
    this.names = [own]
    this.life = life
    this.tell = tell
    this.files = new JournalFiles(disk.folder.handle, own, disk.ifFree(life))
  }

  open(): Promise<void> {
    return this.guard(() => this.files.open())
  }

  append(operations: readonly Operation[]): Promise<void> {
    return this.guard(async () => {
      const { fault } = this
      this.fault = undefined
      if (fault !== undefined) this.tell(fault)
      if (fault === "fails") throw new DOMException("It cannot be written.", "UnknownError")
      const frames = encodeFrames(operations)
      if (fault === "torn") return this.tear(frames)
      if (fault === "full") this.disk.folder.roomBytes = frames.length >> 1
      try {
        await this.files.append(operations)
      } finally {
        this.disk.folder.roomBytes = Infinity
      }
    })
  }

  look(): Promise<JournalContent> {
    return this.guard(() => this.files.look())
  }

  find(ids: readonly string[]): Promise<Operation[]> {
    return this.guard(() => this.files.find(ids))
  }

  nameDevice(device: string): Promise<void> {
    return this.guard(() => this.files.nameDevice(device))
  }

  unite(): Promise<void> {
    return this.guard(async () => {
      const united = this.disk.newName()
      this.names.push(united)
      await this.files.unite(united)
    })
  }

  /** The tab goes, and with it its hold on the files. */
  close(): void {
    for (const name of this.names) if (this.disk.folder.isOpen(name)) this.disk.folder.kill(name)
  }

  private async tear(frames: Uint8Array): Promise<never> {
    this.disk.folder.tear(this.names[0]!, frames.subarray(0, frames.length - 1))
    this.life.kill()
    return this.life.step() as Promise<never>
  }

  /** As the worker answers: done, or failed in words. */
  private async guard<T>(work: () => Promise<T>): Promise<T> {
    await this.life.step()
    try {
      return await work()
    } catch (failure) {
      throw new JournalFailed(String(failure))
    } finally {
      await this.life.step()
    }
  }
}
