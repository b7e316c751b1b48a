// @vitest-environment node
/** view.html: all that the device shows, nothing that runs, and no more of it in memory than a day. */
import "fake-indexeddb/auto"
import { expect, test } from "vitest"
import { recordItemTransaction, recordNote } from "../actions/record-entry.ts"
import { reviseRecord, voidRecord } from "../actions/revise-entry.ts"
import type { Device } from "../store/device.ts"
import { readDay, readEntry } from "../store/queries.ts"
import { AllDays } from "../store/queries/all-days.ts"
import type { Range, ReadStore } from "../store/store.ts"
import type { TableName } from "../store/tables.ts"
import { AGENCY, ANN, appendNotes, AT, CONTRACT, openNew, openWithWork } from "./testing/sample-backup.ts"
import { escapeText } from "./view-entry.ts"
import { viewPage, type Viewed } from "./view-page.ts"

const ITEM = "01890000-0000-7000-8000-0000000000d1"

const viewedOf = (device: Device, stranded = 0): Viewed => ({
  head: {
    format: "tallybook-backup",
    format_version: 1,
    program: "0.1.0",
    schema: 1,
    agency: AGENCY,
    device: { id: device.id, label: 'Firefox on "Linux"' },
    person: ANN,
    made_at: AT.toISOString(),
  },
  contracts: [{ id: CONTRACT, number: "SP 1234", name: "Elm <bridge>" }],
  strandedOf: () => stranded,
})

async function pageOf(device: Device, stranded = 0): Promise<string> {
  let page = ""
  for await (const part of viewPage(device.store, viewedOf(device, stranded))) page += part
  return page
}

const plain = (page: string): string => page.replaceAll(/<\/?bdi>/g, "")

test("an answered, a held and a void entry, each with its word", async () => {
  const { device } = await openWithWork()
  const page = plain(await pageOf(device))

  expect(page).toContain("<h3>Thursday, November 19, 2026</h3>")
  expect(page).toContain("Paving began at")
  expect(page).toContain('<span class="quantity"><span>412.65</span>')
  expect(page).toContain("Needs attention")
  expect(page).toContain("Waits for a decision, typed by Ann Lindqvist: Quantity 413")
  expect(page).toContain("Not yet at the office, typed by Ann Lindqvist: void this entry")
  expect(page).toContain("1 note, 1 transaction")
  expect(page).toContain("Elm &lt;bridge&gt;")
})

test("what waits for the office says so; void is struck and named; the newest day stands last", async () => {
  const { device } = await openNew(ANN)
  const first = await recordNote(device, CONTRACT, { work_date: "2026-11-20", text: "First" })
  await recordItemTransaction(device, CONTRACT, {
    item: ITEM,
    work_date: "2026-11-20",
    quantity: "2",
    side: "LT",
  })
  await recordNote(device, CONTRACT, { work_date: "2026-11-19", text: "The day before", station: "12+50" })
  const seen = (await readEntry(device.store, CONTRACT, first.record))?.entry
  if (seen) await voidRecord(device, seen, "Typed twice.")
  const page = plain(await pageOf(device))

  expect(page.match(/class="entry voided"/g)).toHaveLength(1)
  expect(page).toContain('<strong class="void">Void</strong> <span class="mark device">Not yet at the office')
  const places = ["November 19", "The day before", "station 12+50", "November 20", "First"]
  expect(places.map((one) => page.indexOf(one))).toEqual(
    places.map((one) => page.indexOf(one)).sort((one, other) => one - other),
  )
})

test("what no longer fits and is not at the office yet does not wait for a decision", async () => {
  const { device } = await openNew(ANN)
  const note = await recordNote(device, CONTRACT, { work_date: "2026-11-20", text: "First" })
  const seen = (await readEntry(device.store, CONTRACT, note.record))?.entry
  if (!seen) throw new Error("The note is not there.")
  await reviseRecord(device, seen, { text: "In one tab" })
  await reviseRecord(device, seen, { text: "In another" })
  const page = plain(await pageOf(device))

  expect((await readEntry(device.store, CONTRACT, note.record))?.entry.beside).toHaveLength(1)
  expect(page).toContain("In one tab")
  expect(page).toContain("Not yet at the office, typed by Ann Lindqvist: Text In another")
  expect(page).not.toContain("Waits for a decision")
})

test("an entry whose date was cleared is there all the same", async () => {
  const { device } = await openNew(ANN)
  const note = await recordNote(device, CONTRACT, { work_date: "2026-11-20", text: "No day" })
  const seen = (await readEntry(device.store, CONTRACT, note.record))?.entry
  if (seen) await reviseRecord(device, seen, { work_date: null }, "Of no day.")
  const page = plain(await pageOf(device))

  expect(page).toContain("Without a date")
  expect(page).toContain("No day")
  expect(page).toContain("1 note, 0 transactions")
})

