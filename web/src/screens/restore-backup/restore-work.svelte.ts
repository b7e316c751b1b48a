/**
 * One backup file on its way back onto this device: opened, looked at, restored; nothing is changed before the last
 * step, and that goes on when the page is left.
 */
import { onceEach } from "../once-each.ts"
import { BackupRefused, type Manifest } from "../../backup/backup-format.ts"
import { openBackup, type OpenedBackup } from "../../backup/read-backup.ts"
import { previewRestore, restoreBackup, type RestoreSummary } from "../../backup/restore-backup.ts"
import type { Device } from "../../store/device.ts"
import { readPeople } from "../../store/queries.ts"
import type { Connection } from "../../wire/connection.ts"
import { backupFileWords } from "../../ui/words/backup-file.ts"
import {
  describeRefusal,
  describeTrouble,
  EMPTY,
  restoreBackupWords as words,
  type SaidRefusal,
  sumUp,
  UNREADABLE,
} from "../../ui/words/restore-backup.ts"
import type { Tallybook } from "../context.ts"
import { countAtOffice } from "./at-office.ts"

export type RestoreStage =
  "choosing" | "opening" | "locked" | "comparing" | "shown" | "restoring" | "restored"

const UNDER_WAY: readonly RestoreStage[] = ["opening", "comparing", "restoring"]

export class RestoreWork {
  stage = $state<RestoreStage>("choosing")
  file = $state.raw<File>()
  /** Why it did not go on. */
  refusal = $state.raw<SaidRefusal>()
  /** It asks for a passphrase, and none has opened it yet. */
  isLocked = $state(false)
  passphraseProblem = $state("")
  /** Of what is under way, from 0 to 1. */
  share = $state(0)
  /** What the file says of itself, as soon as it is known. */
  manifest = $state.raw<Manifest>()
  /** What restoring would do. */
  preview = $state.raw<RestoreSummary>()
  /** What it did. */
  result = $state.raw<RestoreSummary>()
  /** Somebody ended it in the middle. */
  isInPart = $state(false)
  chosen = $state.raw<readonly string[]>([])
  takesDamaged = $state(false)
  /** Contracts whose records come from the file, as this device has none of them. */
  bringsRecords = $state.raw<readonly string[]>([])
  /** Of each contract, how many of its entries the office has; not there while nobody has told. */
  atOffice = $state.raw<Readonly<Record<string, number>>>({})
  private opened: OpenedBackup | undefined
  /** Nobody looks on. */
  private isLeft = false
  private readonly device: Device
  private readonly agency: { id: string }
  private readonly connection: Connection
  /** Of the newest step: an older one that comes late changes nothing. */
  private step = new AbortController()

  constructor(device: Device, agency: { id: string }, connection: Connection) {
    this.device = device
    this.agency = agency
    this.connection = connection
  }

  get isUnderWay(): boolean {
    return UNDER_WAY.includes(this.stage)
  }

  get sums(): ReturnType<typeof sumUp> | undefined {
    const shown = this.result ?? this.preview
    return shown && sumUp(shown)
  }

  /** Nothing of the file would be new here. */
  get isAllHere(): boolean {
    const { sums, preview } = this
    if (!sums || !preview || preview.contracts.some((one) => one.isStrange)) return false
    return sums.new + sums.others + sums.differs + this.bringsRecords.length === 0
  }

  /** Of each damaged contract that was to be restored, how many new entries could be read and were left out. */
  get leftOut(): Readonly<Record<string, number>> {
    const damaged = (this.result?.contracts ?? []).filter((one) => one.isDamaged && !one.isStrange)
    const shown = (id: string) => this.preview?.contracts.find((one) => one.id === id)
    const countNew = (id: string): number => (shown(id)?.operations ?? 0) - (shown(id)?.onDevice ?? 0)
    return Object.fromEntries(this.takesDamaged ? [] : damaged.map(({ id }) => [id, countNew(id)]))
  }

  async take(file: File): Promise<void> {
    await this.forget()
    this.file = file
    if (file.size === 0) this.refusal = EMPTY
    else await this.open()
  }

  /** With the passphrase where it is locked. */
  async open(passphrase?: string): Promise<void> {
    const { file } = this
    if (!file) return
    this.passphraseProblem = ""
    const hasOpened = await this.run("opening", async (signal, progress) => {
      const tell = (manifest: Manifest): void => {
        if (!signal.aborted) this.hear(manifest)
      }
      const options = { progress, signal, tell, ...(passphrase !== undefined && { passphrase }) }
      const opened = await openBackup(file, options)
      if (signal.aborted) await opened.close()
      else this.opened = opened
    })
    if (!hasOpened) return
    this.isLocked = false
    await this.compare()
  }

  async restore(): Promise<void> {
    const { opened } = this
    if (!opened || this.stage !== "shown" || this.chosen.length === 0) return
    this.isInPart = false
    const wishes = { agency: this.agency, contracts: this.chosen, damaged: this.takesDamaged }
    const isDone = await this.run("restoring", async (signal, progress) => {
      this.result = await restoreBackup(this.device, opened, { ...wishes, progress, signal })
      await this.nameOthers(this.result)
    })
    if (isDone) this.stage = "restored"
    else if (!this.isLeft) return
    else {
      // Nobody stays to try again: the file is not kept open, nor unlocked; why it ended is said to whoever comes back.
      this.stage = "choosing"
      this.manifest = this.preview = undefined
    }
    await this.close()
  }

  /** Somebody looks on again. */
  come(): void {
    this.isLeft = false
  }

