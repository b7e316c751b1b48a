/** Dismissing the notice that an own decision changed nothing. */
import type { HeldView } from "../store/queries.ts"
import type { Device } from "../store/device.ts"

/** The decision itself stays, as every operation does; only the notice goes. Raises NotSaved. */
export function dismissNotice(device: Device, view: HeldView): Promise<void> {
  const { id } = view.held.operation
  return device.store.write(["unconfirmed"], async (write) => {
    const row = await write.get("unconfirmed", id)
    if (row?.answer?.state === "superseded" || row?.ended?.how === "superseded")
      write.delete("unconfirmed", id)
  })
}
