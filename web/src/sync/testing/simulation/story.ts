/** A story with a seed: people type and sync through every fault; the faults stop; every law is asserted. */
import { decideHeld } from "../../../actions/decide-held.ts"
import type { Operation } from "../../../core/operation.ts"
import { countWaiting, readContract, readHeld, readItems } from "../../../store/queries.ts"
import { NotReadable, NotSaved } from "../../../store/store.ts"
import type { SyncService } from "../../sync-service.ts"
import { findVanished } from "../find-vanished.ts"
import { readCopyOf, type Copy } from "../test-device.ts"
import { typeSomething, type Scene, type Typist } from "./acts.ts"
import { Browser, isUseless, type Tab } from "./browser.ts"
import { Chance } from "./chance.ts"
import { Desk } from "./desk.ts"
import {
  assertEqual,
  assertLedgerLaws,
  isSame,
  nothingWaitsForWhatIsThere,
  type LedgerEntry,
} from "./laws.ts"
import { KILLED } from "./life.ts"
import { FaultyLine, type Sent } from "./line.ts"
import type { PersonName, Stage } from "./stage.ts"
import { isBusyLoop, passTime } from "./time.ts"
import { breaks, LawBroken, Witness } from "./witness.ts"

const START_MS = Date.UTC(2026, 11, 1, 14)
const YEAR_MS = 365 * 24 * 60 * 60 * 1_000
const SETTLING_ROUNDS = 3
const CHECK_OUT_TRIES = 5

/** Undefined: nothing was there to be typed. Raises NotSaved. */
export type Typing = (typist: Typist) => Promise<Operation | undefined>

export interface StoryParts {
  stage: Stage
  seed: number
  steps: number
  /** Counts what happened, over all stories: a simulation is checked for what it never does. */
  tell(what: string, times?: number): void
}

/** A file, and what its owner knows of it. */
export interface BackupFile {
  bytes: Blob
  /** The device on which it was written. */
  device: string
  writtenMs: number
  /** The devices on which it was restored. */
  readonly restoredOn: Set<string>
}

export class Story implements Scene {
  readonly parts: StoryParts
  readonly chance: Chance
  readonly witness = new Witness()
  readonly desk: Desk
  readonly browsers: Browser[] = []
  readonly items: string[] = []
  /** Everything that was said to be saved. */
  readonly typed = new Map<string, Operation>()
  /** The backup files that there are, whole or not. */
  readonly backups: BackupFile[] = []
  /** What the office merged since the server was backed up: nobody else may have it. */
  mergedSince: Blob[] = []
  /** Devices that nobody will see again. */
  readonly gone = new Set<string>()
  /** How long ago the story began, by a clock that is right: all of it is time that was let pass. */
  passedMs = 0
  private furnished = 0
  private broken: LawBroken | undefined
  /** Somebody is in the middle of a sync that somebody else's sync waits for. */
  private isWithin = false

  constructor(parts: StoryParts) {
    this.parts = parts
    this.chance = new Chance(parts.seed, "story")
    this.desk = new Desk(parts.stage, new Chance(parts.seed, "desk"), this.witness, START_MS)
  }

  get contract(): string {
    return this.desk.contract
  }

  readonly tell = (what: string, times = 1): void => this.parts.tell(what, times)

  async begin(): Promise<void> {
    if (this.parts.stage.countWorkers() > 1) this.tell("two server processes")
    await this.desk.makeContract(`S-${this.parts.seed}`)
    for (const name of ["alice", "bob", "ruth"] as const) {
      const browser = this.furnish(name)
      this.browsers.push(browser)
      const { sync } = await browser.openTab()
      await this.checkOut(sync)
      await this.look(browser)
    }
    const items = await readItems(this.browsers[0]!.disk, this.contract)
    this.items.push(...items.map(({ record }) => record))
    if (this.items.length === 0) breaks(9, "a contract was checked out without its items")
    for (const { parts } of this.browsers) parts.line.isFaulty = true
  }