  /** The page is left: a restore goes on, and is told of on coming back; of anything else nothing stays. */
  async leave(): Promise<void> {
    this.isLeft = true
    if (this.stage !== "restoring") await this.forget()
  }

  choose(contract: string, isChosen: boolean): void {
    const others = this.chosen.filter((one) => one !== contract)
    this.chosen = isChosen ? [...others, contract] : others
  }

  /** End what is under way; of a restore what came by then stays, and it is told anew what is missing. */
  async cancel(): Promise<void> {
    const { stage, opened } = this
    this.step.abort()
    if (stage === "restoring" && opened) {
      this.isInPart = true
      await this.compare()
    } else await this.forget()
  }

  /** As before a file was chosen. */
  async forget(): Promise<void> {
    this.step.abort()
    this.stage = "choosing"
    this.file = this.refusal = this.manifest = this.preview = this.result = undefined
    this.isInPart = this.takesDamaged = this.isLocked = false
    this.passphraseProblem = ""
    this.atOffice = {}
    await this.close()
  }

  private async close(): Promise<void> {
    const { opened } = this
    this.opened = undefined
    await opened?.close()
  }

  /** Whose file it is stands there long before all of it is read; of another agency's nothing does. */
  private hear(manifest: Manifest): void {
    this.manifest = manifest.agency.id === this.agency.id ? manifest : undefined
  }

  private async compare(): Promise<void> {
    const { opened, agency } = this
    if (!opened) return
    const isDone = await this.run("comparing", async (signal, progress) => {
      const preview = await previewRestore(this.device, opened, { agency, progress, signal })
      await this.nameOthers(preview)
      const bringsRecords = await this.findWithoutRecords(preview)
      if (signal.aborted) return
      this.preview = preview
      this.bringsRecords = bringsRecords
      this.chosen = preview.contracts.filter((one) => !one.isStrange).map(({ id }) => id)
    })
    if (!isDone) return
    this.stage = "shown"
    void this.askOffice(opened)
  }

  /** Beside what is shown: nobody waits for it, and whatever begins next ends it. */
  private async askOffice(opened: OpenedBackup): Promise<void> {
    const { signal } = this.step
    try {
      for (const { id } of (this.preview?.contracts ?? []).filter((one) => !one.isStrange)) {
        const count = await countAtOffice(this.connection, opened, id, signal)
        if (signal.aborted) return
        if (count !== undefined) this.atOffice = { ...this.atOffice, [id]: count }
      }
    } catch (failure) {
      // Nobody asks any more; or the file was closed meanwhile, or cannot be read any more: whoever restores it is told.
      if (!(failure instanceof DOMException)) throw failure
    }
  }

  /** One step; false where it did not come to its end, and the page says why. */
  private async run(
    stage: RestoreStage,
    step: (signal: AbortSignal, progress: (share: number) => void) => Promise<void>,
  ): Promise<boolean> {
    const before = this.stage
    this.step.abort()
    this.step = new AbortController()
    const { signal } = this.step
    this.stage = stage
    this.share = 0
    this.refusal = undefined
    try {
      await step(signal, (share) => {
        if (!signal.aborted) this.share = share
      })
      return !signal.aborted
    } catch (failure) {
      if (!signal.aborted) this.refuse(failure, before)
      return false
    }
  }

  private refuse(failure: unknown, before: RestoreStage): void {
    const code = failure instanceof BackupRefused ? failure.code : undefined
    if (code === "passphrase_needed" || code === "wrong_passphrase") {
      this.stage = "locked"
      this.isLocked = true
      this.passphraseProblem = code === "wrong_passphrase" ? backupFileWords.passphraseWrong : ""
      return
    }
    this.isLocked = false
    // What can be pressed again stays; what is no use is chosen anew.
    this.stage = before === "shown" ? "shown" : "choosing"
    if (before !== "shown") this.manifest = undefined
    this.refusal = sayWhy(failure)
  }

  /** Whoever stands on a list of people that is here has a name. */
  private async nameOthers({ contracts }: RestoreSummary): Promise<void> {
    for (const contract of contracts.filter(({ ofOthers }) => ofOthers.some(({ name }) => !name))) {
      const people = await readPeople(this.device.store, contract.id)
      contract.ofOthers = contract.ofOthers.map((one) => {
        const name = one.name ?? people.find(({ record }) => record === one.author)?.name
        return { ...one, ...(name !== undefined && { name }) }
      })
    }
  }

  private async findWithoutRecords({ whose, contracts }: RestoreSummary): Promise<string[]> {
    const isOwn = whose?.id === this.device.person.id
    const rows = await this.device.store.read(["contracts"], (read) => read.list("contracts", { prefix: [] }))
    const withRecords = rows.filter(({ live }) => live).map(({ id }) => id)
    return contracts
      .filter((one) => (one.isHere || isOwn) && !withRecords.includes(one.id))
      .map(({ id }) => id)
  }
}

/** The same as long as the same person is signed in. */
export const restoreWorkOf = onceEach(
  ({ device, agency, connection }: Tallybook) => new RestoreWork(device, agency, connection),
)

const UNREADABLE_NAMES = ["NotReadableError", "NotFoundError", "SecurityError"]

function sayWhy(failure: unknown): SaidRefusal {
  if (failure instanceof BackupRefused) return describeRefusal(failure)
  if (failure instanceof DOMException && UNREADABLE_NAMES.includes(failure.name)) return UNREADABLE
  return describeTrouble(failure instanceof Error ? failure.message : words.nothingYet)
}
