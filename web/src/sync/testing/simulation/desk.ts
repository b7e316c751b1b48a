/** The office's desk: makes contracts and changes what stands in them, over a line that never fails. */
import { whatWasSeen } from "../../../actions/make-operation.ts"
import { spellInstant } from "../../../core/dates.ts"
import { writersOf } from "../../../core/merging.ts"
import type { Answer, Fields, HeldOperation, Image, Operation } from "../../../core/operation.ts"
import { uuidV7 } from "../../../core/uuid.ts"
import { fetchAsBrowsersDo } from "../faulty-line.ts"
import type { Copy } from "../test-device.ts"
import type { Chance } from "./chance.ts"
import type { Stage } from "./stage.ts"
import type { Witness } from "./witness.ts"

const ITEMS = `Line,Item Number,Description,Unit,Quantity,Unit Price
1,201-0001,Clearing and grubbing,LS,1,5000
2,301-0100,Aggregate base,TON,1000,12.50
`
const BACKUP = "application/vnd.tallybook.backup"
const ACCURACY = "3"
const ATTEMPTS_MAX = 4
const PAGE_LINES = 1_000

interface FeedLine extends Partial<Image> {
  held?: Operation
  reason?: string
  more?: boolean
  cursor?: number
}

export class Desk {
  contract = ""
  number = ""
  /** What was typed here: the laws are about it as well. */
  readonly typed: Operation[] = []
  private readonly stage: Stage
  private readonly chance: Chance
  private readonly witness: Witness
  readonly device: string
  private instantMs: number
  private signed = 0
  private backedUp = 0

  constructor(stage: Stage, chance: Chance, witness: Witness, startMs: number) {
    this.stage = stage
    this.chance = chance
    this.witness = witness
    this.instantMs = startMs
    this.device = this.newId()
  }

  /** A contract with two items, on which Alice and Bob have the right to inspect. */
  async makeContract(number: string): Promise<void> {
    const form = new FormData()
    form.set("file", new Blob([ITEMS]), "items.csv")
    for (const [name, value] of [
      ["number", number],
      ["name", number],
      ["accuracy", ACCURACY],
    ] as const)
      form.set(name, value)
    const made = JSON.parse(await this.request("/api/v1/contract-imports", form)) as { id: string }
    this.contract = made.id
    this.number = number
    const people = [this.stage.people.alice, this.stage.people.bob]
    const fields = people.map(({ name, initials }) => ({ name, initials, right: "inspection" }))
    const created = people.map(({ id }, at) => this.sign("person", id, { verb: "create", set: fields[at]! }))
    await this.push(created)
  }

  /** Change a record as it stands, with a reason. */
  async revise(record: string, set: Fields, reason: string): Promise<void> {
    const image = (await this.readCopy()).images.get(record)
    if (!image) throw new Error(`${record} is not on the contract`)
    const seen = whatWasSeen(image.type, set, { ...image, writers: writersOf(image) })
    await this.push([this.sign(image.type, record, { verb: "revise", set, ...seen, reason })])
  }

