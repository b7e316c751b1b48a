/** A tab's hold on its person's database: what was committed stays, whatever happens to the tab, the hold or the room. */
import {
  NotReadable,
  NotSaved,
  type ReadStore,
  type Store,
  type StoreChange,
  type WriteStore,
} from "../../../store/store.ts"
import type { TableName } from "../../../store/tables.ts"
import type { Life } from "./life.ts"

/**
 * `quota`: the browser says at commit that there is no room. `died_before`, `died_after`: the handle was
 * dead, and the store runs the change once more; in the second case the first run was committed all the
 * same. `closed`: no handle can be had until the page is loaded anew.
 */
export type DiskFault = "quota" | "died_before" | "died_after" | "closed"

export class DiskHandle implements Store {
  /** What befalls the next write. */
  fault: DiskFault | undefined
  isClosed = false
  private readonly disk: Store
  private readonly life: Life
  private readonly tell: (fault: DiskFault) => void
  private readonly ends: (() => void)[] = []

  constructor(disk: Store, life: Life, tell: (fault: DiskFault) => void) {
    this.disk = disk
    this.life = life
    this.tell = tell
  }

  async read<T>(tables: readonly TableName[], look: (read: ReadStore) => Promise<T>): Promise<T> {
    await this.life.step()
    if (this.isClosed) throw new NotReadable("closed")
    const found = await this.disk.read(tables, look)
    if (this.life.isOver) await this.life.step()
    return found
  }

  async write<T>(tables: readonly TableName[], change: (write: WriteStore) => T | Promise<T>): Promise<T> {
    await this.life.step()
    if (this.fault) await this.suffer(this.fault, tables, change)
    if (this.isClosed) throw new NotSaved("closed")
    const result = await this.disk.write(tables, change)
    await this.life.step()
    return result
  }

  subscribe(listener: (change: StoreChange) => void): () => void {
    const end = this.disk.subscribe((change) => {
      if (!this.life.isOver) listener(change)
    })
    this.ends.push(end)
    return end
  }

  /** The tab goes; the disk stays. */
  close(): void {
    this.isClosed = true
    for (const end of this.ends) end()
  }

  private async suffer(
    fault: DiskFault,
    tables: readonly TableName[],
    change: (write: WriteStore) => unknown,
  ): Promise<void> {
    this.fault = undefined
    this.tell(fault)
    switch (fault) {
      case "quota":
        return this.disk.write(tables, async (write) => {
          await change(write)
          throw new DOMException("There is no room.", "QuotaExceededError")
        })
      case "died_before":
        await this.disk
          .write(tables, async (write) => {
            await change(write)
            throw new DOMException("The handle is dead.", "InvalidStateError")
          })
          .catch(() => undefined) // the store opens another handle and runs the change again
        return
      case "died_after":
        await this.disk.write(tables, change)
        return
      case "closed":
        this.isClosed = true
    }
  }
}
