// @vitest-environment node
/** In any interleaving of typing, answers and pages, what was typed is shown or stands beside: law 11. */
import fc from "fast-check"
import { expect, test } from "vitest"
import type { Entry } from "./entry.ts"
import { findConflicts, fold, type Mergeable } from "./merging.ts"
import type { Answer, EndOfHold, Fields, HeldOperation, Image, Operation } from "./operation.ts"
import { togetherWith, VOIDED } from "./record-types.ts"
import { hasWritten, isConfirmed, isHoldOver, viewRecord, type OwnOperation, type Reached } from "./view.ts"

const TYPE = "item_transaction"

/** The least ledger that answers as the protocol says, of one record and of whatever else is written. */
class Ledger {
  seq = 0
  image: Image | undefined
  readonly held = new Map<string, HeldOperation>()
  readonly ended: { id: string; seq: number; how: EndOfHold }[] = []
  private readonly answers = new Map<string, Answer>()

  settle(operation: Operation): Answer {
    const known = this.answers.get(operation.id)
    if (known) return known
    this.seq += 1
    const answer = this.judge(operation)
    this.answers.set(operation.id, answer)
    return answer
  }

  /** The entry of another record, or of nobody's interest. */
  writeElsewhere(): void {
    this.seq += 1
  }

  endHold(id: string, isApplied: boolean): void {
    const held = this.held.get(id)
    if (!held) return
    this.seq += 1
    this.held.delete(id)
    this.ended.push({ id, seq: this.seq, how: isApplied ? "apply" : "set_aside" })
    if (isApplied) this.write({ ...held.operation, id: `decision-${this.seq}` })
  }

  private judge(operation: Operation): Answer {
    const conflicts = this.image ? findConflicts(TYPE, operation, this.image) : []
    const isMissing = !this.image && operation.verb !== "create"
    if (!isMissing && conflicts.length === 0) {
      this.write(operation)
      return { id: operation.id, state: "applied", seq: this.seq }
    }
    const reason = isMissing ? "missing_record" : "conflict"
    this.held.set(operation.id, { seq: this.seq, operation, reason })
    return { id: operation.id, state: "held", reason, seq: this.seq }
  }

  private write(operation: Operation): void {
    const { seq, image } = this
    const { author, made_at } = operation
    this.image = { ...fold(image, operation), seq, type: TYPE, record: "r", author, made_at, received_at: "" }
  }
}

/** One person's device, with the record's own operations and as much of the feed as came. */
class Phone {
  readonly own: OwnOperation[] = []
  private image: Image | undefined
  private held = new Map<string, HeldOperation>()
  private cursor = 0
  private reached: Reached = { whole: 0, isStale: false }
  private readonly ledger: Ledger
  private readonly name: string

  constructor(ledger: Ledger, name: string) {
    this.ledger = ledger
    this.name = name
  }

  view(): Entry | undefined {
    const held = [...this.held.values()]
    return viewRecord({
      contract: "k",
      record: "r",
      own: this.own,
      held,
      image: this.image,
      reached: this.reached,
    })
  }

  /** The same after a backup was restored: every operation again, no answer, records that say nothing about any. */
  viewRestored(): Entry | undefined {
    return viewRecord({
      contract: "k",
      record: "r",
      own: this.own.map(({ operation }) => ({ operation })),
      held: [...this.held.values()],
      image: this.image,
      reached: { whole: 0, isStale: true },
    })
  }

  type(set: Fields): void {
    const seen = this.view()
    const number = this.own.length + 1
    const id = `${this.name}${number}`
    const made = { id, device: this.name, number, contract: "k", type: TYPE, record: "r", author: this.name }
    const rest = { made_at: "", app: "", schema: 1 }
    const operation: Operation = seen
      ? { ...made, ...rest, verb: "revise", set, ...this.whatIsSeen(set, seen) }
      : { ...made, ...rest, verb: "create", set: { item: "i", ...set } }
    this.own.push({ operation })
  }

  private whatIsSeen(
    set: Fields,
    { fields, writers, revision }: Entry,
  ): Pick<Operation, "base" | "seen" | "revision"> {
    const whole = VOIDED in set ? [...Object.keys(fields), ...Object.keys(writers)] : []
    const names = new Set([...Object.keys(set).flatMap((name) => togetherWith(TYPE, name)), VOIDED, ...whole])
    const named = <T>(from: Record<string, T>) =>
      Object.fromEntries(Object.entries(from).filter(([name]) => names.has(name)))
    return { base: named(fields), seen: named(writers), revision }
  }

  /** Send some of what waits; the answers may be lost. */
  push(count: number, isLost: boolean): void {
    for (const one of this.own.filter(({ answer }) => !answer).slice(0, count)) {
      const answer = this.ledger.settle(one.operation)
      if (!isLost) one.answer = answer
    }
  }

  /** A page: all lines up to some seq, as they stand now. */
  pull(share: number): void {
    const { image, held, ended, seq } = this.ledger
    const until = this.cursor + Math.ceil((seq - this.cursor) * share)
    const isIn = (line: { seq: number }): boolean => line.seq > this.cursor && line.seq <= until
    if (image && isIn(image)) this.image = image
    for (const [id, one] of held) if (isIn(one)) this.held.set(id, one)
    for (const { id, ...end } of ended.filter(isIn)) {
      this.held.delete(id)
      for (const one of this.own) if (one.operation.id === id) one.ended = end
    }
    this.cursor = until
    if (until === seq) this.reached = { whole: seq, isStale: false }
  }