  /** No fault is let loose yet, but a server under load may be busy: then a person presses the button again. */
  private async checkOut(sync: SyncService): Promise<void> {
    let said: unknown
    for (let tries = 0; tries < CHECK_OUT_TRIES; tries += 1) {
      await sync.refreshContracts()
      const outcome = await sync.checkOut(this.contract)
      if (outcome.kind === "checked_out") return
      said = outcome
    }
    breaks(9, `a contract could not be checked out: ${JSON.stringify(said)}`)
  }

  /** A new browser with a line, which is good until the story has begun. */
  furnish(name: PersonName): Browser {
    const { seed, stage } = this.parts
    this.furnished += 1
    const chance = new Chance(seed, `${name} ${this.furnished}`)
    const line = new FaultyLine({
      chance: new Chance(seed, `line of ${name} ${this.furnished}`),
      witness: this.witness,
      faultPercent: this.chance.pick([5, 20, 35]),
      tell: (fault) => this.tell(`line: ${fault}`),
      note: (failure) => {
        if (failure instanceof LawBroken) this.broken ??= failure
      },
    })
    line.isFaulty = false
    const clockOffMs = this.chance.strikes(40) ? (this.chance.below(20) - 10) * YEAR_MS : 0
    if (clockOffMs !== 0) this.tell("clock off by years")
    const browser = new Browser(
      {
        person: stage.people[name],
        contract: this.contract,
        serverUrl: () => stage.url,
        line,
        chance,
        clockOffMs,
        hasLocks: this.chance.strikes(70),
        hasSecondDisk: this.chance.strikes(80),
        pageLines: this.chance.pick([2, 4, 1_000]),
        tell: this.tell,
      },
      START_MS + this.passedMs,
    )
    line.before = (request) => this.meanwhile(browser, request)
    if (!browser.second) this.tell("journal: missing")
    return browser
  }

  /** Nobody does anything for so long: every clock goes on but the server's, which says nothing about what was typed. */
  letPass(durationMs: number): void {
    this.passedMs += durationMs
    this.desk.letPass(durationMs)
    for (const browser of this.browsers) browser.letPass(durationMs)
  }

  pickTab(): { browser: Browser; tab: Tab } {
    const browser = this.chance.pick(this.browsers)
    return { browser, tab: this.chance.pick(browser.tabs) }
  }

  /** Do something with a tab that may be killed in the middle of it; afterwards the browser is open again. */
  async live<T>(browser: Browser, tab: Tab, work: Promise<T>): Promise<T | typeof KILLED> {
    const done = await tab.life.outlives(work)
    if (this.broken !== undefined) throw this.broken
    if (done === KILLED) this.tell("device killed")
    // Not under the feet of a sync of the same browser that waits for this.
    if (isUseless(tab) && !this.isWithin) await browser.reopen()
    return done
  }

  /** Type one thing. What is said to be saved must be on the disk, what is said to be not must not. */
  async type(browser: Browser, tab: Tab, typing: Typing = typeSomething): Promise<void> {
    const before = await browser.listKept()
    const scene: Scene = { contract: this.contract, items: this.items, chance: this.chance, tell: this.tell }
    let saved: Operation | undefined
    try {
      const done = await this.live(browser, tab, typing({ ...scene, device: tab.device }))
      saved = done === KILLED ? undefined : done
    } catch (failure) {
      if (!(failure instanceof NotSaved || failure instanceof NotReadable)) throw failure
      this.tell("not saved")
      if ((await browser.listKept()).size !== before.size) breaks(2, "what was not saved is on the disk")
      return
    }
    if (!saved) return
    await this.assertSaved(browser, tab, saved.id)
    this.typed.set(saved.id, structuredClone(saved))
  }

  /** Law 2, as the screen says it: on the disk, and in the second copy where it says so. */
  private async assertSaved(browser: Browser, tab: Tab, id: string): Promise<void> {
    if (!(await browser.listKept()).has(id)) breaks(2, `${id} was said to be saved and is not`)
    const { kind, stranded } = tab.store.secondCopy.get()
    const copied = (await browser.second?.look())?.ids
    if (kind === "written" && !copied?.includes(id)) breaks(2, `${id} has no second copy, and nobody says so`)
    if (stranded.some((one) => one.id === id)) this.tell("saved in the second copy alone")
  }

