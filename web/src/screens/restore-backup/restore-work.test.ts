// @vitest-environment node
/** A backup file on its way back, on real stores: what the page is told at each step. */
import "fake-indexeddb/auto"
import { gunzipSync } from "node:zlib"
import { expect, test } from "vitest"
import {
  AGENCY,
  ANN,
  appendNotes,
  backUp,
  BO,
  CONTRACT,
  openNew,
  openWithWork,
  operationsOf,
} from "../../backup/testing/sample-backup.ts"
import { newContractRow } from "../../store/contract-rows.ts"
import { connect, type Connection } from "../../wire/connection.ts"
import { makeGate } from "../../wire/gate.ts"
import { RestoreWork } from "./restore-work.svelte.ts"

/** No network. */
const NOBODY = officeThat(() => Promise.reject(new TypeError("Failed to fetch")))

function officeThat(answer: (ids: string[], path: string) => Promise<object>): Connection {
  return connect({
    gate: makeGate(false),
    readCsrfToken: () => "token",
    fetch: async (path, init) => {
      const body = init?.body as string | ArrayBuffer
      const text = typeof body === "string" ? body : gunzipSync(body).toString()
      const { operations } = JSON.parse(text) as { operations: string[] }
      const told = await answer(operations, path as string)
      return new Response(JSON.stringify(told), { headers: { "X-Tallybook-Protocol": "1" } })
    },
  })
}

const fileOf = (bytes: Uint8Array<ArrayBuffer>): File => new File([bytes], "a.tallybook")

test("a file is looked at, restored, and the second time everything is here already", async () => {
  const { device: lost } = await openWithWork()
  const file = fileOf(await backUp(lost))
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, NOBODY)

  await work.take(file)
  expect([work.stage, work.chosen, work.isAllHere]).toEqual(["shown", [CONTRACT], false])
  expect(work.manifest?.person.name).toBe("Ann Lindqvist")
  expect(work.bringsRecords).toEqual([CONTRACT])
  expect(await operationsOf(device)).toEqual([])
  await work.restore()

  expect([work.stage, work.isInPart]).toEqual(["restored", false])
  expect(work.sums?.new).toBe((await operationsOf(lost)).length)
  await work.take(file)
  expect([work.stage, work.result, work.isAllHere]).toEqual(["shown", undefined, true])
})

test("a contract that this device knows has the name that the office gave it, not the file's", async () => {
  const { device: lost } = await openNew(ANN)
  const told = { ...newContractRow(CONTRACT), number: "Of the file", name: "Told by the file" }
  await lost.store.write(["contracts"], (write) => write.put("contracts", told))
  const file = fileOf(await backUp(lost))
  const { device } = await openNew(ANN)
  const row = { ...newContractRow(CONTRACT), number: "SP 027-609-012", name: "CSAH 9 overlay" }
  await device.store.write(["contracts"], (write) => write.put("contracts", row))
  const work = new RestoreWork(device, AGENCY, NOBODY)

  await work.take(file)

  expect(work.preview?.contracts).toMatchObject([{ number: row.number, name: row.name }])
})

test("nothing chosen restores nothing", async () => {
  const { device: lost } = await openNew(ANN)
  await appendNotes(lost, 3)
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, NOBODY)
  await work.take(fileOf(await backUp(lost)))

  work.choose(CONTRACT, false)
  await work.restore()
  expect([work.stage, await operationsOf(device)]).toEqual(["shown", []])

  work.choose(CONTRACT, true)
  await work.restore()
  expect(work.sums).toEqual({ new: 3, here: 0, others: 0, differs: 0 })
})

test("ended in the middle: what came stays, and what is missing is told anew", async () => {
  const { device: lost } = await openNew(ANN)
  await appendNotes(lost, 1_200)
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, NOBODY)
  await work.take(fileOf(await backUp(lost)))

  const restoring = work.restore()
  while (work.share === 0) await new Promise((resolve) => setTimeout(resolve, 0))
  await work.cancel()
  await restoring

  const here = (await operationsOf(device)).length
  expect(here).toBeGreaterThan(0)
  expect(here).toBeLessThan(1_200)
  expect([work.stage, work.isInPart]).toEqual(["shown", true])
  await work.restore()
  expect((await operationsOf(device)).length).toBe(1_200)
  expect([work.stage, work.isInPart]).toEqual(["restored", false])
})

test("the page is left: a restore goes on to its end, and is told of on coming back; a preview is forgotten", async () => {
  const { device: lost } = await openNew(ANN)
  await appendNotes(lost, 1_200)
  const file = fileOf(await backUp(lost))
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, NOBODY)
  work.come()
  await work.take(file)

  const restoring = work.restore()
  await work.leave()
  await restoring

  expect((await operationsOf(device)).length).toBe(1_200)
  work.come()
  expect([work.stage, work.sums?.new]).toEqual(["restored", 1_200])
  await work.leave()
  expect([work.stage, work.result]).toEqual(["choosing", undefined])
  await work.take(file)
  await work.leave()
  expect([work.stage, work.preview]).toEqual(["choosing", undefined])
})

