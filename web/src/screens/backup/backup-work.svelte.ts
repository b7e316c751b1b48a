/** A backup that somebody asked for: while it is written, and what came of it. It goes on when he leaves the page. */
import { onceEach } from "../once-each.ts"
import { get } from "svelte/store"
import { troubleOf, type BackupTrouble } from "../../backup/backup-trouble.ts"
import { canChooseFile } from "../../backup/file-access.ts"
import { wishForAll } from "../../backup/whole-backup.ts"
import type * as Engine from "../../backup/save-backup.ts"
import type { BackupWishes } from "../../backup/write-backup.ts"
import type { DoneBackup } from "../../ui/words/backup.ts"
import type { Tallybook } from "../context.ts"
import { offerBlob } from "../offer-file.ts"

export type BackupStep =
  | { kind: "idle" | "cancelled" }
  | { kind: "writing"; share: number }
  /** Written, and not given on yet: the browser wants another press, or shares no such file. */
  | { kind: "ready"; isRefused: boolean }
  | { kind: "done"; done: DoneBackup }
  | { kind: "failed"; trouble: BackupTrouble }

/** Undefined contracts: all that are here. */
export interface Asked {
  contracts?: readonly string[] | undefined
  passphrase?: string | undefined
}

type Kept = Engine.SavedBackup & { file: File }

export class BackupWork {
  step = $state.raw<BackupStep>({ kind: "idle" })
  private readonly tallybook: Tallybook
  private running: AbortController | undefined
  private kept: Kept | undefined

  constructor(tallybook: Tallybook) {
    this.tallybook = tallybook
  }

  /** Into a file that the person chooses; where the browser has no such choice, as a download. */
  download(asked: Asked = {}): Promise<void> {
    return this.write(asked, async (wishes, engine) => {
      const { device } = this.tallybook
      const saved = canChooseFile() ? await engine.saveToChosenFile(device, wishes) : "barred"
      if (saved === "cancelled") return { kind: "cancelled" }
      if (saved !== "barred") return this.finish(saved, "written")
      return this.giveAsDownload(await engine.saveForGivingOn(device, wishes))
    })
  }

  /** To whatever the device shares files with. */
  share(asked: Asked = {}): Promise<void> {
    return this.write(asked, async (wishes, engine) => {
      this.kept = await engine.saveForGivingOn(this.tallybook.device, wishes)
      // The press may be too long ago by now: then the browser wants another one.
      return this.offerToShare(this.kept, false)
    })
  }

  /** Once more, what is ready. */
  async shareReady(): Promise<void> {
    if (this.kept) this.step = await this.offerToShare(this.kept, true)
  }

  async downloadReady(): Promise<void> {
    if (this.kept) this.step = await this.giveAsDownload(this.kept)
  }

  cancel(): void {
    this.running?.abort()
  }

  /** What came of the last one is told no longer. */
  forget(): void {
    if (this.running) return
    this.kept = undefined
    this.step = { kind: "idle" }
  }

  private async write(
    asked: Asked,
    make: (wishes: BackupWishes, engine: typeof Engine) => Promise<BackupStep>,
  ): Promise<void> {
    if (this.running) return
    const running = new AbortController()
    this.running = running
    this.kept = undefined
    this.step = { kind: "writing", share: 0 }
    try {
      const engine = await import("../../backup/save-backup.ts")
      this.step = await make({ ...(await this.wishFor(asked)), signal: running.signal }, engine)
    } catch (failure) {
      this.step = running.signal.aborted
        ? { kind: "cancelled" }
        : { kind: "failed", trouble: troubleOf(failure) }
    } finally {
      this.running = undefined
    }
  }

  private async wishFor({ contracts, passphrase }: Asked): Promise<BackupWishes> {
    const { agency, label, store, secondCopy } = this.tallybook
    const whole = await wishForAll(store, { agency, label, stranded: get(secondCopy).stranded })
    return {
      ...whole,
      ...(contracts && { contracts }),
      ...(passphrase !== undefined && { passphrase }),
      progress: (share) => this.tellProgress(share),
    }
  }

  /** By hundredths: nobody sees more. */
  private tellProgress(share: number): void {
    const { step } = this
    if (step.kind !== "writing") return
    const rounded = Math.floor(share * 100) / 100
    if (rounded !== step.share) this.step = { kind: "writing", share: rounded }
  }

  private async giveAsDownload(kept: Kept): Promise<BackupStep> {
    offerBlob(kept.name, kept.file)
    return this.finish(kept, "downloaded")
  }

  private async offerToShare(kept: Kept, isPressed: boolean): Promise<BackupStep> {
    try {
      await navigator.share({ files: [kept.file] })
    } catch (failure) {
      if (!(failure instanceof DOMException || failure instanceof TypeError)) throw failure
      return { kind: "ready", isRefused: isPressed && failure.name !== "AbortError" }
    }
    return this.finish(kept, "shared")
  }

  private async finish(saved: Engine.SavedBackup, way: DoneBackup["way"]): Promise<BackupStep> {
    await saved.mark(way)
    const { name, size, operations } = saved
    return { kind: "done", done: { name, size, operations, way } }
  }
}

/** The same as long as the same person is signed in. */
export const backupWorkOf = onceEach((tallybook: Tallybook) => new BackupWork(tallybook))