  /** Records and holds as the server itself has them, read without any of the client's own reading. */
  async readCopy(): Promise<Copy> {
    const copy: Copy = { images: new Map<string, Image>(), held: new Map<string, HeldOperation>() }
    for (let after = 0; ;) {
      const path = `/api/sync/v1/contracts/${this.contract}/feed`
      const text = await this.request(`${path}?after=${after}&limit=${PAGE_LINES}`)
      const lines = text
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line) as FeedLine)
      for (const line of lines) {
        if (line.record !== undefined) copy.images.set(line.record, line as Image)
        if (line.held) {
          const { held, ...rest } = line as unknown as HeldOperation & { held: Operation }
          copy.held.set(held.id, { ...rest, operation: held })
        }
      }
      const last = lines.at(-1)!
      if (!last.more) return copy
      after = last.cursor!
    }
  }

  /** Send operations as a script of the office. Raises where the server refuses the push as a whole. */
  async push(operations: readonly Operation[]): Promise<Answer[]> {
    this.typed.push(...operations)
    const path = `/api/sync/v1/contracts/${this.contract}/operations`
    const text = await this.request(path, JSON.stringify({ device: this.device, operations }))
    this.witness.hear(path, 0, 200, text)
    return (JSON.parse(text) as { answers: Answer[] }).answers
  }

  /** Send an operation of a broken script: it is held under another id, and is not what was typed under its own. */
  async pushOther(operation: Operation): Promise<void> {
    await this.push([operation])
    this.typed.pop()
  }

  /** Hand over, or set aside, all that a person delivered without a right. Returns how many. */
  async dealWithUnclaimed(person: string, how: "hand-over" | "set-aside"): Promise<number> {
    const asked = { contract: this.contract, person, reason: "He was on leave." }
    const told = await this.request(`/api/v1/unclaimed/${how}`, JSON.stringify(asked))
    const { handed_over, set_aside } = JSON.parse(told) as { handed_over?: number; set_aside?: number }
    return handed_over ?? set_aside ?? 0
  }

  /** Merge a device's backup file as the office's page does, part by part; returns "merged", or why not. */
  async mergeBackup(file: Blob): Promise<string> {
    const path = "/api/sync/v1/backups"
    const headers = { Authorization: `Bearer ${this.stage.people.ruth.token}`, "Content-Type": BACKUP }
    const body = await file.arrayBuffer() // a kept connection may close: it is sent again
    const kept = await this.send(`${this.stage.url}${path}`, { method: "POST", headers, body })
    const told = (await kept.json()) as { backup?: string; code?: string }
    if (told.backup === undefined) return told.code ?? `${kept.status}`
    for (let after: string | null | undefined; after !== null;) {
      const asked = JSON.stringify({ ...(after !== undefined && { after }) })
      const answer = await this.send(`${this.stage.url}${path}/${told.backup}/merge`, {
        method: "POST",
        headers: { ...headers, "Content-Type": "application/json" },
        body: asked,
      })
      const part = (await answer.json()) as { next?: string | null; code?: string }
      if (part.next === undefined) return part.code ?? `${answer.status}`
      after = part.next
    }
    return "merged"
  }

  /** The server was backed up: what is typed from now on is lost when it is restored. */
  remember(): void {
    this.backedUp = this.typed.length
  }

  forget(): void {
    this.typed.length = this.backedUp
  }

  letPass(durationMs: number): void {
    this.instantMs += durationMs
  }

  /** After the story nobody lists its contract any more: lists stay short, however many stories there were. */
  async leave(): Promise<void> {
    const { ruth, alice, bob } = this.stage.people
    for (const { id } of [alice, bob, ruth]) await this.revise(id, { voided: true }, "the story is over")
  }

  sign(type: string, record: string, what: Pick<Operation, "verb" | "set"> & Partial<Operation>): Operation {
    return {
      id: this.newId(),
      device: this.device,
      number: (this.signed += 1),
      contract: this.contract,
      type,
      record,
      author: this.stage.people.ruth.id,
      made_at: spellInstant(new Date(this.instantMs)),
      app: "simulation",
      schema: 1,
      ...what,
    }
  }

  private newId(): string {
    this.instantMs += 1
    return uuidV7(this.instantMs, this.chance.fill(new Uint8Array(10)))
  }

  private async request(path: string, body?: string | FormData): Promise<string> {
    const headers: Record<string, string> = { Authorization: `Bearer ${this.stage.people.ruth.token}` }
    if (typeof body === "string") headers["Content-Type"] = "application/json"
    const init = { headers, ...(body !== undefined && { method: "POST", body }) }
    const answer = await this.send(`${this.stage.url}${path}`, init)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`)
    return text
  }

  /** A busy machine may close a kept connection twice in a row: what the desk asks may be asked again. */
  private async send(address: string, init: RequestInit): Promise<Response> {
    for (let left = ATTEMPTS_MAX; ; left -= 1) {
      try {
        return await fetchAsBrowsersDo(address, init)
      } catch (failure) {
        if (left === 1 || !(failure instanceof TypeError)) throw failure
      }
    }
  }
}
