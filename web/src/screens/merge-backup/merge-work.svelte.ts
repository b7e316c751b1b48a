/** One backup file on its way to being merged: sent, looked at, merged part by part; the office's computer deletes it at the end. */
import { onceEach } from "../once-each.ts"
import { describeTooLarge, mergeBackupWords } from "../../ui/words/merge-backup.ts"
import { backupFileWords } from "../../ui/words/backup-file.ts"
import {
  BACKUP_BYTES_MAX,
  type BackupPreview,
  deleteBackup,
  type MergedContract,
  mergePart,
  previewBackup,
  type UploadedBackup,
  uploadBackup,
} from "../../wire/backups.ts"
import type { Connection } from "../../wire/connection.ts"
import type { Failure, Reply } from "../../wire/replies.ts"
import type { Tallybook } from "../context.ts"

export type MergeStage = "choosing" | "sending" | "locked" | "reading" | "shown" | "merging" | "merged"
type Working = "sending" | "reading" | "merging"

export class MergeWork {
  stage = $state<MergeStage>("choosing")
  file = $state.raw<File>()
  /** Why this file is not even sent. */
  fileProblem = $state("")
  /** Why it did not go on, and what was under way. */
  obstacle = $state.raw<{ failure: Failure; stage: Working }>()
  isLocked = $state(false)
  passphraseProblem = $state("")
  /** Of what is under way, from 0 to 1; of reading nobody can tell. */
  share = $state(0)
  preview = $state.raw<BackupPreview>()
  chosen = $state.raw<readonly string[]>([])
  takesDamaged = $state(false)
  /** What was merged so far. */
  merged = $state.raw<readonly MergedContract[]>([])
  /** Somebody ended it in the middle. */
  isInPart = $state(false)
  /** A part was asked for twice: its entries may have been new the first time. */
  hasRetried = $state(false)
  private uploaded: UploadedBackup | undefined
  private passphrase = ""
  /** Where the merge goes on. */
  private next: string | undefined
  private readonly connection: Connection
  /** Of the newest step: an older one that comes late changes nothing. */
  private step = new AbortController()

  constructor(connection: Connection) {
    this.connection = connection
  }

  get isUnderWay(): boolean {
    return this.stage === "sending" || this.stage === "reading" || this.stage === "merging"
  }

  /** The office has all of it. */
  get isAllKnown(): boolean {
    const contracts = this.preview?.contracts ?? []
    return contracts.length > 0 && contracts.every((one) => one.new + one.unclaimed === 0 && !one.isDamaged)
  }

  /** Of each damaged contract that was to be merged, how many entries could be read and were left out. */
  get leftOut(): Readonly<Record<string, number>> {
    const chosen = (this.preview?.contracts ?? []).filter(({ id }) => this.chosen.includes(id))
    const damaged = this.takesDamaged ? [] : chosen.filter((one) => one.isDamaged)
    return Object.fromEntries(damaged.map((one) => [one.id, one.operations - one.known]))
  }

  async take(file: File): Promise<void> {
    this.forget()
    this.file = file
    this.fileProblem =
      file.size > BACKUP_BYTES_MAX
        ? describeTooLarge(file.size)
        : file.size === 0
          ? mergeBackupWords.empty
          : ""
    if (!this.fileProblem) await this.send()
  }

  async send(): Promise<void> {
    const { file } = this
    if (!file) return
    const signal = this.begin("sending")
    const sent = (bytes: number): void => {
      if (!signal.aborted) this.share = Math.min(1, bytes / file.size)
    }
    const reply = await uploadBackup(this.connection, file, { sent, signal })
    // A stick that was pulled breaks the sending off as a lost network does.
    const isGone = reply.kind === "no_network" && !(await canBeRead(file))
    if (signal.aborted) {
      if (reply.kind === "ok") void deleteBackup(this.connection, reply.value.id)
      return
    }
    if (isGone) {
      this.fileProblem = mergeBackupWords.unreadable
      this.stage = "choosing"
      return
    }
    if (!this.hear(reply, "sending", "choosing")) return
    this.uploaded = reply.value
    this.isLocked = reply.value.isLocked
    if (this.isLocked) this.stage = "locked"
    else await this.read()
  }

  /** With the passphrase where it is locked. */
  async read(passphrase = this.passphrase): Promise<void> {
    const { uploaded } = this
    if (!uploaded) return
    this.passphraseProblem = ""
    this.passphrase = passphrase
    const signal = this.begin("reading")
    const reply = await previewBackup(this.connection, uploaded.id, passphrase, signal)
    if (signal.aborted) return
    if (reply.kind === "failed" && reply.code === "passphrase_wrong") {
      this.passphraseProblem = backupFileWords.passphraseWrong
      this.stage = "locked"
      return
    }
    if (!this.hear(reply, "reading", this.isLocked ? "locked" : "choosing")) return
    this.isLocked = false
    this.preview = reply.value
    this.chosen = reply.value.contracts.filter(({ operations }) => operations > 0).map(({ id }) => id)
    this.stage = "shown"
  }

