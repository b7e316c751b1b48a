/** Two versions of one record side by side, and what a person makes of them group by group. */
import { isSameValue } from "../../core/merging.ts"
import type { DecisionChoice, Fields, FieldValue } from "../../core/operation.ts"
import { fieldNamesOf, groupsOf, VOIDED } from "../../core/record-types.ts"
import type { HeldView } from "../../store/queries.ts"

/** theirs: as the record stands. mine: as the held operation wants it, whoever made it. */
export type Side = "theirs" | "mine"

export interface ComparedField {
  name: string
  base: FieldValue
  theirs: FieldValue
  mine: FieldValue
}

/** Fields that settle together, so that they are chosen together. */
export interface ComparedGroup {
  key: string
  /** Those in which the three differ, in the order of the forms. */
  fields: ComparedField[]
  /** Every name of the group, shown or not. */
  names: readonly string[]
  isChoice: boolean
  /** Nobody else touched the group: the held version of it would have gone in by itself. */
  usual?: Side
}

export type Choices = Readonly<Record<string, Side | undefined>>

type Versions = Record<Side | "base", Fields>

/** The record as it is shown here, upon which a decision is typed; of one that does not exist: nothing. */
export function standingFields({ entry }: HeldView): Fields {
  return entry && !entry.isImagined ? entry.fields : {}
}

/** The groups in which something differs; those to choose in come first. Cost: one pass over the fields. */
export function compareVersions(view: HeldView): ComparedGroup[] {
  const versions: Versions = { base: view.base, theirs: standingFields(view), mine: view.mine }
  const groups = groupNames(view.held.operation.type, versions)
    .map((names) => compareGroup(view, versions, names))
    .filter(({ fields }) => fields.length > 0)
  return [...groups.filter((one) => one.isChoice), ...groups.filter((one) => !one.isChoice)]
}

function groupNames(type: string, { base, theirs, mine }: Versions): (readonly string[])[] {
  const known = groupsOf(type)
  const grouped = new Set(known.flat())
  const all = new Set([base, theirs, mine].flatMap((fields) => Object.keys(fields)))
  const single = [...new Set([...fieldNamesOf(type), ...all])].filter(
    (name) => !grouped.has(name) && name !== VOIDED,
  )
  return [...known, ...single.map((name) => [name]), [VOIDED]]
}

function compareGroup(view: HeldView, versions: Versions, names: readonly string[]): ComparedGroup {
  const { set } = view.held.operation
  const all = names.map((name) => compareField(versions, name))
  const fields = all.filter((one) => !isSameValue(one.theirs, one.mine) || !isSameValue(one.base, one.theirs))
  // Nothing is revised that is void: whoever keeps the held version brings the record back with it.
  const isWanted = names.some((name) => name in set) || names[0] === VOIDED
  const isChoice = isWanted && all.some((one) => !isSameValue(one.theirs, one.mine))
  const group = { key: names[0] ?? "", names, fields, isChoice }
  // Who voids looks at the whole record.
  const lookedAt = VOIDED in set ? Object.keys({ ...versions.base, ...versions.theirs }) : names
  const isContested = isTouchedByOthers(view, versions, lookedAt)
  return isChoice && !isContested ? { ...group, usual: "mine" } : group
}

function compareField({ base, theirs, mine }: Versions, name: string): ComparedField {
  return { name, base: valueOf(base, name), theirs: valueOf(theirs, name), mine: valueOf(mine, name) }
}

/** Absent and null are the same; of `voided` so is false. */
const valueOf = (fields: Fields, name: string): FieldValue =>
  name === VOIDED ? fields[VOIDED] === true : (fields[name] ?? null)

/** Whether somebody else changed one of these fields, as far as the values or the office tell. */
function isTouchedByOthers(
  { held }: HeldView,
  { base, theirs }: Versions,
  names: readonly string[],
): boolean {
  const told = held.detail?.["fields"]
  const inConflict: readonly FieldValue[] = Array.isArray(told) ? told : []
  return names.some(
    (name) => inConflict.includes(name) || !isSameValue(valueOf(base, name), valueOf(theirs, name)),
  )
}

/** Choices as they are before anybody chose. */
export function usualChoices(groups: readonly ComparedGroup[]): Record<string, Side | undefined> {
  return Object.fromEntries(groups.filter((one) => one.isChoice).map((one) => [one.key, one.usual]))
}

export function allOf(side: Side, groups: readonly ComparedGroup[]): Record<string, Side> {
  return Object.fromEntries(groups.filter((one) => one.isChoice).map((one) => [one.key, side]))
}

export interface Decision {
  choice: DecisionChoice
  set: Fields
}

/** What the choices come to; undefined while a group is open. Nothing of the held version: it is set aside. */
export function decisionOf(
  view: HeldView,
  groups: readonly ComparedGroup[],
  choices: Choices,
): Decision | undefined {
  const open = groups.filter((one) => one.isChoice)
  if (open.some((one) => choices[one.key] === undefined)) return undefined
  const kept = open.filter((one) => choices[one.key] === "mine")
  if (kept.length === 0) return { choice: "set_aside", set: {} }
  const set = Object.assign({}, ...kept.map((one) => wantedOf(view, one.names))) as Fields
  return { choice: "apply", set }
}

/** Of a group all that its author typed or saw: a quantity never goes in beside another one's evidence. */
function wantedOf(view: HeldView, names: readonly string[]): Fields {
  const standing = standingFields(view)
  const wanted: Fields = {}
  for (const name of names) {
    const value = valueOf(view.mine, name)
    const isTyped = name in view.held.operation.set
    if (isTyped || !isSameValue(value, valueOf(standing, name))) wanted[name] = value
  }
  return wanted
}

/** The fields that differ, as they would stand; undefined where nobody chose yet. */
export function resultOf(
  groups: readonly ComparedGroup[],
  choices: Choices,
): { name: string; value: FieldValue; side: Side | undefined }[] {
  return groups.flatMap(({ key, fields, isChoice }) => {
    const side = isChoice ? choices[key] : "theirs"
    return fields.map((one) => ({ name: one.name, value: side ? one[side] : null, side }))
  })
}

/** The record's fields after the decision: what the forms' checks look at. */
export function fieldsAfter(view: HeldView, { set }: Decision): Fields {
  return { ...standingFields(view), ...set }
}

/** The view with what somebody put right in the held version, before it is compared or decided. */
export function withCorrections(view: HeldView, corrections: Fields): HeldView {
  if (Object.keys(corrections).length === 0) return view
  const operation = { ...view.held.operation, set: { ...view.held.operation.set, ...corrections } }
  return { ...view, mine: { ...view.mine, ...corrections }, held: { ...view.held, operation } }
}
