/** Dismissing what only its author can: a notice that his decision changed nothing, and what came without a right. */
import type { HeldView } from "../store/queries.ts"
import type { Device } from "../store/device.ts"
import { isForbidden } from "../store/outbox.ts"

/**
 * The operation itself stays, as every operation does. A notice goes; what came without a right goes to the list
 * of dismissed ones, and comes back when the office answers otherwise. Raises NotSaved.
 */
export function dismissNotice(device: Device, view: HeldView): Promise<void> {
  const { id } = view.held.operation
  return device.store.write(["unconfirmed"], async (write) => {
    const row = await write.get("unconfirmed", id)
    if (row?.answer?.state === "superseded" || row?.ended?.how === "superseded")
      write.delete("unconfirmed", id)
    else if (row && isForbidden(row.answer)) write.put("unconfirmed", { ...row, dismissed: 1 })
  })
}

/** Show what was dismissed again. Raises NotSaved. */
export function bringNoticeBack(device: Device, view: HeldView): Promise<void> {
  const { id } = view.held.operation
  return device.store.write(["unconfirmed"], async (write) => {
    const row = await write.get("unconfirmed", id)
    if (!row) return
    const { dismissed: _dismissed, ...shown } = row
    write.put("unconfirmed", shown)
  })
}
