/** What befalls one of the two copies on a device, while the other one is whole: each is repaired from the other. */
import { openMemoryStore } from "../../../store/memory-store.ts"
import type { JournalFault } from "./second-disk.ts"
import type { Browser } from "./browser.ts"
import type { Story } from "./story.ts"
import { breaks } from "./witness.ts"

const JOURNAL_FAULTS: readonly JournalFault[] = ["full", "fails", "torn"]

/** The second copy fails while somebody types. */
export async function failJournal(story: Story): Promise<void> {
  const { browser, tab } = story.pickTab()
  if (!tab.journal) return
  tab.journal.fault = story.chance.pick(JOURNAL_FAULTS)
  await story.type(browser, tab)
}

/** The database and its second copy fail at the same time: nothing is saved, and that is what is said. */
export async function failBoth(story: Story): Promise<void> {
  const { browser, tab } = story.pickTab()
  if (!tab.journal) return
  tab.journal.fault = story.chance.pick(["full", "fails"])
  tab.handle.fault = "quota"
  await story.type(browser, tab)
}

/** The browser has thrown its database away: the second copy fills a new one, under the old device's name. */
export async function loseDatabase(story: Story): Promise<void> {
  const browser = await pickWhole(story)
  if (!browser) return
  const { device } = await browser.second!.look()
  const { id } = browser.tab.device
  const kept = await browser.listKept()
  closeAll(browser)
  browser.disk = openMemoryStore()
  await browser.reopen()
  assertKept(await listDatabase(browser), kept, "the database")
  if (device !== undefined && browser.tab.device.id !== id) breaks(8, "the device has lost its name")
  story.tell("database lost")
  await checkOutAgain(story, browser)
}

/** The files of the second copy are gone: the database fills new ones. */
export async function loseJournal(story: Story): Promise<void> {
  const browser = await pickWhole(story)
  if (!browser?.second) return
  const kept = await browser.listKept()
  closeAll(browser)
  browser.second.folder.clear()
  await browser.reopen()
  assertKept(new Set((await browser.second.look()).ids), kept, "the second copy")
  story.tell("journal lost")
}

/** A browser with both copies, each of them whole: after a start in peace they are. */
async function pickWhole(story: Story): Promise<Browser | undefined> {
  const { browser } = story.pickTab()
  if (!browser.second) return undefined
  await browser.calmDown()
  const kept = await browser.listKept()
  assertKept(new Set((await browser.second.look()).ids), kept, "the second copy")
  assertKept(await listDatabase(browser), kept, "the database")
  return browser
}

function assertKept(there: ReadonlySet<string>, kept: ReadonlySet<string>, where: string): void {
  const missing = [...kept].find((id) => !there.has(id))
  if (missing !== undefined) breaks(8, `${missing} was not repaired in ${where}`)
}

async function listDatabase({ disk }: Browser): Promise<Set<string>> {
  const rows = await disk.read(["operations"], (read) => read.list("operations", { prefix: [] }))
  return new Set(rows.map((one) => one.id))
}

export function closeAll(browser: Browser): void {
  for (const tab of [...browser.tabs]) browser.kill(tab)
}

/** As a person would who finds it gone; the line may fail. */
export async function checkOutAgain(story: Story, browser: Browser): Promise<void> {
  const { tab } = browser
  const done = tab.sync.refreshContracts().then(() => tab.sync.checkOut(story.contract))
  await story.live(browser, tab, done)
}
