/** Writing a backup file: a ZIP as a stream, so that it may be larger than memory. */
import { canonicalJson } from "../core/canonical-json.ts"
import { spellInstant } from "../core/dates.ts"
import type { FieldValue, Operation } from "../core/operation.ts"
import { SCHEMA } from "../core/record-types.ts"
import type { Device } from "../store/device.ts"
import { lock } from "./age-lock.ts"
import {
  BackupRefused,
  FILE_BYTES_MAX,
  FORMAT,
  FORMAT_VERSION,
  LINES_BYTES_MAX,
  linesName,
  LOCKED_MEDIA_TYPE,
  MANIFEST,
  type Manifest,
  type ManifestContract,
  MEDIA_TYPE,
  README,
  VIEW,
} from "./backup-format.ts"
import {
  countOperations,
  countRecords,
  type Counted,
  describeContract,
  heldLines,
  imageLines,
  operationLines,
} from "./kept-lines.ts"
import { inLargePieces } from "./large-pieces.ts"
import { MemberWriter } from "./member-writer.ts"
import { type PhotoSource, writePhotos } from "./photos.ts"
import { readmeText } from "./readme-text.ts"
import { viewPage, type Viewed } from "./view-page.ts"

/** So many bytes of a photo are written in the time of one line. */
const BYTES_LIKE_A_LINE = 32 * 1024

export interface BackupWishes {
  contracts: readonly string[]
  agency: { id: string; name: string }
  /** How people call this device. */
  label: string
  /** Locks the file: nobody opens it without. */
  passphrase?: string
  /** Operations that only the second copy has, while the database fails. */
  stranded?: readonly Operation[]
  photos?: PhotoSource
  /** Of all that is written, from 0 to 1. */
  progress?: (share: number) => void
  signal?: AbortSignal
}

export interface WrittenBackup {
  name: string
  type: string
  bytes: ReadableStream<Uint8Array>
  /** How many there were when it began. */
  operations: number
}

/**
 * Begin to write; it goes on as fast as `bytes` is read, and fails there where the store cannot be read.
 * Raises BackupRefused where the photos alone are more than a file may have.
 */
export async function writeBackup(device: Device, wishes: BackupWishes): Promise<WrittenBackup> {
  const at = device.now()
  const operations = await countOperations(device.store, wishes.contracts, wishes.stranded ?? [])
  const photoBytes = (await wishes.photos?.measure(wishes.contracts)) ?? 0
  if (photoBytes > FILE_BYTES_MAX - LINES_BYTES_MAX) throw new BackupRefused("backup_too_large")
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const lines = operations + (await countRecords(device.store, wishes.contracts))
  const writing = new Writing(device, wishes, { at, lines, photoBytes, writable })
  writing.run().catch((failure: unknown) => writing.fail(failure))
  const name = fileName(device.person.email, at)
  if (wishes.passphrase === undefined)
    return { name, type: MEDIA_TYPE, bytes: readable.pipeThrough(inLargePieces()), operations }
  const locked = await lock(readable, wishes.passphrase)
  const bytes = locked.pipeThrough(inLargePieces())
  return { name: `${name}.age`, type: LOCKED_MEDIA_TYPE, bytes, operations }
}

/** `tallybook-backup-ann-2026-11-23-1405.tallybook` */
function fileName(email: string, at: Date): string {
  const plain = (email.split("@")[0] ?? "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, 60)
  const [date, time] = [spellInstant(at).slice(0, 10), spellInstant(at).slice(11, 16).replace(":", "")]
  return `tallybook-backup-${plain}-${date}-${time}.tallybook`
}

interface Begun {
  at: Date
  lines: number
  photoBytes: number
  writable: WritableStream<Uint8Array>
}

class Writing {
  private readonly device: Device
  private readonly wishes: BackupWishes
  private readonly at: Date
  private readonly lines: number
  /** What is to be written, in lines; the page for people takes about as long as all lines. */
  private readonly expected: number
  private readonly writable: WritableStream<Uint8Array>
  private readonly writer: MemberWriter
  private written = 0

  constructor(device: Device, wishes: BackupWishes, { at, lines, photoBytes, writable }: Begun) {
    this.device = device
    this.wishes = wishes
    this.at = at
    this.lines = lines
    this.expected = 2 * lines + photoBytes / BYTES_LIKE_A_LINE
    this.writable = writable
    this.writer = new MemberWriter(writable, at, wishes.signal)
  }

  async run(): Promise<void> {
    const { contracts: ids, photos } = this.wishes
    const head = this.manifestHead()
    await this.writer.add(README, [readmeText({ ...head, contracts: [] })])
    const contracts: ManifestContract[] = []
    for (const id of ids) contracts.push(await this.addContract(id))
    await this.writer.add(VIEW, viewPage(this.device.store, this.viewed(head, contracts)))
    // Last of all that is large: a file that was cut short has every entry, and the page to read them.
    const tell = (bytes: number): void => this.tellWritten(bytes / BYTES_LIKE_A_LINE)
    const counts = photos && (await writePhotos(this.writer, photos, ids, tell))
    for (const contract of contracts) contract.photos = counts?.get(contract.id) ?? 0
    const manifest: Manifest = { ...head, contracts, members: this.writer.members }
    await this.writer.close(MANIFEST, JSON.stringify(manifest, undefined, 1))
  }

  private viewed(head: Viewed["head"], contracts: Viewed["contracts"]): Viewed {
    const stranded = this.wishes.stranded ?? []
    return {
      head,
      contracts,
      strandedOf: (id) => stranded.filter((one) => one.contract === id).length,
      tell: (share) => this.tellWritten(share * this.lines),
    }
  }

  /** Whoever reads hears of it. */
  async fail(failure: unknown): Promise<void> {
    await this.writable.abort(failure).catch(() => undefined) // closed already: it was heard
  }

  private manifestHead(): Omit<Manifest, "contracts" | "members"> {
    const { id, person, app } = this.device
    return {
      format: FORMAT,
      format_version: FORMAT_VERSION,
      program: app,
      schema: SCHEMA,
      agency: this.wishes.agency,
      device: { id, label: this.wishes.label },
      person: { id: person.id, email: person.email, name: person.name, initials: person.initials },
      made_at: spellInstant(this.at),
    }
  }

  private async addContract(id: string): Promise<ManifestContract> {
    const { store } = this.device
    const counted: Counted = { records: 0, revisions: 0, operations: 0, held: 0 }
    const row = await store.read(["contracts"], (read) => read.get("contracts", id))
    const stranded = (this.wishes.stranded ?? []).filter((one) => one.contract === id)
    const copy = row?.live?.copy
    const { writer } = this
    await writer.add(linesName(id, "operations"), this.tell(operationLines(store, id, stranded, counted)))
    await writer.add(linesName(id, "records"), this.tell(imageLines(store, id, copy, counted)))
    await writer.add(linesName(id, "held"), spellLines(heldLines(store, id, copy, counted)))
    return describeContract(store, id, row, counted)
  }

  private async *tell(rows: AsyncIterable<object>): AsyncGenerator<string> {
    for await (const line of spellLines(rows)) {
      yield line
      this.tellWritten(1)
    }
  }

  private tellWritten(share: number): void {
    this.written += share
    this.wishes.progress?.(Math.min(1, this.written / Math.max(1, this.expected)))
  }
}

async function* spellLines(rows: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const row of rows) yield `${canonicalJson(row as FieldValue)}\n`
}
