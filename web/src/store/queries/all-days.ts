/** Every day of a contract, one after the other, for whoever writes them all down: what is unsettled is read once. */
import type { ReadStore, Store } from "../store.ts"
import type { ContractRow, ImageRow } from "../tables.ts"
import { type Day, type DayCounts, readDayIn, readMarkedDaysIn, readUndatedIn } from "./days.ts"
import { readSurroundings, readUnsettledImage, VIEW_TABLES, type Surroundings } from "./surroundings.ts"

/** How many entries a contract has by day, and how many stand on none. */
export interface CountedDays {
  marked: Map<string, DayCounts>
  undated: DayCounts
}

interface Known {
  around: Surroundings
  /** By the type and the date that their unsettled operations set or saw. */
  recordsByDay: Map<string, Set<string>>
  standing: string
}

const IMAGES_AT_ONCE = 500

const dayKey = (type: string, date: string): string => `${type} ${date}`

/** Memory: what is unsettled of the contract, and one day. */
export class AllDays {
  private readonly store: Store
  private readonly contract: string
  private known: Known | undefined

  constructor(store: Store, contract: string) {
    this.store = store
    this.contract = contract
  }

  /** Cost: days, what is unsettled, and what stands on no day. */
  count(): Promise<CountedDays> {
    return this.look(async (read, { around }) => {
      const { notes, transactions } = await readUndatedIn(read, around)
      const undated = { notes: notes.length, transactions: transactions.length }
      return { marked: await readMarkedDaysIn(read, around), undated }
    })
  }

  undated(): Promise<Day> {
    return this.look((read, { around }) => readUndatedIn(read, around))
  }

  /** Cost: the day. */
  on(date: string): Promise<Day> {
    return this.look((read, { around, recordsByDay }) =>
      readDayIn(read, around, date, (type) => [...(recordsByDay.get(dayKey(type, date)) ?? [])]),
    )
  }

  private look<T>(see: (read: ReadStore, known: Known) => Promise<T>): Promise<T> {
    return this.store.read(VIEW_TABLES, async (read) => {
      const standing = spellStanding(await read.get("contracts", this.contract))
      // A sync meanwhile answered some of it, or put another copy in the place of the one that was shown.
      if (this.known?.standing !== standing) {
        const around = await withImages(read, await readSurroundings(read, this.contract))
        this.known = { around, recordsByDay: byDay(around), standing }
      }
      return see(read, this.known)
    })
  }
}

const spellStanding = (row: ContractRow | undefined): string => JSON.stringify([row?.live, row?.position])

/** Some at a time: between them the page answers. */
async function withImages(read: ReadStore, around: Surroundings): Promise<Surroundings> {
  const records = [...new Set([...around.own.keys(), ...around.held.keys()])]
  const images = new Map<string, ImageRow | undefined>()
  for (let at = 0; at < records.length; at += IMAGES_AT_ONCE) {
    const some = records.slice(at, at + IMAGES_AT_ONCE)
    const found = await Promise.all(some.map((record) => readUnsettledImage(read, around, record)))
    some.forEach((record, place) => images.set(record, found[place]))
  }
  return { ...around, images }
}

function byDay({ own, held }: Surroundings): Map<string, Set<string>> {
  const records = new Map<string, Set<string>>()
  for (const rows of [...own.values(), ...held.values()]) {
    for (const { record, operation } of rows) {
      const { work_date: date } = { ...operation.base, ...operation.set }
      if (typeof date !== "string") continue
      const key = dayKey(operation.type, date)
      const known = records.get(key)
      if (known) known.add(record)
      else records.set(key, new Set([record]))
    }
  }
  return records
}