test("a restore that fails while nobody looks on keeps nothing open, and says so on coming back", async () => {
  const { device: lost } = await openNew(ANN)
  await appendNotes(lost, 3)
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, NOBODY)
  work.come()
  await work.take(fileOf(await backUp(lost)))
  device.store.write = () => Promise.reject(new Error("Nothing can be written."))

  const restoring = work.restore()
  await work.leave()
  await restoring

  work.come()
  expect([work.stage, work.preview, work.refusal?.title]).toEqual([
    "choosing",
    undefined,
    "It did not go through.",
  ])
})

test("what is no backup, and what is another agency's, is said; nothing is shown of it", async () => {
  const { device: lost } = await openWithWork()
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, { id: BO.id }, NOBODY)

  await work.take(new File(["a letter"], "letter.txt"))
  expect([work.stage, work.refusal?.title]).toEqual(["choosing", "This is not a Tallybook backup."])

  await work.take(fileOf(await backUp(lost)))
  expect([work.stage, work.refusal?.title]).toEqual([
    "choosing",
    "This backup belongs to another agency: Elm County.",
  ])
  expect([work.manifest, work.preview]).toEqual([undefined, undefined])
})

test("a file that the browser can read no more is said", async () => {
  const gone = new File(["PK"], "gone.tallybook")
  gone.slice = () => {
    throw new DOMException("moved", "NotReadableError")
  }
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, NOBODY)

  await work.take(gone)

  expect(work.refusal?.title).toBe("The browser could not read this file.")
})

test("an empty file is told as empty, and the next one is read", async () => {
  const { device: lost } = await openWithWork()
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, NOBODY)

  await work.take(fileOf(new Uint8Array()))
  expect([work.stage, work.refusal?.title]).toEqual(["choosing", "This file is empty."])

  await work.take(fileOf(await backUp(lost)))
  expect([work.stage, work.refusal]).toEqual(["shown", undefined])
})

test("another file forgets everything of the one before; only the newest counts", async () => {
  const { device: lost } = await openWithWork()
  const file = fileOf(await backUp(lost))
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, NOBODY)

  const first = work.take(file)
  await work.take(new File(["a letter"], "letter.txt"))
  await first

  expect([work.stage, work.preview, work.file?.name]).toEqual(["choosing", undefined, "letter.txt"])
})

test("of what others typed their names are told where they are known; it is left out", async () => {
  const { device: lost } = await openNew(ANN)
  await appendNotes(lost, 2, BO.id)
  await appendNotes(lost, 1)
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, NOBODY)

  await work.take(fileOf(await backUp(lost)))
  await work.restore()

  expect(work.sums).toEqual({ new: 1, here: 0, others: 2, differs: 0 })
  expect(work.result?.contracts[0]?.ofOthers).toEqual([{ author: BO.id, operations: 2 }])
})

test("the office is asked which of them it has, 500 at once; without a network nothing is said", async () => {
  const { device: lost } = await openNew(ANN)
  await appendNotes(lost, 1_100)
  const file = fileOf(await backUp(lost))
  const asked: number[] = []
  const office = officeThat((ids, path) => {
    expect(path).toBe(`/api/sync/v1/contracts/${CONTRACT}/known`)
    asked.push(ids.length)
    return Promise.resolve({ known: ids.slice(0, 10) })
  })
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, office)

  await work.take(file)
  expect(work.stage).toBe("shown")
  await expect.poll(() => work.atOffice[CONTRACT]).toBe(30)
  expect(asked).toEqual([500, 500, 100])

  await work.forget()
  expect(work.atOffice).toEqual({})
  const alone = new RestoreWork(device, AGENCY, NOBODY)
  await alone.take(file)
  await new Promise((resolve) => setTimeout(resolve, 50))
  expect([alone.stage, alone.atOffice]).toEqual(["shown", {}])
})

test("whatever begins next ends the asking", async () => {
  const { device: lost } = await openNew(ANN)
  await appendNotes(lost, 600)
  const file = fileOf(await backUp(lost))
  const waiting: (() => void)[] = []
  const office = officeThat((ids) => new Promise((resolve) => waiting.push(() => resolve({ known: ids }))))
  const { device } = await openNew(ANN)
  const work = new RestoreWork(device, AGENCY, office)

  await work.take(file)
  await expect.poll(() => waiting.length).toBe(1)
  await work.restore()
  for (const answer of waiting) answer()
  await new Promise((resolve) => setTimeout(resolve, 50))

  expect([work.stage, work.sums?.new, waiting.length]).toEqual(["restored", 600, 1])
  expect(work.atOffice).toEqual({})
})
