/** What kind of a case a held operation is, and what may be done about it. */
import { isFieldType } from "../../core/record-types.ts"
import type { HeldView } from "../../store/queries.ts"
import type { ComparedGroup } from "./comparison.ts"
import { FORM_FIELDS, type FormField } from "../inspection/form-values.ts"

/**
 * compare: two versions of a record. new: a record that does not exist yet. unplaced: a change of one
 * that is not here. decision: a decision that found nothing to decide. superseded: an own decision that
 * changed nothing.
 */
export type CaseKind = "compare" | "new" | "unplaced" | "decision" | "superseded"

export function kindOf({ state, held, entry }: HeldView): CaseKind {
  if (state === "superseded") return "superseded"
  if (held.operation.verb === "decide") return "decision"
  if (entry && !entry.isImagined) return "compare"
  return held.operation.verb === "create" ? "new" : "unplaced"
}

/** Reasons for which the office would hold the decision again: something must come or change first. */
const CANNOT_GO_IN: readonly string[] = [
  "missing_record",
  "missing_target",
  "unknown_type",
  "unknown_schema",
  "paid",
  "forbidden",
]

export interface Possible {
  /** Put it in, or keep it, in whole or in part. */
  apply: boolean
  setAside: boolean
}

/** How the person stands to the contract, and the contract itself. */
export interface Standing {
  right: string
  status: string
}

/** What this person may do about it here. */
export function whatIsPossible(view: HeldView, { right, status }: Standing): Possible {
  if (!view.mayDecide || view.myDecision) return { apply: false, setAside: false }
  const kind = kindOf(view)
  const { reason } = view.held
  const isOfficeOnly = isClosed(view, status) && right !== "office"
  const apply = (kind === "compare" || kind === "new") && !CANNOT_GO_IN.includes(reason) && !isOfficeOnly
  return { apply, setAside: true }
}

/** Into a closed contract the office alone puts something, whatever it was held for. */
function isClosed({ held }: HeldView, status: string): boolean {
  return status === "closed" || held.reason === "contract_closed"
}

/** Fields that the office found wrong and that a person can put right here, in the order of the form. */
export function correctableFields({ held }: HeldView): FormField[] {
  const { type } = held.operation
  if (held.reason !== "invalid" || !isFieldType(type)) return []
  const wrong = problemsTold(held.detail)
  return FORM_FIELDS[type].filter((name) => name in wrong)
}

/** Fields of the form in which the versions differ and one is to be chosen: a person may want a third value. */
export function editableFields({ held }: HeldView, groups: readonly ComparedGroup[]): FormField[] {
  const { type } = held.operation
  if (!isFieldType(type)) return []
  const open = new Set(
    groups.filter((one) => one.isChoice).flatMap(({ fields }) => fields.map((one) => one.name)),
  )
  return FORM_FIELDS[type].filter((name) => open.has(name))
}

/** By field what the office says is wrong with it. */
export function problemsTold(detail: HeldView["held"]["detail"]): Record<string, string> {
  const told = detail?.["fields"]
  if (told === null || typeof told !== "object" || Array.isArray(told)) return {}
  return Object.fromEntries(
    Object.entries(told).filter((one): one is [string, string] => typeof one[1] === "string"),
  )
}

/** Whether a person still has something to do about it on this device. */
export function isOpen(view: HeldView): boolean {
  return !view.myDecision
}

/** Whether he still has to do something about it: it is open, and he is the one who may. */
export function isToDo(view: HeldView): boolean {
  return isOpen(view) && (view.mayDecide || view.mayDismiss)
}

/** The one to show after `id` is done: the next that this person can do something about, from the top after the last. */
export function nextAfter(
  views: readonly HeldView[],
  id: string,
  isDone: (operation: string) => boolean = () => false,
): string | undefined {
  const at = views.findIndex((one) => one.held.operation.id === id)
  const order = [...views.slice(at + 1), ...views.slice(0, Math.max(at, 0))]
  return order.find((one) => isToDo(one) && !isDone(one.held.operation.id))?.held.operation.id
}

/** The neighbour of `id` in the list, decided or not; none before the first and after the last. */
export function neighbourOf(views: readonly HeldView[], id: string, step: 1 | -1): string | undefined {
  const at = views.findIndex((one) => one.held.operation.id === id)
  return at < 0 ? undefined : views[at + step]?.held.operation.id
}
