/** What seldom comes about by itself, arranged: writing behind a back, a wrong order, restores that no place tells of. */
import { decideHeld } from "../../../actions/decide-held.ts"
import { whatWasSeen } from "../../../actions/make-operation.ts"
import { recordNote } from "../../../actions/record-entry.ts"
import { reviseRecord } from "../../../actions/revise-entry.ts"
import type { Fields, Operation } from "../../../core/operation.ts"
import { VOIDED } from "../../../core/record-types.ts"
import { uuidV7 } from "../../../core/uuid.ts"
import { readHeld } from "../../../store/queries.ts"
import { readShown, WORK_DATES, type Typist } from "./acts.ts"
import type { Browser } from "./browser.ts"
import { checkOutAgain } from "./device-acts.ts"
import type { LedgerEntry } from "./laws.ts"
import { giveRight } from "./office-acts.ts"
import { restoreServer } from "./server-acts.ts"
import type { Story } from "./story.ts"
import { breaks } from "./witness.ts"

const NOTE = { note_type: "General", work_date: WORK_DATES[0]! }

/** Somebody changes the entry between the look of the one who decides and his decision. */
export async function decideUnseen(story: Story): Promise<void> {
  const { desk, chance } = story
  const office = story.browsers.at(-1)!
  const [create, ...revisions] = draftNote(story)
  // Both were typed upon the note as it was first: they disagree.
  await desk.push([create!, ...revisions.map((one) => ({ ...one, ...seenOf(create!, create!) }))])
  await syncInPeace(story, office)
  const views = (await readHeld(office.disk, office.parts.person.id)).filter(
    ({ contract, mayDecide, myDecision, entry, held }) =>
      contract === story.contract &&
      mayDecide &&
      !myDecision &&
      held.reason === "conflict" &&
      "text" in held.operation.set &&
      entry &&
      !entry.isImagined,
  )
  if (views.length === 0) return
  const view = chance.pick(views)
  const { record, set } = view.held.operation
  await desk.revise(record, { text: `behind a back ${chance.below(3)}` }, "seen again")
  await story.type(office, office.tab, ({ device }) => decideHeld(device, view, "apply", set, "decided"))
  story.tell("decided unseen")
  await syncInPeace(story, office)
}

/** A note is changed there and back while somebody has it open: it looks as he saw it, and is not. */
export async function changeThereAndBack(story: Story): Promise<void> {
  const { desk, chance } = story
  const { browser } = story.pickTab()
  await desk.push(draftNote(story).slice(0, 1))
  await syncInPeace(story, browser)
  const { images } = await desk.readCopy()
  const entries = (await readShown(browser.tab.device, story.contract)).filter(
    ({ type, record, fields }) => type === "note" && images.get(record)?.fields["text"] === fields["text"],
  )
  if (entries.length === 0) return
  const entry = chance.pick(entries)
  for (const text of ["there", entry.fields["text"]!]) await desk.revise(entry.record, { text }, "seen again")
  await story.type(browser, browser.tab, ({ device }) => reviseRecord(device, entry, { text: "upon it" }))
  story.tell("changed there and back")
  await syncInPeace(story, browser)
}

/** What builds on something comes before it. */
export async function deliverOutOfOrder(story: Story): Promise<void> {
  const { desk, chance } = story
  const left = draftNote(story)
  while (left.length > 0) await desk.push(left.splice(chance.below(left.length), 1))
  story.tell("came out of order")
}

/** A device had its answer and read no further when the server was restored: the answer alone told it how far it was. */
export async function restoreBeforeRead(story: Story): Promise<void> {
  const browser = story.browsers[0]!
  const { line } = browser.parts
  await syncInPeace(story, browser)
  await restoreServer(story, "back up")
  await story.type(browser, browser.tab, typeNote)
  line.answered = async ({ path }) => {
    if (path.endsWith("/feed")) throw new TypeError("terminated")
  }
  await syncInPeace(story, browser)
  line.answered = async () => undefined
  await restoreServer(story, "restore")
  story.tell("restored before it read")
}