test("nothing that was typed becomes anything but text", async () => {
  const { device } = await openNew(ANN)
  const nasty = `</style></bdi><script>alert(1)</script><img src=x onerror='a'> & "q" \u202eesrever \u0000\u001b[0m \ud800`
  await recordNote(device, CONTRACT, {
    work_date: "2026-11-20",
    text: nasty,
    note_type: nasty,
    station: nasty,
  })
  const page = await pageOf(device)

  expect(page).not.toMatch(/<script|<img|onerror='/i)
  expect(page.match(/<\/style>/g)).toHaveLength(1)
  // eslint-disable-next-line no-control-regex -- just those are looked for
  expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/)
  expect(page).toContain("<bdi>&lt;/style&gt;&lt;/bdi&gt;&lt;script&gt;alert(1)")
  expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'")
  expect(escapeText("a\tb\nc\u0007")).toBe("a\tb\nc\ufffd")
})

test("entries of the second copy alone are not on the page, and it says where they are", async () => {
  const { device } = await openNew(ANN)
  const page = await pageOf(device, 3)

  expect(page).toContain("3 entries could not be read")
  expect(page).toContain("No notes or transactions")
})

test("what is unsettled is read once, for the contents and the days, and each day is told", async () => {
  const { device } = await openNew(ANN)
  for (let day = 10; day < 30; day += 1)
    await recordNote(device, CONTRACT, { work_date: `2026-11-${day}`, text: `On ${day}` })
  const told: number[] = []
  let lists = 0
  const counting = (read: ReadStore): ReadStore =>
    Object.create(read, {
      list: {
        value: (table: TableName, range: Range) => {
          if (table === "unconfirmed") lists += 1
          return read.list(table, range)
        },
      },
    }) as ReadStore
  const store = Object.create(device.store, {
    read: {
      value: (tables: readonly TableName[], see: (read: ReadStore) => Promise<unknown>) =>
        device.store.read(tables, (read) => see(counting(read))),
    },
  }) as Device["store"]
  let page = ""
  const viewed = { ...viewedOf(device), tell: (share: number) => void told.push(share) }
  for await (const part of viewPage(store, viewed)) page += part

  expect(page.match(/On \d\d/g)).toHaveLength(20)
  expect(lists).toBe(1)
  expect(told).toHaveLength(20)
  expect(told.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1)
})

test("a day read among all of them is the day as the screen has it, also where an entry was moved", async () => {
  const { device } = await openNew(ANN)
  const [first] = [
    await recordNote(device, CONTRACT, { work_date: "2026-11-20", text: "Moved" }),
    await recordNote(device, CONTRACT, { work_date: "2026-11-20", text: "Stays" }),
  ]
  const seen = (await readEntry(device.store, CONTRACT, first.record))?.entry
  if (seen) await reviseRecord(device, seen, { work_date: "2026-11-21" })
  const days = new AllDays(device.store, CONTRACT)

  for (const date of ["2026-11-20", "2026-11-21"]) {
    const day = await days.on(date)
    expect(day.notes).toHaveLength(1)
    expect(day).toEqual(await readDay(device.store, CONTRACT, date))
  }
})

test("a sync while the page is written: the days that come are of the copy that is shown then", async () => {
  const { device } = await openWithWork()
  const days = new AllDays(device.store, CONTRACT)
  const before = await days.on("2026-11-19")
  await device.store.write(["contracts", "records"], async (write) => {
    const rows = await write.list("records", { prefix: [CONTRACT] })
    for (const row of rows) write.put("records", { ...row, copy: 99 })
    const row = await write.get("contracts", CONTRACT)
    if (row?.live) write.put("contracts", { ...row, live: { ...row.live, copy: 99 } })
    write.deleteRange("records", { prefix: [CONTRACT, row?.live?.copy ?? 0] })
  })

  expect(before.transactions).toHaveLength(1)
  expect((await days.on("2026-11-19")).transactions).toHaveLength(1)
})

test("a large contract: every entry, in parts of one entry", async () => {
  const { device } = await openNew(ANN)
  await appendNotes(device, 1_500)
  let [entries, longest] = [0, 0]
  for await (const part of viewPage(device.store, viewedOf(device))) {
    entries += part.match(/<li class="entry/g)?.length ?? 0
    longest = Math.max(longest, part.length)
  }

  expect(entries).toBe(1_500)
  expect(longest).toBeLessThan(10_000)
})