  async sync(browser: Browser, tab: Tab): Promise<void> {
    const summary = await this.live(browser, tab, tab.sync.syncNow(this.contract))
    if (summary !== KILLED) {
      this.tell(`outcome: ${summary.outcome.kind}`)
      if (summary.outcome.kind === "failed" && summary.outcome.code === "unexpected")
        breaks(3, "a round failed without a reason")
      if (isBusyLoop(tab, summary.outcome)) breaks(7, "a round that failed is tried again without a pause")
    }
    await this.look(browser)
  }

  /** The timer of a tab fires: it syncs by itself. */
  async wait(browser: Browser, tab: Tab): Promise<void> {
    await this.live(browser, tab, passTime(tab))
    this.tell("synced by itself")
    await this.look(browser)
  }

  async syncAtOnce(): Promise<void> {
    this.tell("synced at the same time")
    this.isWithin = true // the others write by themselves
    const tabs = this.browsers.flatMap((browser) => browser.tabs.map((tab) => ({ browser, tab })))
    await Promise.all(tabs.map(({ browser, tab }) => this.sync(browser, tab)))
    this.isWithin = false
    for (const browser of this.browsers) await browser.reopen()
  }

  /** Law 11, and law 2: what is said to be at the office is there. */
  async look(browser: Browser): Promise<void> {
    const store = browser.disk
    const operations = (): Promise<Operation[]> => listOperations(browser)
    const vanished = await findVanished(
      { store, contract: this.contract, operations },
      ({ where, writers }) => {
        const early = Object.values(writers).find((id) => !this.witness.atOffice.has(id))
        if (where === "office" && early)
          breaks(2, `${early} is said to be at the office, which never said so`)
      },
    )
    if (vanished !== undefined) breaks(11, vanished)
  }

  /** Somebody types, here or elsewhere, before a request goes. */
  private async meanwhile(browser: Browser, { path }: Sent): Promise<void> {
    if (this.isWithin || !browser.parts.line.isFaulty) return
    this.isWithin = true // no story within a story within a story
    const { browser: other, tab } = this.pickTab()
    if (this.chance.strikes(30)) await this.look(browser)
    if (!isUseless(tab) && this.chance.strikes(25)) await this.type(other, tab)
    if (!isUseless(tab) && other !== browser && path.endsWith("/feed") && this.chance.strikes(30)) {
      await this.sync(other, tab)
      this.tell("others wrote between pages")
    }
    if (!isUseless(tab) && other === browser && this.chance.strikes(3))
      await this.turnWorkOffline(browser, tab)
    this.isWithin = false
  }

  async turnWorkOffline(browser: Browser, tab: Tab): Promise<void> {
    const on = !browser.isOffline
    this.tell(on ? "Work Offline on" : "Work Offline off")
    await this.live(browser, tab, tab.sync.setWorkOffline(on))
    browser.parts.line.isShut = browser.isOffline
  }

  /** The faults stop; everybody syncs until nothing is in flight. */
  async heal(): Promise<void> {
    for (const { parts } of this.browsers) parts.line.isFaulty = false
    for (const { parts } of this.browsers) await parts.line.deliverLate()
    for (const browser of this.browsers) {
      await browser.calmDown()
      if (browser.isOffline) await this.turnWorkOffline(browser, browser.tab)
    }
    for (let round = 0; round < SETTLING_ROUNDS; round += 1) {
      for (const browser of this.browsers) await this.settle(browser, round === SETTLING_ROUNDS - 1)
    }
  }

  private async settle({ tab, disk }: Browser, isLast: boolean): Promise<void> {
    const row = await readContract(disk, this.contract)
    if (!row) await tab.sync.refreshContracts()
    if (row?.state !== "checked_out") await tab.sync.checkOut(this.contract)
    const { outcome } = await tab.sync.syncNow(this.contract)
    if (this.broken !== undefined) throw this.broken
    if (isLast && outcome.kind !== "done")
      breaks(7, `a round of a healed device ended with ${JSON.stringify(outcome)}`)
  }

