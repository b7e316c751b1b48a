/** Checking out and in, as asked for in this tab: what is under way and how it ended, also after leaving the page. */
import { onceEach } from "../once-each.ts"
import { SvelteMap, SvelteSet } from "svelte/reactivity"
import type { SyncService } from "../../sync/sync-service.ts"
import { describeCheckIn, describeCheckOut, type Said } from "../../ui/words/checkout.ts"

type Service = Pick<SyncService, "checkOut" | "checkIn" | "syncNow">

export class Errands {
  /** Contracts whose checkout was asked for and is not through. */
  readonly checkingOut = new SvelteSet<string>()
  readonly checkingIn = new SvelteSet<string>()
  readonly said = new SvelteMap<string, Said>()
  private readonly sync: Service

  constructor(sync: Service) {
    this.sync = sync
  }

  checkOut(contract: string): Promise<void> {
    return this.run(this.checkingOut, contract, async () =>
      describeCheckOut(await this.sync.checkOut(contract)),
    )
  }

  checkIn(contract: string): Promise<void> {
    return this.run(this.checkingIn, contract, async () => describeCheckIn(await this.sync.checkIn(contract)))
  }

  /** Send what keeps a contract from being checked in, then check it in. */
  sendAndCheckIn(contract: string): Promise<void> {
    return this.run(this.checkingIn, contract, async () => {
      await this.sync.syncNow(contract)
      return describeCheckIn(await this.sync.checkIn(contract))
    })
  }

  /** Pressed twice is asked once. */
  private async run(under: SvelteSet<string>, contract: string, work: () => Promise<Said>): Promise<void> {
    if (under.has(contract)) return
    under.add(contract)
    this.said.delete(contract)
    try {
      this.said.set(contract, await work())
    } finally {
      under.delete(contract)
    }
  }
}

/** The same as long as the same person is signed in. */
export const errandsOf = onceEach((sync: SyncService) => new Errands(sync))
