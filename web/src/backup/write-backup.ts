/** Writing a backup file: a ZIP as a stream, so that it may be larger than memory. */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import { configure, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js"
import { canonicalJson } from "../core/canonical-json.ts"
import { spellInstant } from "../core/dates.ts"
import type { FieldValue, Operation } from "../core/operation.ts"
import { SCHEMA } from "../core/record-types.ts"
import type { Device } from "../store/device.ts"
import { lock } from "./age-lock.ts"
import {
  FORMAT,
  FORMAT_VERSION,
  linesName,
  LOCKED_MEDIA_TYPE,
  MANIFEST,
  type Manifest,
  type ManifestContract,
  type ManifestMember,
  MEDIA_TYPE,
  README,
  VIEW,
} from "./backup-format.ts"
import {
  countOperations,
  type Counted,
  describeContract,
  heldLines,
  imageLines,
  operationLines,
} from "./kept-lines.ts"
import { readmeText } from "./readme-text.ts"
import { viewPage, type Viewed } from "./view-page.ts"

// Nothing here is a worker, and yet it counts them: a file that was left in the middle would keep the next one waiting.
configure({ maxWorkers: Number.MAX_SAFE_INTEGER })

export interface BackupWishes {
  contracts: readonly string[]
  agency: { id: string; name: string }
  /** How people call this device. */
  label: string
  /** Locks the file: nobody opens it without. */
  passphrase?: string
  /** Operations that only the second copy has, while the database fails. */
  stranded?: readonly Operation[]
  /** Of all operations, from 0 to 1. */
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

/** Begin to write; it goes on as fast as `bytes` is read, and fails there where the store cannot be read. */
export async function writeBackup(device: Device, wishes: BackupWishes): Promise<WrittenBackup> {
  const at = device.now()
  const operations = await countOperations(device.store, wishes.contracts, wishes.stranded ?? [])
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  const writing = new Writing(device, wishes, at, operations, writable)
  writing.run().catch((failure: unknown) => writing.fail(failure))
  const name = fileName(device.person.email, at)
  if (wishes.passphrase === undefined) return { name, type: MEDIA_TYPE, bytes: readable, operations }
  const bytes = await lock(readable, wishes.passphrase)
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

class Writing {
  private readonly device: Device
  private readonly wishes: BackupWishes
  private readonly at: Date
  private readonly expected: number
  private readonly writable: WritableStream<Uint8Array>
  private readonly zip: ZipWriter<unknown>
  private readonly members: ManifestMember[] = []
  private written = 0

  constructor(
    device: Device,
    wishes: BackupWishes,
    at: Date,
    expected: number,
    writable: WritableStream<Uint8Array>,
  ) {
    this.device = device
    this.wishes = wishes
    this.at = at
    this.expected = expected
    this.writable = writable
    // What is written so far must be whole for whoever finds a file that was cut short.
    this.zip = new ZipWriter(writable, {
      useWebWorkers: false,
      keepOrder: true,
      bufferedWrite: false,
      extendedTimestamp: false,
      zip64: false,
      lastModDate: at,
      ...(wishes.signal && { signal: wishes.signal }),
    })
  }

  async run(): Promise<void> {
    const head = this.manifestHead()
    await this.add(README, [readmeText({ ...head, contracts: [] })])
    const contracts: ManifestContract[] = []
    for (const id of this.wishes.contracts) contracts.push(await this.addContract(id))
    await this.add(VIEW, viewPage(this.device.store, this.viewed(head, contracts)))
    const manifest: Manifest = { ...head, contracts, members: this.members }
    await this.addText(MANIFEST, [JSON.stringify(manifest, undefined, 1)])
    await this.zip.close()
  }

  private viewed(head: Viewed["head"], contracts: Viewed["contracts"]): Viewed {
    const stranded = this.wishes.stranded ?? []
    return { head, contracts, strandedOf: (id) => stranded.filter((one) => one.contract === id).length }
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
    await this.add(linesName(id, "operations"), this.tell(operationLines(store, id, stranded, counted)))
    await this.add(linesName(id, "records"), spellLines(imageLines(store, id, row?.live?.copy, counted)))
    await this.add(linesName(id, "held"), spellLines(heldLines(store, id, row?.live?.copy, counted)))
    return describeContract(store, id, row, counted)
  }

  private async *tell(rows: AsyncIterable<object>): AsyncGenerator<string> {
    for await (const line of spellLines(rows)) {
      yield line
      this.written += 1
      this.wishes.progress?.(Math.min(1, this.written / Math.max(1, this.expected)))
    }
  }

  /** Add a member that the manifest tells of. */
  private async add(name: string, text: AsyncIterable<string> | Iterable<string>): Promise<void> {
    this.members.push({ name, ...(await this.addText(name, text)) })
  }

  private async addText(
    name: string,
    text: AsyncIterable<string> | Iterable<string>,
  ): Promise<{ size: number; sha256: string }> {
    const hash = sha256.create()
    let size = 0
    const pieces = bytesOf(text)
    const readable = new ReadableStream<Uint8Array>({
      async pull(controller) {
        const step = await pieces.next()
        if (step.done) {
          controller.close()
          return
        }
        hash.update(step.value)
        size += step.value.length
        controller.enqueue(step.value)
      },
    })
    await this.zip.add(name, { readable })
    return { size, sha256: bytesToHex(hash.digest()) }
  }
}

const PIECE_CHARACTERS = 64 * 1024

/** Some lines at once: a stream costs by its pieces. */
async function* bytesOf(
  text: AsyncIterable<string> | Iterable<string>,
): AsyncGenerator<Uint8Array, undefined> {
  const encoder = new TextEncoder()
  let gathered = ""
  for await (const part of text) {
    gathered += part
    if (gathered.length < PIECE_CHARACTERS) continue
    yield encoder.encode(gathered)
    gathered = ""
  }
  if (gathered !== "") yield encoder.encode(gathered)
  return undefined
}

async function* spellLines(rows: AsyncIterable<object>): AsyncGenerator<string> {
  for await (const row of rows) yield `${canonicalJson(row as FieldValue)}\n`
}
