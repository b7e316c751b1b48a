/** The contracts of this device, and asking the office once for its list, quietly. */
import { fromStore } from "svelte/store"
import { readContracts, type ContractOnDevice } from "../../store/queries.ts"
import type { SyncOutcome } from "../../sync/outcomes.ts"
import { useTallybook } from "../context.ts"
import { live } from "../live.svelte.ts"
import { isWorthListing } from "./sorting.ts"

export class Listing {
  private readonly device = useTallybook().device
  private readonly sync = useTallybook().sync
  private readonly syncState = fromStore(this.sync.state)
  /** How asking the office ended; undefined while it is asked. */
  private answer = $state.raw<SyncOutcome>()
  // Read together with the answer: an empty list is only empty once the office's list is in it.
  private readonly found = live(async (store) => {
    const answer = this.answer
    return { answer, contracts: (await readContracts(store)).filter(isWorthListing), now: this.device.now() }
  })

  readonly workOffline = $derived(this.syncState.current.workOffline)
  readonly progress = $derived(this.syncState.current.progress)
  readonly failure = $derived(this.found.failure)
  private readonly mayAsk = $derived(!this.workOffline && this.syncState.current.online)

  /** Call while a component is made: asks now, and again whenever there may be an answer again. */
  constructor() {
    $effect(() => {
      if (this.mayAsk) void this.ask()
    })
  }

  /** Undefined until they were read for the first time. */
  get contracts(): ContractOnDevice[] | undefined {
    return this.found.current?.contracts
  }

  /** When they were read: what "6:40" and "today" are told by. */
  get now(): Date {
    return this.found.current?.now ?? this.device.now()
  }

  /** Whether the office's list is on its way, and nobody knows yet what is in it. */
  get isAsking(): boolean {
    return this.mayAsk && this.found.current?.answer === undefined
  }

  /** The list is the office's own, of a moment ago. */
  get isFresh(): boolean {
    return !this.workOffline && this.found.current?.answer?.kind === "done"
  }

  get outcome(): SyncOutcome | undefined {
    return this.found.current?.answer
  }

  async ask(): Promise<void> {
    this.answer = undefined
    this.answer = await this.sync.refreshContracts()
  }

  turnOnline(): Promise<void> {
    return this.sync.setWorkOffline(false)
  }
}
