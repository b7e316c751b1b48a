/** Backup files: written whole, cut short or damaged; restored anywhere, any number of times, or merged by the office; devices that are lost but for one. */
import { openBackup, type OpenedBackup } from "../../../backup/read-backup.ts"
import { restoreBackup } from "../../../backup/restore-backup.ts"
import { writeBackup } from "../../../backup/write-backup.ts"
import { BackupRefused } from "../../../backup/backup-format.ts"
import { NotReadable, NotSaved } from "../../../store/store.ts"
import type { Browser, Tab } from "./browser.ts"
import { checkOutAgain, closeAll } from "./device-acts.ts"
import type { LedgerEntry } from "./laws.ts"
import { KILLED } from "./life.ts"
import { listOperations, type BackupFile, type Story } from "./story.ts"
import { breaks } from "./witness.ts"

const MONTH_MS = 31 * 24 * 60 * 60 * 1_000
const LIFE_STEPS_MAX = 12
/** So many devices of one person: the one that was lost may come back. */
const BROWSERS_MAX = 5

/** Somebody downloads a backup; the tab may be killed in the middle of it, and the file be cut short. */
export async function writeFile(story: Story): Promise<void> {
  const { browser, tab } = story.pickTab()
  const bytes: Uint8Array[] = []
  if (story.chance.strikes(25)) tab.life.endAfter(1 + story.chance.below(LIFE_STEPS_MAX))
  try {
    const done = await story.live(browser, tab, collect(story, browser, tab, bytes))
    story.tell(done === KILLED ? "backup cut short" : "backup written")
  } catch (failure) {
    await hearOfTheDisk(story, browser, failure)
  }
  tab.life.endAfter(Infinity)
  keepFile(story, tab, bytes)
}

/** Any file, on any device, as often as it pleases, and as late; a byte of it may be another one. */
export async function restoreFile(story: Story): Promise<void> {
  if (story.backups.length === 0) return writeFile(story)
  const { browser } = story.pickTab()
  const file = story.chance.pick(story.backups)
  const isDamaged = story.chance.strikes(20) && file.bytes.size > 0
  if (isDamaged) story.tell("backup damaged")
  if (story.chance.strikes(50)) story.letPass(MONTH_MS)
  await restoreOn(story, browser, file, isDamaged ? await flipOneBit(story, file.bytes) : file.bytes)
  if (story.chance.strikes(20)) await restoreOn(story, browser, file) // he did not see that it had ended
}

/** The office merges a file without a browser. */
export async function mergeFile(story: Story): Promise<void> {
  if (story.backups.length === 0) return writeFile(story)
  await mergeAtOffice(story, story.chance.pick(story.backups).bytes)
}

/** A device falls into a ditch; all that was typed on it is in a file, and comes back by that. It may be found again later. */
export async function loseDevice(story: Story): Promise<void> {
  const { chance, browsers } = story
  const at = chance.below(browsers.length)
  const lost = browsers[at]!
  await lost.calmDown() // what one tab alone knows is in its database after a start
  const bytes: Uint8Array[] = []
  await story.live(lost, lost.tab, collect(story, lost, lost.tab, bytes))
  const file = keepFile(story, lost.tab, bytes)
  const { device } = lost.tab
  closeAll(lost)
  const fresh = story.furnish(lost.parts.person.name.toLowerCase() as "alice" | "bob" | "ruth")
  browsers[at] = fresh
  await fresh.openTab()
  fresh.parts.line.isFaulty = lost.parts.line.isFaulty
  if (browsers.length < BROWSERS_MAX && chance.strikes(50)) {
    story.tell("device found again")
    await lost.openTab()
    browsers.splice(-1, 0, lost)
  } else story.gone.add(device.id)
  story.tell("device lost")
  if (chance.strikes(50)) await checkOutAgain(story, fresh)
  if (chance.strikes(30)) story.letPass(MONTH_MS) // until somebody thinks of the file
  if (chance.strikes(30)) await mergeAtOffice(story, file.bytes)
  else await restoreOn(story, fresh, file)
}

