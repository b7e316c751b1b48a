/** A program for tests of other languages: writes a backup of sample work to a path, locked where a passphrase is given. */
import "fake-indexeddb/auto"
import { writeFile } from "node:fs/promises"
import { recordNote } from "../../actions/record-entry.ts"
import { photosOf, standIn } from "./photo-stand-ins.ts"
import { ANN, appendNotes, backUp, CONTRACT, openWithWork } from "./sample-backup.ts"

const [path = "", passphrase] = process.argv.slice(2)

const NASTY = "</style></bdi><script>document.title = 'run'</script><b>not bold</b> & \u202eback to front"

const { device } = await openWithWork()
await recordNote(device, CONTRACT, { work_date: "2026-11-20", text: NASTY, station: "12+50" })
await appendNotes(
  device,
  30,
  ANN.id,
  (at) => `Note ${at}: ${"the deck was wet along the west kerb. ".repeat(at % 4)}`,
)
const photos = photosOf({ [CONTRACT]: [standIn(1, 200_000), standIn(2, 70_000)] })
await writeFile(path, await backUp(device, { photos, ...(passphrase !== undefined && { passphrase }) }))
