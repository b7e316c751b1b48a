// @vitest-environment node
/** What a restore leaves to be said of the last backup. */
import "fake-indexeddb/auto"
import { expect, test } from "vitest"
import { readBackupStanding } from "../store/last-backup.ts"
import { openBackup } from "./read-backup.ts"
import { previewRestore, restoreBackup } from "./restore-backup.ts"
import { AGENCY, ANN, appendNote, backUp, openNew, openWithWork } from "./testing/sample-backup.ts"

test("what came out of a whole file counts as backed up when the file was made, what is typed since does not", async () => {
  const { device: lost } = await openWithWork()
  const { device } = await openNew(ANN)
  await appendNote(device, {})
  const file = await backUp(lost)
  const { madeAt } = await previewRestore(device, await openBackup(new Blob([file])), { agency: AGENCY })

  await restoreBackup(device, await openBackup(new Blob([file])), { agency: AGENCY })

  const { last, since, never } = await readBackupStanding(device.store)
  expect({ since, never, at: Date.parse(last?.at ?? "") }).toEqual({
    ...{ since: 1, never: 0 },
    at: Date.parse(madeAt ?? ""),
  })
})

test("what could be saved of a damaged file, or stands in one that was cut short, is in no backup", async () => {
  const { device: lost } = await openWithWork()
  const { device } = await openNew(ANN)
  const file = await backUp(lost)
  const opened = await openBackup(new Blob([file.slice(0, file.length * 0.6)]))

  await restoreBackup(device, opened, { agency: AGENCY, damaged: true })

  expect((await readBackupStanding(device.store)).last).toBeUndefined()
})