  /** What of the own operations is neither settled nor in sight. */
  lost(): Operation[] {
    const entry = this.view()
    return this.own
      .filter((one) => !this.isSettled(one) && !this.isInSight(one, entry))
      .map(({ operation }) => operation)
  }

  private isSettled(one: OwnOperation): boolean {
    // The feed shows it written, and whoever wrote over it had seen it.
    if (this.isBeneath(one.operation.id)) return true
    if (one.answer?.state !== "held") return isConfirmed(one, this.image, this.reached)
    return isHoldOver(one, this.image, this.reached)
  }

  /** It wrote, or somebody who had seen it did: the ledger takes nothing typed upon what it has not. */
  private isBeneath(id: string): boolean {
    if (hasWritten(id, this.image)) return true
    const upon = this.own.filter(({ operation: { seen = {} } }) => Object.values(seen).includes(id))
    return upon.some(({ operation }) => this.isBeneath(operation.id))
  }

  private isInSight({ operation }: OwnOperation, entry: Entry | undefined): boolean {
    if (!entry) return false
    if (entry.beside.some((one) => one.id === operation.id)) return true
    const later = new Set(
      this.own
        .map((one) => one.operation)
        .filter((one) => one.number > operation.number)
        .map((one) => one.id),
    )
    return Object.entries(operation.set).every(
      ([name, value]) =>
        entry.writers[name] === operation.id ||
        (entry.fields[name] ?? null) === value ||
        later.has(entry.writers[name] ?? ""),
    )
  }
}

const set = fc.oneof(
  fc.record({ quantity: fc.constantFrom("1", "2", "3") }),
  fc.record({ location: fc.constantFrom("Bay 1", "Bay 2", null) }),
  fc.record({ quantity: fc.constantFrom("1", "2"), location: fc.constantFrom("Bay 1", "Bay 2") }),
  fc.record({ voided: fc.boolean() }),
)
const who = fc.constantFrom(0, 1)
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant("type" as const), who, set }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("push" as const),
      who,
      count: fc.integer({ min: 1, max: 3 }),
      isLost: fc.boolean(),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant("pull" as const), who, share: fc.constantFrom(0.3, 0.6, 1) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("elsewhere" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("decide" as const), at: fc.nat(5), isApplied: fc.boolean() }),
  },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

function play(steps: readonly Step[]): { phones: Phone[]; ledger: Ledger; lost: Operation[] } {
  const ledger = new Ledger()
  const phones = [new Phone(ledger, "a"), new Phone(ledger, "b")]
  for (const one of steps) {
    if (one.kind === "type") phones[one.who]!.type(one.set)
    else if (one.kind === "push") phones[one.who]!.push(one.count, one.isLost)
    else if (one.kind === "pull") phones[one.who]!.pull(one.share)
    else if (one.kind === "elsewhere") ledger.writeElsewhere()
    else ledger.endHold([...ledger.held.keys()][one.at] ?? "", one.isApplied)
    const lost = phones.flatMap((phone) => phone.lost())
    if (lost.length > 0) return { phones, ledger, lost }
  }
  return { phones, ledger, lost: [] }
}

const steps = fc.array(step, { maxLength: 40, size: "max" })

test("what was typed is shown, or stands beside, until it is settled", () => {
  fc.assert(
    fc.property(steps, (story) => {
      expect(play(story).lost).toEqual([])
    }),
    { numRuns: 2_000 },
  )
})

test("when nothing is in flight, the screen shows what the office has, and what is held", () => {
  fc.assert(
    fc.property(steps, (story) => {
      const { phones, ledger } = play(story)
      for (const phone of [...phones, ...phones]) phone.push(Infinity, false)
      for (const phone of phones) phone.pull(1)

      for (const phone of phones) {
        const entry = phone.view()
        if (ledger.image) expect(entry?.fields).toEqual(ledger.image.fields)
        expect(entry?.where ?? "office").toBe(ledger.held.size > 0 ? "attention" : "office")
        if (ledger.image)
          expect(entry?.beside.map((one) => one.id).sort()).toEqual([...ledger.held.keys()].sort())
      }
    }),
    { numRuns: 500 },
  )
})

test("after a restore an entry is shown as it was on the device that made the backup", () => {
  const turn = fc.record({ who, set })
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 12 }), fc.array(set, { maxLength: 3 }), (turns, unsent) => {
      const ledger = new Ledger()
      const phones = [new Phone(ledger, "a"), new Phone(ledger, "b")] as const
      for (const one of turns) {
        phones[one.who].type(one.set)
        phones[one.who].push(Infinity, false)
        for (const phone of phones) phone.pull(1)
      }
      for (const one of unsent) phones[0].type(one)

      const [before, after] = [phones[0].view(), phones[0].viewRestored()]

      expect(after?.fields).toEqual(before?.fields)
      expect(after?.writers).toEqual(before?.writers)
    }),
    { numRuns: 2_000 },
  )
})

test("the stories reach conflicts, ends of holds and merges", () => {
  const found = fc.sample(steps, { numRuns: 400, seed: 1 }).map((story) => play(story).ledger)

  expect(found.filter(({ held }) => held.size > 0).length).toBeGreaterThan(20)
  expect(found.filter(({ ended }) => ended.length > 0).length).toBeGreaterThan(20)
  expect(
    found.filter(({ image }) => ((image as Mergeable | undefined)?.revision ?? 0) > 3).length,
  ).toBeGreaterThan(20)
})
