/** A few days' work on a device, as the program of today leaves it in the database: something in every table. */
import { decideHeld } from "../../actions/decide-held.ts"
import { recordItemTransaction, recordNote } from "../../actions/record-entry.ts"
import { reviseRecord, voidRecord } from "../../actions/revise-entry.ts"
import type { FeedLine } from "../../core/feed.ts"
import type { Image, Operation } from "../../core/operation.ts"
import { openDevice, type Device, type Person } from "../device.ts"
import { writeDraft } from "../drafts.ts"
import { applyStagedPage, stageCopy, swapStagedCopy } from "../feed-pages.ts"
import { putAnswer } from "../outbox.ts"
import { readEntry, readHeld } from "../queries.ts"
import type { Store } from "../store.ts"

const ANN: Person = {
  id: "01890000-0000-7000-8000-00000000000a",
  email: "ann@tallybook.example",
  name: "Ann Lindqvist",
  initials: "AL",
  role: "inspector",
}
const CONTRACT = "01890000-0000-7000-8000-0000000000c1"
const ITEM = "01890000-0000-7000-8000-0000000000d1"
const AT = "2026-11-19T14:40:00.000Z"

/** Every kind of operation, answered, held and waiting. */
export async function leaveSampleWork(store: Store): Promise<void> {
  const device = await openAnns(store)
  const note = await recordNote(device, CONTRACT, {
    note_type: "General",
    work_date: "2026-11-19",
    time: "07:00",
    text: "Paving began at seven. 🚧",
  })
  const transaction = await recordItemTransaction(device, CONTRACT, {
    item: ITEM,
    work_date: "2026-11-19",
    quantity: "412.65",
    location: "Northbound",
  })
  await pull(device, [imageOf(note, 1), imageOf(transaction, 2)], transaction)
  await store.write(["answers", "unconfirmed"], async (write) => {
    await putAnswer(write, note, { id: note.id, seq: 1, state: "applied" })
    await putAnswer(write, transaction, { id: transaction.id, seq: 3, state: "held", reason: "conflict" })
  })
  const seen = (await readEntry(store, CONTRACT, note.record))?.entry
  if (!seen) throw new Error("the sample's note is not there")
  await reviseRecord(device, seen, { text: "Paving began at eight." }, "Misread my watch.")
  await voidRecord(device, seen, "Typed twice.")
  await decideFirst(device)
  await writeDraft(store, `add note ${CONTRACT}`, { text: "Half typed" }, seen, AT)
  await keepAside(store, imageOf(note, 1))
}

let clockMs = Date.parse(AT)
let chance = 0

/** No clock and no chance: equal programs freeze equal samples. */
function openAnns(store: Store): Promise<Device> {
  return openDevice({
    store,
    person: ANN,
    app: "0.1.0",
    now: () => new Date((clockMs += 1_000)),
    random: (bytes) => bytes.fill((chance += 1)),
  })
}

function imageOf(operation: Operation, seq: number): Image {
  return {
    seq,
    type: operation.type,
    record: operation.record,
    revision: 1,
    fields: operation.set,
    by: operation.id,
    by_field: {},
    author: operation.author,
    made_at: operation.made_at,
    received_at: AT,
  }
}

async function pull(device: Device, images: readonly Image[], held: Operation): Promise<void> {
  const { store } = device
  const target = await stageCopy(store, CONTRACT)
  const lines: FeedLine[] = images.map((image) => ({ kind: "image", seq: image.seq, image }))
  const conflict = { ...held, id: "01890000-0000-7000-8000-0000000000e1", set: { quantity: "413" } }
  lines.push({ kind: "held", seq: 3, held: { seq: 3, operation: conflict, reason: "conflict" } })
  const tally = { records: images.length, revisions: images.length }
  const page = {
    position: { known: 3, chain: "ab".repeat(32) },
    remaining: 3,
    lines,
    cursor: 3,
    more: false,
    tally,
  }
  await applyStagedPage(store, CONTRACT, page, target)
  await swapStagedCopy(store, CONTRACT, { ...target, after: 3 }, tally, AT)
}

async function decideFirst(device: Device): Promise<void> {
  const [view] = await readHeld(device.store, ANN.id)
  if (!view) throw new Error("the sample has nothing to decide")
  await decideHeld(device, view, "apply", { quantity: "413" }, "Counted again.")
}

function keepAside(store: Store, image: Image): Promise<void> {
  return store.write(["kept_aside"], (write) =>
    write.put("kept_aside", { contract: CONTRACT, record: image.record, seq: image.seq, image }),
  )
}