  /** Everybody shows what the server has, nothing waits, and what is held is on everybody's list. */
  async assertEverybodyEqual(): Promise<Copy> {
    const atServer = await this.desk.readCopy()
    for (const browser of this.browsers) {
      const { name, id } = browser.parts.person
      assertEqual(name, await readCopyOf(browser.disk, this.contract), atServer)
      const waiting = await countWaiting(browser.disk, this.contract)
      if (waiting > 0) breaks(3, `${waiting} operations of ${name} wait although nothing fails`)
      const views = (await readHeld(browser.disk, id)).filter((one) => one.contract === this.contract)
      const listed = new Set(
        views
          .filter(({ state, held }) => state === "held" && held.seq > 0)
          .map((one) => one.held.operation.id),
      )
      const differing = [...atServer.held.keys()].filter((one) => !listed.has(one))
      if (differing.length > 0 || listed.size !== atServer.held.size)
        breaks(9, `${name} lists ${listed.size} of ${atServer.held.size} held operations`)
      await this.look(browser)
    }
    return atServer
  }

  /** While nobody has set anything aside: afterwards nothing waits any more. */
  async assertNothingWaits(): Promise<void> {
    const atServer = await this.assertEverybodyEqual()
    const entries = await this.parts.stage.hand.ask<LedgerEntry[]>("export", this.desk.number)
    nothingWaitsForWhatIsThere({ entries, atServer })
  }

  /** The office sets aside what is still held; then everybody syncs again. */
  async decideTheRest(): Promise<void> {
    const office = this.browsers.at(-1)!
    const { device } = office.tab
    for (const view of await readHeld(office.disk, device.person.id)) {
      if (view.contract !== this.contract || !view.mayDecide) continue
      const decision = await decideHeld(device, view, "set_aside", {}, "the story is over")
      this.typed.set(decision.id, structuredClone(decision))
    }
    await this.heal()
  }

  async assertLaws(): Promise<void> {
    const atServer = await this.assertEverybodyEqual()
    const { hand } = this.parts.stage
    const difference = await hand.ask<string>("verify", this.desk.number)
    if (difference) breaks(10, difference)
    const entries = await hand.ask<LedgerEntry[]>("export", this.desk.number)
    for (const { state, reason } of entries) this.tell(`${state}${reason && ` ${reason}`}`)
    for (const operation of this.desk.typed) this.typed.set(operation.id, operation)
    const unclaimed = new Set(await hand.ask<string[]>("list_unclaimed", this.contract))
    await this.assertDevicesKeep(unclaimed)
    assertLedgerLaws({ entries, atServer, typed: this.typed, unclaimed, told: this.witness.told })
  }

  /** Laws 1 and 8: every operation is still on its device, as it was typed; what a killed tab saved counts as well. */
  private async assertDevicesKeep(unclaimed: ReadonlySet<string>): Promise<void> {
    const kept = new Map<string, Operation>()
    for (const browser of this.browsers)
      for (const operation of await listOperations(browser)) kept.set(operation.id, operation)
    for (const [id, operation] of this.typed) {
      if (operation.device === this.desk.device || this.gone.has(operation.device)) continue
      const still = kept.get(id)
      if (!still) breaks(8, `${id} is gone from the device where it was typed`)
      if (!isSame(still, operation)) breaks(1, `${id} was edited on its device`)
    }
    for (const [id, operation] of kept) this.typed.set(id, operation)
    this.tell("unclaimed", unclaimed.size)
  }

  end(): void {
    for (const browser of this.browsers) for (const tab of [...browser.tabs]) browser.close(tab)
  }
}

export function listOperations({ disk, parts }: Browser): Promise<Operation[]> {
  return disk.read(["operations"], (read) =>
    read.list("operations", { index: "by_contract", prefix: [parts.contract] }),
  )
}
