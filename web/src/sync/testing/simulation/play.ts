/** Playing one story: which things happen, and how often. */
import { loseDevice, mergeFile, restoreFile, writeFile } from "./backup-acts.ts"
import type { Browser, Tab } from "./browser.ts"
import { failBoth, failJournal, loseDatabase, loseJournal } from "./device-acts.ts"
import type { DiskFault } from "./disk.ts"
import {
  closeOrReopen,
  dealWithUnclaimed,
  giveOrTakeRight,
  giveRight,
  removeOrRestoreItem,
  reuseAnId,
} from "./office-acts.ts"
import {
  changeThereAndBack,
  decideUnseen,
  deliverOutOfOrder,
  giveBack,
  restoreBeforeRead,
  restoreGivenBack,
  restoreUnclaimed,
} from "./rare-acts.ts"
import { killServer, restoreServer } from "./server-acts.ts"
import { Story, type StoryParts } from "./story.ts"

const DISK_FAULTS: readonly DiskFault[] = ["quota", "died_before", "died_after", "closed"]
const LIFE_STEPS_MAX = 40
/** So often something happens to the server of a rough story: each kind once in its steps. */
const ACT_EVERY = 4
const DEVICE_ACTS: readonly ((story: Story) => Promise<void>)[] = [
  failJournal,
  failJournal,
  failBoth,
  loseDatabase,
  loseJournal,
  writeFile,
  restoreFile,
  restoreFile,
  mergeFile,
  loseDevice,
  giveBack,
]
const OFFICE_ACTS: readonly ((story: Story) => Promise<void>)[] = [
  giveOrTakeRight,
  giveOrTakeRight,
  dealWithUnclaimed,
  dealWithUnclaimed,
  closeOrReopen,
  removeOrRestoreItem,
  reuseAnId,
  decideUnseen,
  changeThereAndBack,
  deliverOutOfOrder,
]

export interface Wishes extends StoryParts {
  /** The server is this story's own: it is killed, backed up and restored. */
  isRough: boolean
}

export async function playStory(wishes: Wishes): Promise<void> {
  const story = new Story(wishes)
  try {
    await story.begin()
    for (let step = 0; step < wishes.steps; step += 1) {
      if (wishes.isRough && step % ACT_EVERY === ACT_EVERY - 1) await act(story, step)
      else await takeStep(story)
    }
    await giveRight(story)
    await story.heal()
    await story.assertNothingWaits()
    await story.decideTheRest()
    await story.assertLaws()
    await story.desk.leave()
  } finally {
    story.end()
  }
}

/** In a rough story all that can happen to a server happens, one after the other. */
async function act(story: Story, step: number): Promise<void> {
  const { browser, tab } = story.pickTab()
  const acts = [
    () => killServer(story, browser, tab, "after commit"),
    () => restoreServer(story, "back up"),
    () => killServer(story, browser, tab, "before commit"),
    () => killServer(story, browser, tab, "at any moment"),
    () => restoreServer(story, "restore"),
    () => restoreBeforeRead(story),
    () => restoreUnclaimed(story),
    () => restoreGivenBack(story),
  ]
  await acts[Math.floor(step / ACT_EVERY) % acts.length]!()
}

async function openOrCloseTab(story: Story, browser: Browser, tab: Tab): Promise<void> {
  if (browser.tabs.length > 1) browser.kill(tab)
  else {
    await browser.openTab()
    story.tell("second tab")
  }
}

async function takeStep(story: Story): Promise<void> {
  const { chance } = story
  const { browser, tab } = story.pickTab()
  const roll = chance.below(100)
  if (roll < 39) return story.type(browser, tab)
  if (roll < 60) return story.sync(browser, tab)
  if (roll < 64) return story.wait(browser, tab)
  if (roll < 68) return story.syncAtOnce()
  if (roll < 72) {
    tab.life.endAfter(1 + chance.below(LIFE_STEPS_MAX))
    await (chance.strikes(80) ? story.sync(browser, tab) : story.type(browser, tab))
    tab.life.endAfter(Infinity)
    return
  }
  if (roll < 77) {
    tab.handle.fault = chance.pick(DISK_FAULTS)
    return chance.strikes(50) ? story.type(browser, tab) : story.sync(browser, tab)
  }
  if (roll < 81) return openOrCloseTab(story, browser, tab)
  if (roll < 83) return story.turnWorkOffline(browser, tab)
  if (roll < 92) return chance.pick(DEVICE_ACTS)(story)
  return chance.pick(OFFICE_ACTS)(story)
}
