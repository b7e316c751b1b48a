/** Opening a backup file: what it holds, and what is wrong with it, before anything of it is taken. */
import type { HeldOperation, Image, Operation } from "../core/operation.ts"
import { isLocked, unlock } from "./age-lock.ts"
import {
  BackupRefused,
  contractOf,
  CONTRACTS_MAX,
  FILE_BYTES_MAX,
  type Finding,
  type FindingCode,
  Findings,
  FORMAT,
  FORMAT_VERSION,
  isKnownName,
  LINES_BYTES_MAX,
  type LinesKind,
  linesName,
  MANIFEST,
  MANIFEST_BYTES_MAX,
  type Manifest,
  type ManifestMember,
  photoOf,
} from "./backup-format.ts"
import { clearPrivateFiles } from "./private-files.ts"
import { isImage, isManifest, isOperationOf, readHeldOf, readLine, readVersion } from "./shapes.ts"
import { keepUnlocked, type Unlocked } from "./unlocked-place.ts"
import { checkPhoto, linesOf, MemberDamaged, readWhole, unpack, verify } from "./unpack.ts"
import { beginsAsZip, findMembers, type Member, readDirectory } from "./zip-members.ts"

const BATCH_ROWS = 500
/** A batch ends with the line that reaches it, so that it is never more than this and one line. */
export const BATCH_CHARACTERS = 1024 ** 2

export interface FoundContract {
  id: string
  number: string
  name: string
  /** A changed character cannot be told: its entries are taken only where somebody asks for it. */
  isDamaged: boolean
}

export interface OpenedBackup {
  /** Undefined where the file is cut short before it: then nobody says whose it is. */
  manifest?: Manifest
  contracts: readonly FoundContract[]
  findings: readonly Finding[]
  /** Some hundred at once, each checked; those of a damaged contract as far as they can be read. */
  operations(contract: string): AsyncIterable<Operation[]>
  images(contract: string): AsyncIterable<Image[]>
  held(contract: string): AsyncIterable<HeldOperation[]>
  /** Nothing of a locked file lies about unlocked afterwards; it cannot be read any more. */
  close(): Promise<void>
}

export interface OpeningOptions {
  passphrase?: string
  /** Of unlocking and looking through it, from 0 to 1. */
  progress?: (share: number) => void
  signal?: AbortSignal
  /** Told as soon as it is known, before the lines are verified. */
  tell?: (manifest: Manifest) => void
}

/**
 * Open a file that somebody chose; close it when it is done with. Raises BackupRefused, and the signal's
 * reason. Cost: one pass over all but photos, and one more to unlock it.
 */
export async function openBackup(file: Blob, options: OpeningOptions = {}): Promise<OpenedBackup> {
  if (file.size > FILE_BYTES_MAX) throw new BackupRefused("backup_too_large")
  await clearPrivateFiles("unlocked")
  if (!(await isLocked(file))) return look(file, { ...options, close: () => Promise.resolve() })
  if (options.passphrase === undefined) throw new BackupRefused("passphrase_needed")
  const unlocked = await unlockWhole(file, options.passphrase, options)
  const close = (): Promise<void> => unlocked.close()
  try {
    const progress = (share: number): void => options.progress?.(0.5 + share / 2)
    return await look(unlocked.bytes, { ...options, progress, close })
  } catch (failure) {
    await close()
    throw failure
  }
}

/** The first half of the progress. */
function unlockWhole(
  file: Blob,
  passphrase: string,
  { progress, signal }: OpeningOptions,
): Promise<Unlocked> {
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    let size = 0
    for await (const piece of unlock(file, passphrase)) {
      signal?.throwIfAborted()
      size += piece.length
      progress?.(Math.min(1, size / file.size) / 2)
      yield piece
    }
  }
  return keepUnlocked(pieces, file.size)
}

async function look(
  file: Blob,
  options: OpeningOptions & Pick<OpenedBackup, "close">,
): Promise<OpenedBackup> {
  if (!(await beginsAsZip(file))) throw new BackupRefused("not_a_backup")
  const opening = new Opening(file, options)
  await opening.find()
  const manifest = await opening.readManifest()
  if (manifest) options.tell?.(manifest)
  await opening.verify()
  return opening.result()
}

class Opening {
  private readonly file: Blob
  private readonly findings = new Findings()
  private readonly members = new Map<string, Member>()
  private readonly damaged = new Set<string>()
  private isCut = false
  private readonly options: OpeningOptions & Pick<OpenedBackup, "close">
  private manifest: Manifest | undefined

  constructor(file: Blob, options: OpeningOptions & Pick<OpenedBackup, "close">) {
    this.file = file
    this.options = options
  }

  async find(): Promise<void> {
    const listed = await readDirectory(this.file)
    this.isCut = listed === undefined
    for (const member of listed ?? (await findMembers(this.file, isKnownName))) {
      if (isKnownName(member.name) && !this.members.has(member.name)) this.members.set(member.name, member)
      else this.findings.add("member_unknown", member.name)
    }
    if (this.members.size === 0) throw new BackupRefused("not_a_backup")
    if (this.contractIds().length > CONTRACTS_MAX)
      throw new BackupRefused("backup_bomb", "too many contracts")
  }