/** Bob delivered without a right what the backup has not, and has his right by it: no place tells of that. */
export async function restoreUnclaimed(story: Story): Promise<void> {
  const bob = story.browsers.find(({ parts }) => parts.person.name === "bob")!
  await giveRight(story)
  await syncInPeace(story, bob)
  await restoreServer(story, "back up")
  await story.desk.revise(bob.parts.person.id, { [VOIDED]: true }, "revoked")
  await story.type(bob, bob.tab, typeNote)
  await syncInPeace(story, bob)
  await restoreServer(story, "restore")
  story.tell("restored without the unclaimed")
}

/** A contract is given back, and had again. */
export async function giveBack(story: Story): Promise<void> {
  const { browser } = story.pickTab()
  await inPeace(browser, async () => {
    if (await checkIn(story, browser)) await checkOutAgain(story, browser)
  })
}

/** It was given back when the server lost what was typed: law 8, what was answered comes back all the same. */
export async function restoreGivenBack(story: Story): Promise<void> {
  const [browser] = story.browsers
  await syncInPeace(story, browser!)
  await restoreServer(story, "back up")
  await story.type(browser!, browser!.tab, typeNote)
  await syncInPeace(story, browser!)
  await inPeace(browser!, async () => {
    const isGivenBack = await checkIn(story, browser!)
    await restoreServer(story, "restore")
    if (!isGivenBack) return
    await browser!.tab.sync.syncNow()
    await assertThere(story, browser!)
    await checkOutAgain(story, browser!)
    story.tell("restored after it was given back")
  })
}

/** Whether it was: not while something waits. */
async function checkIn(story: Story, browser: Browser): Promise<boolean> {
  await browser.calmDown()
  if (browser.isOffline) return false
  const { kind } = await browser.tab.sync.checkIn(story.contract)
  if (kind === "checked_in") story.tell("checked in")
  return kind === "checked_in"
}

/** Everything that was typed on this device, without the device: the contract is not on it. */
async function assertThere({ desk, parts, typed }: Story, { tab }: Browser): Promise<void> {
  const entries = await parts.stage.hand.ask<LedgerEntry[]>("export", desk.number)
  const there = new Set(entries.map(({ operation }) => operation.id))
  const lost = [...typed.values()].find(({ id, device }) => device === tab.device.id && !there.has(id))
  if (lost) breaks(8, `${lost.id} was answered and given back, and a restored server has it no more`)
}

const syncInPeace = (story: Story, browser: Browser): Promise<void> =>
  inPeace(browser, () => story.sync(browser, browser.tab))

async function inPeace(browser: Browser, act: () => Promise<void>): Promise<void> {
  const { line } = browser.parts
  const { isFaulty } = line
  line.isFaulty = false
  await act()
  line.isFaulty = isFaulty
}

const typeNote = ({ device, contract, chance, tell }: Typist): Promise<Operation> => {
  tell("recorded")
  return recordNote(device, contract, { ...NOTE, text: `n${chance.below(3)}` })
}

/** A note, and two changes of its text, each upon what stood before. */
function draftNote({ desk, chance }: Story): Operation[] {
  const record = uuidV7(0, chance.fill(new Uint8Array(10)))
  const revise = (text: string, seen: Pick<Operation, "base" | "seen" | "revision">): Operation =>
    desk.sign("note", record, { verb: "revise", set: { text }, ...seen })
  const create = desk.sign("note", record, { verb: "create", set: { ...NOTE, text: "n0" } })
  const first = revise("first", seenOf(create, create))
  return [create, first, revise("second", seenOf(create, first))]
}

/** What one sees who looks at the text of `create` after `last` wrote it. */
function seenOf(create: Operation, last: Operation): Pick<Operation, "base" | "seen" | "revision"> {
  const fields: Fields = { ...create.set, ...last.set }
  const writers = Object.fromEntries(
    Object.keys(fields).map((name) => [name, name in last.set ? last.id : create.id]),
  )
  return whatWasSeen("note", { text: "" }, { fields, writers, revision: last === create ? 1 : 2 })
}
