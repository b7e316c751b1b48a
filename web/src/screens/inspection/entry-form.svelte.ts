/** One form while it is filled in: what is typed, what is wrong with it, its draft, its one save. */
import type { Problem, Problems } from "../../core/checks.ts"
import type { ContractItem } from "../../core/contract-records.ts"
import type { Entry } from "../../core/entry.ts"
import type { Operation } from "../../core/operation.ts"
import type { FieldType } from "../../core/record-types.ts"
import { NotSaved } from "../../store/store.ts"
import type { Draft } from "../../store/tables.ts"
import type { DraftKeeper } from "./draft-keeper.ts"
import {
  beginValues,
  carryOver,
  findProblems,
  isSameForm,
  readValues,
  takeRounded,
  tidyValue,
  tidyValues,
  type FormName,
  type FormValues,
} from "./form-values.ts"

export interface EntryFormParts {
  type: FieldType
  /** What the form begins with where no draft is. */
  first: FormValues
  draft?: Draft | undefined
  keeper: DraftKeeper
  today: string
  itemOf: (item: string) => ContractItem | undefined
  seen?: Entry | undefined
  needsReason?: boolean
  /** One local write, the draft's end in it. Undefined: nothing had changed. */
  write: (values: FormValues, draftKey: string) => Promise<Operation | undefined>
}

export type SaveEnd =
  | { kind: "saved"; operation: Operation; values: FormValues }
  | { kind: "unchanged" }
  | { kind: "wrong" }
  | { kind: "not_saved" }
  /** It is on its way, or over: this press does nothing. */
  | { kind: "ignored" }

export class EntryForm {
  readonly type: FieldType
  readonly seen: Entry | undefined
  readonly needsReason: boolean
  /** When the draft that was restored had been typed; undefined: nothing was restored. */
  restoredAt = $state<string>()
  values = $state<FormValues>(beginValues({}))
  /** Why nothing was saved, in the store's own words. */
  failure = $state<string>()
  isSaving = $state(false)
  hasTried = $state(false)
  /** What was in the form before it was cleared. */
  cleared = $state.raw<FormValues>()

  readonly #parts: EntryFormParts
  #first: FormValues
  #left = $state.raw<readonly string[]>([])
  #isOver = false

  readonly #problems: Problems = $derived.by(() => {
    const item = this.#parts.itemOf(this.values.item)
    const { type, needsReason } = this
    // Judged as it would be saved: a date typed as 11/19 is none of the problems.
    const tidied = tidyValues(this.values, this.#parts.today)
    return findProblems(tidied, { type, item, needsReason, seen: this.seen?.fields })
  })

  /** Said at the fields: all after a try to save, before that of those which were typed in and left. */
  readonly problems: Problems = $derived(
    this.hasTried
      ? this.#problems
      : Object.fromEntries(Object.entries(this.#problems).filter(([name, one]) => this.#isSaid(name, one))),
  )

  constructor(parts: EntryFormParts) {
    this.#parts = parts
    this.type = parts.type
    this.seen = parts.seen
    this.needsReason = parts.needsReason ?? false
    this.#first = { ...parts.first }
    this.values = parts.draft ? readValues(parts.draft.fields) : { ...parts.first }
    this.restoredAt = parts.draft ? (parts.draft.typedAt ?? "") : undefined
  }

  /** The item that is chosen. */
  get item(): ContractItem | undefined {
    return this.#parts.itemOf(this.values.item)
  }

  /** Call with every key and choice. */
  typed(): void {
    this.cleared = undefined
    if (isSameForm(this.values, this.#first)) void this.#parts.keeper.remove()
    else this.#parts.keeper.keep(this.values)
  }

  /** A field was left. */
  left(name: FormName): void {
    const tidied = tidyValue(name, this.values[name], this.#parts.today)
    if (tidied !== this.values[name]) {
      this.values[name] = tidied
      this.typed()
    }
    if (!this.#left.includes(name)) this.#left = [...this.#left, name]
  }

  flush(): Promise<void> {
    return this.#parts.keeper.flush()
  }

  takeRounded(rounded: string, typedWords: string): void {
    this.values = takeRounded(this.values, rounded, typedWords)
    this.typed()
  }

  clear(): void {
    const cleared = { ...this.values }
    this.#begin(this.#first)
    this.cleared = cleared
    void this.#parts.keeper.remove()
  }

  undoClear(): void {
    if (!this.cleared) return
    this.values = { ...this.cleared }
    this.typed()
  }

  /** However often it is pressed, one entry. `another`: the form goes on with the next one. */
  async save(another = false): Promise<SaveEnd> {
    if (this.isSaving || this.#isOver) return { kind: "ignored" }
    this.values = tidyValues(this.values, this.#parts.today)
    this.hasTried = true
    this.failure = undefined
    if (Object.keys(this.#problems).length > 0) return { kind: "wrong" }
    const values = { ...this.values }
    const end = await this.#write(values)
    if (end.kind === "saved" && another) this.#goOn(values)
    else if (end.kind !== "not_saved") this.#isOver = true
    return end
  }

  async #write(values: FormValues): Promise<SaveEnd> {
    const { keeper, write } = this.#parts
    this.isSaving = true
    keeper.pause()
    let isKept = false
    try {
      const operation = await write(values, keeper.key)
      isKept = true
      return operation ? { kind: "saved", operation, values } : { kind: "unchanged" }
    } catch (failure) {
      if (!(failure instanceof NotSaved)) throw failure
      this.failure = failure.message
      return { kind: "not_saved" }
    } finally {
      this.isSaving = false
      if (!isKept) keeper.resume({ ...this.values })
    }
  }

  #goOn(values: FormValues): void {
    this.#first = carryOver(this.type, values)
    this.#begin(this.#first)
    this.#parts.keeper.resume()
  }

  #begin(values: FormValues): void {
    this.values = { ...values }
    this.hasTried = false
    this.#left = []
    this.restoredAt = undefined
    this.cleared = undefined
    this.failure = undefined
  }

  /** That a field is empty is said when somebody saves: until then he may be on his way to it. */
  #isSaid(name: string, problem: Problem): boolean {
    return problem.code !== "needed" && (this.#left.includes(name) || problem.code === "too_long")
  }
}