  async readManifest(): Promise<Manifest | undefined> {
    const member = this.members.get(MANIFEST)
    const text = member && (await this.readManifestText(member))
    const value = text === undefined ? undefined : readLine(text)?.value
    const told = readVersion(value)
    if (told && told.format === FORMAT && told.version > FORMAT_VERSION)
      throw new BackupRefused("backup_of_newer_program")
    if (told?.format === FORMAT && isManifest(value)) this.manifest = value
    else if (member && !this.isCut) this.findings.add("backup_damaged", MANIFEST)
    // What has no manifest was not written to its end, whatever its directory says.
    if (!this.manifest || this.isCut) this.findings.add("backup_cut_short")
    return this.manifest
  }

  private async readManifestText(member: Member): Promise<string | undefined> {
    try {
      return await readWhole(this.file, member, MANIFEST_BYTES_MAX)
    } catch (failure) {
      if (!(failure instanceof MemberDamaged)) throw failure
      return undefined
    }
  }

  /** Compare what is there with what was written. Photos by name and size alone: nothing takes them yet. */
  async verify(): Promise<void> {
    const seen = this.countVerified()
    for (const expected of this.manifest?.members ?? []) {
      const member = this.members.get(expected.name)
      if (member) await this.verifyMember(member, expected, seen)
      else if (isKnownName(expected.name)) this.findings.add("member_missing", expected.name)
    }
  }

  private async verifyMember(
    member: Member,
    expected: ManifestMember,
    seen: (bytes: number) => void,
  ): Promise<void> {
    try {
      if (contractOf(member.name) !== undefined)
        await verify(this.file, member, { ...expected, most: LINES_BYTES_MAX, seen })
      else if (photoOf(member.name) !== undefined) checkPhoto(member, expected)
    } catch (failure) {
      if (!(failure instanceof MemberDamaged)) throw failure
      this.damaged.add(member.name)
      this.findings.add("backup_damaged", member.name, failure.message)
    }
  }

  /** Told of every piece that was read. */
  private countVerified(): (bytes: number) => void {
    const { progress, signal } = this.options
    const lines = this.manifest?.members.filter(({ name }) => contractOf(name) !== undefined) ?? []
    const all = lines.reduce((sum, { size }) => sum + size, 1)
    let read = 0
    return (bytes) => {
      signal?.throwIfAborted()
      read += bytes
      progress?.(Math.min(1, read / all))
    }
  }

  result(): OpenedBackup {
    return {
      ...(this.manifest && { manifest: this.manifest }),
      contracts: this.contractIds().map((id) => this.describe(id)),
      findings: this.findings.all,
      operations: (contract) =>
        this.lines(contract, "operations", (value) => (isOperationOf(contract, value) ? value : undefined)),
      images: (contract) => this.lines(contract, "records", (value) => (isImage(value) ? value : undefined)),
      held: (contract) => this.lines(contract, "held", (value) => readHeldOf(contract, value)),
      close: this.options.close,
    }
  }

  private contractIds(): string[] {
    return [...new Set([...this.members.keys()].flatMap((name) => contractOf(name) ?? []))]
  }

  private describe(id: string): FoundContract {
    const told = this.manifest?.contracts.find((one) => one.id === id)
    const isDamaged = this.damaged.has(linesName(id, "operations"))
    return { id, number: told?.number ?? "", name: told?.name ?? "", isDamaged }
  }

  private async *lines<T>(
    contract: string,
    kind: LinesKind,
    take: (value: unknown) => T | undefined,
  ): AsyncGenerator<T[]> {
    const name = linesName(contract, kind)
    const member = this.members.get(name)
    let batch: T[] = []
    // What was shown is taken whole or not at all: the office has it.
    if (!member || (kind !== "operations" && this.damaged.has(name))) return
    let [unreadable, characters] = [0, 0]
    for await (const text of this.textLines(member)) {
      const line = text === undefined ? undefined : readLine(text)
      // Nothing proves what a cut file holds: only what is spelled as it was written, up to where it is not.
      if (!this.isProven(name) && !line?.isCanonical) {
        this.tellOnce("backup_cut_short", name)
        break
      }
      const taken = line && take(line.value)
      if (taken === undefined) {
        unreadable += 1
        continue
      }
      batch.push(taken)
      characters += text?.length ?? 0
      if (batch.length < BATCH_ROWS && characters < BATCH_CHARACTERS) continue
      yield batch
      ;[batch, characters] = [[], 0]
    }
    if (batch.length > 0) yield batch
    if (unreadable > 0) this.tellOnce("line_unreadable", name, `${unreadable}`)
  }

  /** A file is read more than once. */
  private tellOnce(code: FindingCode, name: string, detail = ""): void {
    if (!this.findings.all.some((one) => one.code === code && one.member === name))
      this.findings.add(code, name, detail)
  }

  /** Whether the manifest said what this member is: its bytes are those that were written, or known not to be. */
  private isProven(name: string): boolean {
    return this.manifest?.members.some((one) => one.name === name) ?? false
  }

  /** Up to where a member can be unpacked. */
  private async *textLines(member: Member): AsyncGenerator<string | undefined> {
    try {
      yield* linesOf(unpack(this.file, member, LINES_BYTES_MAX))
    } catch (failure) {
      if (!(failure instanceof MemberDamaged)) throw failure
      if (!this.damaged.has(member.name)) this.tellOnce("backup_cut_short", member.name)
    }
  }
}
