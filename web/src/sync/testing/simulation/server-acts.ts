/** What befalls a server that a story has to itself: killed before, after and during a commit, restored from a backup. */
import { mergeAtOffice } from "./backup-acts.ts"
import type { Browser, Tab } from "./browser.ts"
import type { LedgerEntry } from "./laws.ts"
import type { Story } from "./story.ts"

/** So long a push takes to come to where it cannot commit. */
const BLOCKED_MS = 150
const KILLED_WITHIN_MS = 25

export type KillMoment = "before commit" | "after commit" | "at any moment"

/** Kill the server while it settles a push, start it again, and see on which side of the commit it was. */
export async function killServer(
  story: Story,
  browser: Browser,
  tab: Tab,
  moment: KillMoment,
): Promise<void> {
  const { stage } = story.parts
  const { line } = browser.parts
  await story.type(browser, tab)
  const sent = browser.tabs[0]!
  const { isFaulty } = line
  line.isFaulty = false
  if (moment === "before commit") await stage.hand.ask("block", story.contract)
  if (moment === "after commit") {
    line.answered = async ({ method }) => {
      if (method !== "POST") return
      await stage.kill()
      throw new TypeError("terminated")
    }
  }
  const syncing = story.sync(browser, sent)
  if (moment === "before commit") await pause(BLOCKED_MS)
  if (moment === "at any moment") await pause(story.chance.below(KILLED_WITHIN_MS))
  if (moment !== "after commit") await stage.kill()
  if (moment === "before commit") await stage.hand.ask("unblock")
  await syncing
  line.answered = async () => undefined
  await stage.kill()
  await stage.start()
  line.isFaulty = isFaulty
  await tellSide(story, browser)
}

/** Whether what this device has not got an answer to is in the ledger all the same. */
async function tellSide(story: Story, browser: Browser): Promise<void> {
  const unanswered = await browser.disk.read(["unconfirmed"], (read) =>
    read.list("unconfirmed", { index: "by_waiting", prefix: [1, story.contract] }),
  )
  if (unanswered.length === 0) return
  const entries = await story.parts.stage.hand.ask<LedgerEntry[]>("export", story.desk.number)
  const received = new Set(entries.map(({ operation }) => operation.id))
  const isIn = unanswered.some(({ id }) => received.has(id))
  story.tell(isIn ? "server killed after commit" : "server killed before commit")
}

export async function restoreServer(story: Story, what: "back up" | "restore"): Promise<void> {
  const { stage } = story.parts
  if (what === "back up") {
    await stage.hand.ask("back_up")
    story.desk.remember()
    story.mergedSince = []
    story.tell("server backed up")
    return
  }
  await stage.restore()
  // The desk is no device: what it did since the backup is lost, as whatever an office did without one.
  story.desk.forget()
  story.witness.forget()
  for (const file of story.mergedSince.splice(0)) await mergeAtOffice(story, file)
  story.tell("server restored")
}

const pause = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs))
