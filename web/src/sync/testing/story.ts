/** Seeded stories: people type, sync and decide over a line that fails, while others write; then the faults stop. */
import { decideHeld } from "../../actions/decide-held.ts"
import { recordItemTransaction, recordNote } from "../../actions/record-entry.ts"
import { bringBackRecord, reviseRecord, voidRecord } from "../../actions/revise-entry.ts"
import type { Entry } from "../../core/entry.ts"
import type { Fields } from "../../core/operation.ts"
import { readDay, readItems } from "../../store/queries.ts"
import { findVanished } from "./find-vanished.ts"
import type { Fault, Sent } from "./faulty-line.ts"
import type { RealServer } from "./real-server.ts"
import { openTestDevice, type TestDevice } from "./test-device.ts"

const FAULTS: readonly Fault[] = [
  "request_lost",
  "answer_lost",
  "cut_short",
  "portal",
  401,
  413,
  429,
  500,
  503,
]
const WORK_DATES = ["2026-12-01", "2026-12-02"]
const SETTLING_ROUNDS = 2
const TYPED_WITHIN_A_SYNC_MAX = 3

/** Small whole numbers that one seed always gives in the same order (mulberry32). */
export function chanceOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

export class Story {
  /** How often everything happened: a story is checked for what it never did. */
  readonly counts = new Map<string, number>()
  readonly devices: TestDevice[] = []
  private readonly server: RealServer
  private readonly chance: (below: number) => number
  private readonly restores: boolean
  private isBackedUp = false
  private items: string[] = []

  constructor(server: RealServer, seed: number, restores: boolean) {
    this.server = server
    this.chance = chanceOf(seed)
    this.restores = restores
  }

  async run(steps: number): Promise<void> {
    for (const name of ["alice", "bob", "ruth"] as const) {
      const device = await openTestDevice(this.server, name, { pageLines: 4 })
      this.devices.push(device)
      await device.sync.refreshContracts()
      await device.sync.checkOut(this.server.contract)
      device.line.choose = () => (this.chance(4) === 0 ? this.fault() : undefined)
      device.line.before = (sent) => this.meanwhile(device, sent)
    }
    this.items = (await readItems(this.devices[0]!.store, this.server.contract)).map((item) => item.record)
    for (let step = 0; step < steps; step += 1) await this.step()
  }

  /** The faults stop; everybody syncs until nothing is in flight. */
  async heal(): Promise<void> {
    for (const { line } of this.devices) {
      line.choose = () => undefined
      line.before = async () => undefined
    }
    for (let round = 0; round < SETTLING_ROUNDS; round += 1) {
      for (const device of this.devices) await this.syncs(device)
    }
  }

  /** The office sets aside what is still held. */
  async decideTheRest(): Promise<void> {
    const office = this.devices.at(-1)!
    for (const view of (await office.readHeld()).filter((one) => one.mayDecide)) {
      await decideHeld(office.device, view, "set_aside", {}, "the story is over")
      this.tell("set_aside")
    }
    await this.heal()
  }

  stop(): void {
    for (const device of this.devices) device.stop()
  }

  private async step(): Promise<void> {
    const device = this.pick(this.devices)
    const roll = this.chance(100)
    if (roll < 50) await this.act(device)
    else if (roll < 92 || !this.restores) await this.syncs(device)
    else if (!this.isBackedUp) {
      await this.server.backUp()
      this.isBackedUp = true
      this.tell("backed up")
    } else if (!this.counts.has("restored")) {
      await this.server.restoreBackup()
      this.tell("restored")
    }
    await this.nothingVanished(device)
  }

  private async syncs(device: TestDevice): Promise<void> {
    const { outcome, merged, attention } = await device.sync.syncNow(this.server.contract)
    this.tell(outcome.kind)
    this.tell("merged", merged)
    this.tell("attention", attention)
  }

  private fault(): Fault {
    const fault = this.pick(FAULTS)
    this.tell(`fault ${fault}`)
    return fault
  }

  /** Somebody types, here or elsewhere, before a request goes; and the screen still shows everything. */
  private async meanwhile(device: TestDevice, { path }: Sent): Promise<void> {
    await this.nothingVanished(device)
    const other = this.pick(this.devices)
    if (this.chance(3) === 0) await this.act(this.chance(2) === 0 ? device : other)
    if (other === device || !path.endsWith("/feed") || this.chance(3) > 0) return
    const { before } = other.line
    other.line.before = async () => undefined // no story within a story within a story
    for (let typed = this.chance(TYPED_WITHIN_A_SYNC_MAX); typed > 0; typed -= 1) await this.act(other)
    await this.syncs(other)
    other.line.before = before
    this.tell("others wrote meanwhile")
  }

  /** One person types one thing, from what his screen shows. Values repeat on purpose. */
  private async act(device: TestDevice): Promise<void> {
    const entries = await this.shown(device)
    const held = (await device.readHeld()).filter((view) => view.mayDecide && !view.myDecision)
    const roll = this.chance(10)
    if (roll < 3 || entries.length === 0) await this.records(device)
    else if (roll < 6 || (roll < 8 && held.length === 0)) await this.revises(device, this.pick(entries))
    else if (roll < 8) {
      const view = this.pick(held)
      const choice = this.chance(2) === 0 ? ("apply" as const) : ("set_aside" as const)
      await decideHeld(
        device.device,
        view,
        choice,
        choice === "apply" ? view.held.operation.set : {},
        "decided",
      )
      this.tell(choice)
    } else {
      const entry = this.pick(entries)
      await (entry.voided ? bringBackRecord : voidRecord)(device.device, entry, "seen again")
      this.tell("voided or brought back")
    }
  }

  private async records(device: TestDevice): Promise<void> {
    const work_date = this.pick(WORK_DATES)
    const { contract } = this.server
    const fields = { work_date, ...(this.chance(2) === 0 ? this.place() : {}) }
    if (this.chance(2) === 0) {
      const note = { note_type: "General", work_date, text: `n${this.chance(3)}` }
      await recordNote(device.device, contract, note)
    } else {
      // Once in a while what no form lets through: more decimals than the item takes.
      const quantity = this.chance(8) === 0 ? "0.12345" : `${this.chance(3) + 1}`
      const more = { item: this.pick(this.items), quantity }
      await recordItemTransaction(device.device, contract, { ...fields, ...more })
    }
    this.tell("recorded")
  }

  private async revises(device: TestDevice, entry: Entry): Promise<void> {
    const measured = { quantity: `${this.chance(3) + 1}`, work_date: this.pick(WORK_DATES) }
    const ofTransaction = [this.place(), measured, { ...measured, ...this.place() }]
    const changes: Fields = entry.type === "note" ? { text: `n${this.chance(3)}` } : this.pick(ofTransaction)
    if (await reviseRecord(device.device, entry, changes)) this.tell("revised")
  }

  private place(): Fields {
    return { location: this.pick(["Bay 1", "Bay 2", null]) }
  }

  private async shown(device: TestDevice): Promise<Entry[]> {
    const days = await Promise.all(
      WORK_DATES.map((date) => readDay(device.store, this.server.contract, date)),
    )
    return days.flatMap(({ notes, transactions }) => [...notes, ...transactions])
  }

  private async nothingVanished(device: TestDevice): Promise<void> {
    const vanished = await findVanished(device)
    if (vanished !== undefined) throw new Error(`law 11: ${vanished}`)
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.chance(from.length)]!
  }

  private tell(what: string, times = 1): void {
    if (times > 0) this.counts.set(what, (this.counts.get(what) ?? 0) + times)
  }
}