  /** From the start, or from where it broke off. */
  async merge(): Promise<void> {
    const { uploaded } = this
    if (!uploaded || this.stage !== "shown" || this.chosen.length === 0) return
    if (this.obstacle?.stage === "merging") this.hasRetried = true
    const share = this.next === undefined ? 0 : this.share
    this.isInPart = false
    const signal = this.begin("merging")
    this.share = share
    const wishes = { passphrase: this.passphrase, contracts: this.chosen, damaged: this.takesDamaged }
    do {
      const reply = await mergePart(this.connection, uploaded.id, wishes, this.next, signal)
      if (signal.aborted || !this.hear(reply, "merging", "shown")) return
      this.merged = addUp(this.merged, reply.value.contracts)
      this.share = reply.value.done
      this.next = reply.value.next
    } while (this.next !== undefined)
    this.stage = "merged"
    this.remove()
  }

  /** What may go through another time; a file that was refused does not. */
  get canRetry(): boolean {
    const failure = this.obstacle?.failure
    return failure !== undefined && !this.isLocked && !isRefusal(failure)
  }

  /** From where it broke off. */
  retry(): Promise<void> {
    if (this.uploaded && this.preview) return this.merge()
    return this.uploaded ? this.read() : this.send()
  }

  choose(contract: string, isChosen: boolean): void {
    const others = this.chosen.filter((one) => one !== contract)
    this.chosen = isChosen ? [...others, contract] : others
    this.beginAnew()
  }

  takeDamaged(takes: boolean): void {
    this.takesDamaged = takes
    this.beginAnew()
  }

  cancel(): void {
    if (this.stage !== "merging") {
      this.forget()
      return
    }
    this.step.abort()
    this.stage = "shown"
    this.isInPart = true
    this.hasRetried = true
  }

  /** As before a file was chosen; nothing of it stays at the office. */
  forget(): void {
    this.step.abort()
    this.remove()
    this.stage = "choosing"
    this.file = this.obstacle = this.preview = undefined
    this.fileProblem = this.passphraseProblem = this.passphrase = ""
    this.isLocked = this.takesDamaged = this.isInPart = this.hasRetried = false
    this.merged = []
    this.next = undefined
  }

  /** The page is left: a merge goes on, and is told of on coming back; of anything else nothing stays. */
  leave(): void {
    if (this.stage !== "merging") this.forget()
  }

  private begin(stage: Working): AbortSignal {
    this.step.abort()
    this.step = new AbortController()
    this.stage = stage
    this.share = 0
    this.obstacle = undefined
    return this.step.signal
  }

  /** Another choice is another merge: its places are others, and what is merged is known by then. */
  private beginAnew(): void {
    this.next = undefined
    this.share = 0
  }

  private hear<T>(reply: Reply<T>, stage: Working, otherwise: MergeStage): reply is { kind: "ok"; value: T } {
    if (reply.kind === "ok") return true
    this.obstacle = { failure: reply, stage }
    this.stage = otherwise
    // Cleared by the office's computer meanwhile: it can only be sent again.
    if (reply.kind === "failed" && reply.code === "backup_not_found") this.lose()
    return false
  }

  private lose(): void {
    this.uploaded = this.preview = undefined
    this.isLocked = false
    this.next = undefined
    this.stage = "choosing"
  }

  private remove(): void {
    const { uploaded } = this
    this.uploaded = undefined
    if (uploaded) void deleteBackup(this.connection, uploaded.id)
  }
}

/** The same as long as the same person is signed in. */
export const mergeWorkOf = onceEach(({ connection }: Tallybook) => new MergeWork(connection))

async function canBeRead(file: Blob): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer()
    return true
  } catch (failure) {
    if (failure instanceof DOMException) return false
    throw failure
  }
}

const REPEATABLE = ["backup_not_found", "backup_upload_incomplete", "backup_no_room", "unreadable_answer"]

function isRefusal(failure: Failure): boolean {
  if (failure.kind === "failed") return !REPEATABLE.includes(failure.code)
  return failure.kind === "too_large" || failure.kind === "forbidden"
}

/** Parts of one contract are one contract. */
function addUp(sums: readonly MergedContract[], part: readonly MergedContract[]): MergedContract[] {
  const result = [...sums]
  for (const one of part) {
    const at = result.findIndex(({ id }) => id === one.id)
    const known = result[at]
    if (known) result[at] = addContract(known, one)
    else result.push(one)
  }
  return result
}

function addContract(one: MergedContract, other: MergedContract): MergedContract {
  const by = [...one.by]
  for (const more of other.by) {
    const at = by.findIndex(({ author }) => author === more.author)
    const known = by[at]
    if (known) by[at] = { author: known.author, new: known.new + more.new }
    else by.push(more)
  }
  return {
    id: one.id,
    new: one.new + other.new,
    known: one.known + other.known,
    held: one.held + other.held,
    unclaimed: one.unclaimed + other.unclaimed,
    notKept: one.notKept + other.notKept,
    by,
  }
}
