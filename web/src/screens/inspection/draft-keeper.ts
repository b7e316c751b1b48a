/** Keeps what is being typed on the device, a moment after each key, until it is saved or cleared. */
import type { Entry } from "../../core/entry.ts"
import { spellInstant } from "../../core/dates.ts"
import type { Device } from "../../store/device.ts"
import { deleteDraft, readDraft, writeDraft } from "../../store/drafts.ts"
import type { Draft } from "../../store/tables.ts"

export const KEEP_MS = 250 // at most so long is something typed and not kept

export const draftKeys = {
  add: (type: string, contract: string): string => `add ${type} ${contract}`,
  revise: (contract: string, record: string): string => `revise ${contract} ${record}`,
}

/** What stands in a form, by name. */
type Typed = Readonly<Record<string, string>>

type DraftDevice = Pick<Device, "store" | "now">

export class DraftKeeper {
  readonly key: string
  readonly seen: Entry | undefined
  readonly #device: DraftDevice
  readonly #failed: (sentence: string) => void
  #pending: Typed | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #isPaused = false

  /** `seen` is the entry that is revised; `failed` is told why a draft could not be kept. */
  constructor(
    device: DraftDevice,
    key: string,
    { seen, failed }: { seen?: Entry | undefined; failed: (sentence: string) => void },
  ) {
    this.#device = device
    this.key = key
    this.seen = seen
    this.#failed = failed
  }

  /** Call with every key. */
  keep(values: Typed): void {
    this.#pending = { ...values }
    if (!this.#isPaused) this.#timer ??= setTimeout(() => void this.flush(), KEEP_MS)
  }

  /** Now: the page is about to go. */
  async flush(): Promise<void> {
    this.#stopTimer()
    const values = this.#pending
    this.#pending = undefined
    if (!values || this.#isPaused) return
    const { store, now } = this.#device
    try {
      await writeDraft(store, this.key, values, this.seen, spellInstant(now()))
    } catch (failure) {
      this.#failed(failure instanceof Error ? failure.message : String(failure))
    }
  }

  /** While it is saved, and after: a late write would bring back what the save has taken away. */
  pause(): void {
    this.#stopTimer()
    this.#isPaused = true
  }

  resume(values?: Typed): void {
    this.#isPaused = false
    this.#pending = undefined
    if (values) this.keep(values)
  }

  async remove(): Promise<void> {
    this.#stopTimer()
    this.#pending = undefined
    try {
      await deleteDraft(this.#device.store, this.key)
    } catch (failure) {
      this.#failed(failure instanceof Error ? failure.message : String(failure))
    }
  }

  #stopTimer(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

export function findDraft({ store }: DraftDevice, key: string): Promise<Draft | undefined> {
  return readDraft(store, key)
}
