/** A held operation in words, and its choices: what belongs together is chosen together. Pure. */
import type { FieldValue, Fields } from "../../core/operation.ts"
import { groupsOf } from "../../core/record-types.ts"

export type Side = "theirs" | "mine"

/** One field beside its two other versions. */
export interface ComparedField {
  name: string
  base: FieldValue
  theirs: FieldValue
  mine: FieldValue
  /** Theirs and mine are not the same. */
  differs: boolean
  theirsChanged: boolean
  mineChanged: boolean
}

/** Fields that are chosen together. */
export interface Choice {
  /** The first field's name: stable, for keys. */
  key: string
  fields: ComparedField[]
}

export interface Versions {
  type: string
  base: Fields
  theirs: Fields
  mine: Fields
  /** What the held operation sets. Of fields that it has nothing to do with, mine is theirs. */
  set: Fields
}

const valueOf = (fields: Fields, name: string): FieldValue => fields[name] ?? null

const isSame = (one: FieldValue, other: FieldValue): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Absent, null and "not void" mean the same where `voided` is compared. */
function compareField(name: string, versions: Versions): ComparedField {
  const { base, theirs, mine } = versions
  const read = (fields: Fields): FieldValue => (name === "voided" ? fields[name] === true : valueOf(fields, name))
  const isTouched = name === "voided" || "voided" in versions.set || isInTouchedGroup(name, versions)
  const [seen, there, here] = [read(isTouched ? base : theirs), read(theirs), read(isTouched ? mine : theirs)]
  return {
    name,
    base: seen,
    theirs: there,
    mine: here,
    differs: !isSame(there, here),
    theirsChanged: !isSame(seen, there),
    mineChanged: !isSame(seen, here),
  }
}

function isInTouchedGroup(name: string, { type, set }: Versions): boolean {
  if (name in set) return true
  return groupsOf(type).some((group) => group.includes(name) && group.some((other) => other in set))
}

function namesIn({ base, theirs, mine }: Versions): string[] {
  return [...new Set([...Object.keys(theirs), ...Object.keys(base), ...Object.keys(mine)])].filter(
    (name) => name !== "voided",
  )
}

/**
 * What there is to choose: one choice for each group in which theirs and mine differ, with every
 * field of the group that anybody filled in. Where one of them voided the entry, all is one choice:
 * `voided` belongs together with every field.
 */
export function choicesOf(versions: Versions): Choice[] {
  const voided = compareField("voided", versions)
  const names = namesIn(versions)
  if (voided.differs) return [{ key: "voided", fields: [voided, ...names.map((name) => compareField(name, versions))] }]
  const choices: Choice[] = []
  for (const group of groupsWithStrangers(versions.type, names)) {
    const fields = group.filter((name) => names.includes(name)).map((name) => compareField(name, versions))
    const [first] = fields
    if (first && fields.some((field) => field.differs)) choices.push({ key: first.name, fields })
  }
  return choices
}

/** A field that no group names stands alone. */
function groupsWithStrangers(type: string, names: readonly string[]): string[][] {
  const groups = groupsOf(type).map((group) => [...group])
  const named = new Set(groups.flat())
  return [...groups, ...names.filter((name) => !named.has(name)).map((name) => [name])]
}

/**
 * What an applied decision sets: of each group chosen as mine, every field in which the office's
 * version differs. Nothing where all is theirs: then the held operation is set aside.
 */
export function setOf(choices: readonly Choice[], chosen: ReadonlyMap<string, Side>): Fields {
  const set: Fields = {}
  for (const choice of choices) {
    if (chosen.get(choice.key) !== "mine") continue
    for (const field of choice.fields) {
      if (field.differs) set[field.name] = field.mine
    }
  }
  return set
}

/** The record as it would stand: theirs, with the chosen groups of mine. */
export function resultOf(versions: Versions, set: Fields): Fields {
  return { ...versions.theirs, ...set }
}

/** Which heading a conflict gets: people look for the quantity first. */
export function kindOfConflict(versions: Versions): "void" | "both_void" | "quantity" | "entry" {
  const voided = compareField("voided", versions)
  if (voided.differs) return voided.mine === true ? "void" : "both_void"
  return compareField("quantity", versions).differs && versions.type === "item_transaction" ? "quantity" : "entry"
}

/** Reasons that end by themselves: nobody decides them. */
export function waitsByItself(reason: string): boolean {
  return reason.startsWith("missing_") || reason.startsWith("unknown_") || reason === "error"
}

/** Who decides, in short: this is what the screen offers. */
export function wayOut(reason: string, state: string): "choose" | "correct" | "wait" | "told" {
  if (state === "superseded" || reason === "forbidden") return "told"
  if (waitsByItself(reason)) return "wait"
  return reason === "invalid" ? "correct" : "choose"
}
