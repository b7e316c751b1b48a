/** One decision while a person makes it: what he looks at, what he chose, why; kept as a draft until it is saved. */
import { checkItemTransaction, checkNote, normaliseFields, type Problems } from "../../core/checks.ts"
import { canonicalJson } from "../../core/canonical-json.ts"
import type { Entry } from "../../core/entry.ts"
import type { Fields } from "../../core/operation.ts"
import { decideHeld } from "../../actions/decide-held.ts"
import type { Device } from "../../store/device.ts"
import type { Draft, HeldView } from "../../store/queries.ts"
import { NotSaved } from "../../store/store.ts"
import { spellDate } from "../../core/dates.ts"
import { textOf } from "../../ui/words/entries.ts"
import type { UnsavedAct } from "../act-file.ts"
import { DraftKeeper } from "../inspection/draft-keeper.ts"
import { checkReason, tidyValue, type FormField } from "../inspection/form-values.ts"
import { correctableFields, editableFields } from "./cases.ts"
import {
  compareVersions,
  decisionOf,
  fieldsAfter,
  usualChoices,
  withCorrections,
  type Decision,
  type Side,
} from "./comparison.ts"
import type { ContractAround } from "./read-attention.ts"

export const decisionDraftKey = (operation: string): string => `decide ${operation}`

const CHOICE = "choice "
const FIX = "fix "

export class Deciding {
  /** As it was when he began to look: what a sync brings meanwhile he has not seen. */
  readonly seen: HeldView
  /** What can be typed anew: fields that are not valid, or those that he wants otherwise than either version. */
  correctable = $state.raw<readonly FormField[]>([])
  reason = $state("")
  /** By field what he typed in place of what is not valid. */
  fixes = $state<Partial<Record<FormField, string>>>({})
  failure = $state("")
  problems = $state.raw<Problems>({})
  isSaving = $state(false)
  isSaved = $state(false)
  private tried: Decision | undefined
  private chosen = $state<Record<string, Side | undefined>>({})
  private readonly keeper: DraftKeeper
  private readonly device: Device
  private readonly around: ContractAround

  constructor(device: Device, seen: HeldView, around: ContractAround, draft: Draft | undefined) {
    this.device = device
    this.seen = seen
    this.around = around
    this.correctable = correctableFields(seen)
    const key = decisionDraftKey(seen.held.operation.id)
    this.keeper = new DraftKeeper(device, key, {
      seen: seen.entry,
      failed: (sentence) => (this.failure = sentence),
    })
    for (const name of this.correctable) this.fixes[name] = textOf(seen.mine, name)
    if (draft) this.takeDraft(draft)
  }

  /** The held version with what he put right in it. */
  readonly view = $derived.by(() => withCorrections(this.seen, this.corrections()))
  readonly groups = $derived.by(() => compareVersions(this.view))
  readonly choices = $derived.by(() => ({ ...usualChoices(this.groups), ...this.chosen }))
  readonly decision = $derived.by(() => decisionOf(this.view, this.groups, this.choices))

  /** What he could type otherwise than either version, of what is to be chosen. */
  readonly editable = $derived.by(() => editableFields(this.seen, this.groups))
  readonly isEditing = $derived.by(() => this.correctable.length > 0 && this.seen.held.reason !== "invalid")

  /** Type something else than either version: it goes in as the one that waits, put right. */
  edit(): void {
    const open = this.groups.filter((one) => one.isChoice)
    for (const name of this.editable) this.fixes[name] = textOf(this.seen.mine, name)
    this.correctable = this.editable
    for (const { key } of open) this.chosen[key] = "mine"
    this.keep()
  }

  /** What was typed before the entry changed; its choices are asked anew. */
  takeOver({ reason, fixes, correctable }: Deciding): void {
    this.reason = reason
    this.correctable = correctable
    Object.assign(this.fixes, fixes)
    this.keep()
  }

  choose(group: string, side: Side): void {
    this.chosen[group] = side
    this.keep()
  }

  /** Call with every key. */
  keep(): void {
    const chosen = Object.entries(this.chosen).flatMap(([key, side]) =>
      side ? [[`${CHOICE}${key}`, side] as const] : [],
    )
    const fixes = Object.entries(this.fixes).map(([name, typed]) => [`${FIX}${name}`, typed] as const)
    if (!this.isSaved) this.keeper.keep({ reason: this.reason, ...Object.fromEntries([...chosen, ...fixes]) })
  }

  flush(): Promise<void> {
    return this.keeper.flush()
  }

  /** True where it is saved on this device. Otherwise it says why at the field, and nothing is lost. */
  async save({ choice, set }: Decision): Promise<boolean> {
    if (this.isSaving || this.isSaved) return false
    this.problems = this.findProblems({ choice, set })
    this.failure = ""
    if (Object.keys(this.problems).length > 0) return false
    this.isSaving = true
    this.tried = { choice, set }
    this.keeper.pause()
    try {
      const draft = this.keeper.key
      await decideHeld(this.device, this.seen, choice, set, this.reason, { draft })
      this.isSaved = true
    } catch (failure) {
      if (!(failure instanceof NotSaved)) throw failure
      this.failure = failure.message
      this.keeper.resume()
      this.keep()
    } finally {
      this.isSaving = false
    }
    return this.isSaved
  }

  /** What he decided, or had so far, where this device keeps nothing. */
  get unsaved(): UnsavedAct {
    const { operation } = this.seen.held
    const decision = this.tried ?? this.decision
    return {
      act: "decide",
      contract: this.around.contract,
      record: operation.record,
      target: operation.id,
      ...(decision && { choice: decision.choice }),
      fields: { ...this.fixes, ...decision?.set },
      reason: this.reason,
    }
  }

  private findProblems(decision: Decision): Problems {
    const reason = checkReason(this.reason)
    return { ...this.findFieldProblems(decision), ...(reason && { reason }) }
  }

  /** Of what the decision would write: the rest stands already, whatever is wrong with it. */
  private findFieldProblems(decision: Decision): Problems {
    if (decision.choice === "set_aside") return {}
    const { type } = this.seen.held.operation
    const fields = fieldsAfter(this.view, decision)
    const found =
      type === "note"
        ? checkNote(fields)
        : type === "item_transaction"
          ? checkItemTransaction(fields, this.around.itemById.get(textOf(fields, "item")))
          : {}
    return Object.fromEntries(Object.entries(found).filter(([name]) => name in decision.set))
  }

  private corrections(): Fields {
    const today = spellDate(this.device.now())
    const tidy = (name: FormField): string => tidyValue(name, this.fixes[name] ?? "", today)
    return normaliseFields(Object.fromEntries(this.correctable.map((name) => [name, tidy(name)])))
  }

  /** What was chosen on another state of the record is asked anew. */
  private takeDraft({ fields, seen }: Draft): void {
    this.reason = textOf(fields, "reason")
    if (this.correctable.length === 0) {
      this.correctable = this.editable.filter((name) => `${FIX}${name}` in fields)
    }
    for (const name of this.correctable) {
      if (`${FIX}${name}` in fields) this.fixes[name] = textOf(fields, `${FIX}${name}`)
    }
    if (stampOf(seen) !== stampOf(this.seen.entry)) return
    for (const [name, side] of Object.entries(fields)) {
      if (name.startsWith(CHOICE) && (side === "theirs" || side === "mine")) {
        this.chosen[name.slice(CHOICE.length)] = side
      }
    }
  }
}

/** The same as long as nobody wrote any field of the entry. */
export function stampOf(entry: Entry | undefined): string {
  return entry && !entry.isImagined ? canonicalJson(entry.writers) : ""
}
