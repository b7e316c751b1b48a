/** What the office does to a contract while devices are offline: rights, closing, items that are removed. */
import { VOIDED } from "../../../core/record-types.ts"
import { uuidV7 } from "../../../core/uuid.ts"
import type { Story } from "./story.ts"

/** Bob has no right on the contract any more, or has it again. */
export async function giveOrTakeRight(story: Story): Promise<void> {
  if (await isRightGone(story)) return giveRight(story)
  await story.desk.revise(story.parts.stage.people.bob.id, { [VOIDED]: true }, "revoked")
  story.tell("right revoked")
  // He does not know, and delivers what he typed.
  const bob = story.browsers.find(({ parts }) => parts.person.name === "bob")!
  await story.type(bob, bob.tab)
  await story.sync(bob, bob.tab)
}

/** At the end of a story he has it. */
export async function giveRight(story: Story): Promise<void> {
  if (!(await isRightGone(story))) return
  await story.desk.revise(story.parts.stage.people.bob.id, { [VOIDED]: false }, "assigned")
  story.tell("right given back")
}

async function isRightGone({ desk, parts }: Story): Promise<boolean> {
  return (await desk.readCopy()).images.get(parts.stage.people.bob.id)?.fields[VOIDED] === true
}

/** What Bob delivered without a right is handed to the contract, or set aside. */
export async function dealWithUnclaimed({ desk, parts, chance, tell }: Story): Promise<void> {
  const how = chance.strikes(70) ? ("hand-over" as const) : ("set-aside" as const)
  tell(`unclaimed: ${how}`, await desk.dealWithUnclaimed(parts.stage.people.bob.id, how))
}

export async function closeOrReopen({ desk, tell }: Story): Promise<void> {
  const isClosed = (await desk.readCopy()).images.get(desk.contract)?.fields["status"] === "closed"
  await desk.revise(desk.contract, { status: isClosed ? "construction" : "closed" }, "the contract")
  tell(isClosed ? "contract reopened" : "contract closed")
}

export async function removeOrRestoreItem({ desk, items, chance, tell }: Story): Promise<void> {
  const item = chance.pick(items)
  const isRemoved = (await desk.readCopy()).images.get(item)?.fields[VOIDED] === true
  await desk.revise(item, { [VOIDED]: !isRemoved }, "by a contract change")
  tell(isRemoved ? "item restored" : "item removed")
}

/** A broken script gives another operation an id that is taken. */
export async function reuseAnId({ desk, chance, tell }: Story): Promise<void> {
  const images = [...(await desk.readCopy()).images.values()]
  const record = uuidV7(0, chance.fill(new Uint8Array(10)))
  const set = { note_type: "General", work_date: "2026-12-01", text: `n${chance.below(3)}` }
  await desk.pushOther(desk.sign("note", record, { verb: "create", set, id: images.at(-1)!.by }))
  tell("id reused")
}