/** What the office says to have merged, it has: on the contract, or among the unclaimed. */
export async function mergeAtOffice(story: Story, file: Blob): Promise<void> {
  const { desk, parts, tell } = story
  const said = await desk.mergeBackup(file)
  tell(said === "merged" ? "backup merged by the office" : `backup refused: ${said}`)
  if (said !== "merged") return
  story.mergedSince.push(file)
  const { hand } = parts.stage
  const entries = await hand.ask<LedgerEntry[]>("export", desk.number)
  const there = new Set([
    ...entries.map(({ operation }) => operation.id),
    ...(await hand.ask<string[]>("list_unclaimed", desk.contract)),
  ])
  for (const id of await listIn(await openBackup(file), desk.contract))
    if (!there.has(id)) breaks(1, `${id} was merged from a backup and is nowhere at the office`)
}

/** Writes the file, and sees that everything that stood on the device when it began is in it. */
async function collect(story: Story, browser: Browser, tab: Tab, bytes: Uint8Array[]): Promise<void> {
  const before = await listOperations(browser)
  const written = await writeBackup(tab.device, {
    contracts: [story.contract],
    agency: story.parts.stage.agency,
    label: "a browser",
    stranded: tab.store.secondCopy.get().stranded,
  })
  for await (const piece of written.bytes) bytes.push(piece)
  const opened = await openBackup(new Blob(bytes as BlobPart[]))
  const there = await listIn(opened, story.contract)
  const missing = before.find(({ id }) => !there.has(id))
  if (missing) breaks(8, `${missing.id} is not in the backup`)
}

async function listIn(opened: OpenedBackup, contract: string): Promise<Set<string>> {
  const there = new Set<string>()
  for await (const batch of opened.operations(contract)) for (const { id } of batch) there.add(id)
  return there
}

function keepFile(story: Story, { device }: Tab, bytes: Uint8Array[]): BackupFile {
  const file: BackupFile = {
    bytes: new Blob(bytes as BlobPart[]),
    device: device.id,
    writtenMs: story.passedMs,
    restoredOn: new Set(),
  }
  story.backups.push(file)
  return file
}

async function restoreOn(
  story: Story,
  browser: Browser,
  file: BackupFile,
  bytes: Blob = file.bytes,
): Promise<void> {
  const { tab } = browser
  try {
    const opened = await openBackup(bytes)
    const done = await story.live(
      browser,
      tab,
      restoreBackup(tab.device, opened, { agency: story.parts.stage.agency }),
    )
    if (done !== KILLED) tellHow(story, tab, file)
  } catch (failure) {
    if (failure instanceof BackupRefused) story.tell(`backup refused: ${failure.code}`)
    else await hearOfTheDisk(story, browser, failure)
  }
}

function tellHow({ tell, passedMs }: Story, { device }: Tab, file: BackupFile): void {
  tell("backup restored")
  if (file.restoredOn.has(device.id)) tell("backup restored twice")
  if (file.device !== device.id) tell("backup restored on another device")
  if (passedMs - file.writtenMs >= MONTH_MS) tell("backup restored a month late")
  file.restoredOn.add(device.id)
}

/** The browser had closed its database, or has no room: that is told, and done again after the next start. */
async function hearOfTheDisk(story: Story, browser: Browser, failure: unknown): Promise<void> {
  if (!(failure instanceof NotSaved || failure instanceof NotReadable)) throw failure
  story.tell("backup: the disk failed")
  await browser.reopen()
}

async function flipOneBit(story: Story, file: Blob): Promise<Blob> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const at = story.chance.below(bytes.length)
  bytes[at] = (bytes[at] ?? 0) ^ (1 << story.chance.below(8))
  return new Blob([bytes])
}
