/** One file on its way to becoming a contract, against a server whose answers the test gives. */
import { expect, test } from "vitest"
import { connect } from "../../wire/connection.ts"
import { makeGate } from "../../wire/gate.ts"
import { FILE_BYTES_MAX } from "../../wire/imports.ts"
import { ImportWork } from "./import-work.svelte.ts"

type Answer = { status: number; body: unknown } | "lost"

/** Answers wait until they are given, in the order of the questions. */
function workWithServer() {
  const asked: { path: string; form: FormData; answer: (answer: Answer) => void }[] = []
  const connection = connect({
    gate: makeGate(false),
    readCsrfToken: () => "token",
    fetch: (path, init) =>
      new Promise((resolve, reject) => {
        const answer = (given: Answer): void => {
          if (given === "lost") reject(new TypeError("Failed to fetch"))
          else
            resolve(
              new Response(JSON.stringify(given.body), {
                status: given.status,
                headers: { "X-Tallybook-Protocol": "1" },
              }),
            )
        }
        asked.push({ path: path as string, form: init?.body as FormData, answer })
      }),
  })
  return { work: new ImportWork(connection), asked }
}

type Server = ReturnType<typeof workWithServer>

const bidder = (chosen: string | null) => ({
  part: "bidder",
  title: "bidder",
  heading: "Bidder",
  needed: true,
  chosen,
  values: [{ value: "OAK", rows: 2 }],
  left_out: 0,
})

const preview = (more: object = {}): Answer => ({
  status: 200,
  body: {
    sheet: "A",
    sheets: ["A", "B"],
    columns: [],
    unused: [],
    choices: [bidder(null)],
    items: [],
    projects: [],
    total: "0.00",
    count: 0,
    problems: [],
    warnings: [],
    ready: false,
    ...more,
  },
})

const refusal = (code: string, detail: object = {}): Answer => ({
  status: 422,
  body: { code, title: "It cannot be read.", remedy: "Choose another.", detail },
})

const FILE = new File(["a,b"], "items.csv")
const CONTRACT = { number: "SP 1", name: "Road", primeContractor: "" }

/** Until the code under test has asked that many questions. */
async function questions({ asked }: Server, count: number): Promise<void> {
  for (let turn = 0; asked.length < count && turn < 1_000; turn += 1)
    await new Promise((resolve) => setTimeout(resolve, 0))
  expect(asked).toHaveLength(count)
}

async function taken(server: Server, answer: Answer = preview()): Promise<void> {
  const taking = server.work.take(FILE)
  await questions(server, 1)
  server.asked[0]!.answer(answer)
  await taking
}

test("a file is read at once and shown", async () => {
  const server = workWithServer()

  await taken(server)

  expect(server.work.preview?.sheet).toBe("A")
  expect(server.work.sheets).toEqual(["A", "B"])
  expect(server.work.isReading).toBe(false)
})

test("a file beyond the limit is not sent; one at the limit is", async () => {
  const server = workWithServer()

  await server.work.take(new File([new Uint8Array(FILE_BYTES_MAX + 1)], "big.csv"))
  expect(server.work.fileProblem).toContain("16.1 MB")
  await server.work.take(new File([], "empty.csv"))
  expect(server.work.fileProblem).toContain("empty")
  expect(server.asked).toHaveLength(0)

  void server.work.take(new File([new Uint8Array(FILE_BYTES_MAX)], "fits.csv"))
  await questions(server, 1)
  expect(server.work.fileProblem).toBe("")
})

test("a file that the browser cannot read any more is said", async () => {
  const gone = new File(["a"], "gone.csv")
  gone.arrayBuffer = () => Promise.reject(new DOMException("moved", "NotFoundError"))
  const { work, asked } = workWithServer()

  await work.take(gone)

  expect(work.fileProblem).toContain("choose it again")
  expect(asked).toHaveLength(0)
})

test("only the answer to the newest question counts", async () => {
  const server = workWithServer()
  await taken(server)

  const first = server.work.chooseAccuracy("2")
  const second = server.work.choose("Bidder", "OAK")
  await questions(server, 3)
  server.asked[2]!.answer(preview({ choices: [bidder("OAK")], ready: true }))
  await second
  server.asked[1]!.answer(preview())
  await first

  expect(server.work.preview?.isReady).toBe(true)
  expect(server.asked[2]!.form.get("accuracy")).toBe("2")
  expect(server.asked[2]!.form.getAll("where")).toEqual(["Bidder=OAK"])
})

test("a choice that matches nothing can be made anew", async () => {
  const server = workWithServer()
  await taken(server)

  const choosing = server.work.choose("Bidder", "OAK")
  await questions(server, 2)
  server.asked[1]!.answer(refusal("import_choice_matches_nothing"))
  await choosing

  expect(server.work.obstacle).toMatchObject({ kind: "refused", title: "It cannot be read." })
  expect(server.work.preview).toBeUndefined()
  expect(server.work.choices.map((one) => one.heading)).toEqual(["Bidder"])
})

test("a sheet without headings offers the others; another sheet begins anew", async () => {
  const server = workWithServer()
  await taken(server, refusal("import_headings_not_found", { sheets: ["A", "B"] }))
  expect(server.work.sheets).toEqual(["A", "B"])

  const choosing = server.work.chooseSheet("B")
  await questions(server, 2)

  expect(server.asked[1]!.form.get("sheet")).toBe("B")
  expect(server.work.obstacle).toBeUndefined()
  server.asked[1]!.answer(preview({ sheet: "B" }))
  await choosing
  expect(server.work.preview?.sheet).toBe("B")
})

test("what is previewed is what is imported, though the file changed on the disk", async () => {
  const server = workWithServer()
  await taken(server)

  const making = server.work.make(CONTRACT)
  await questions(server, 2)
  server.asked[1]!.answer({ status: 201, body: { id: "0193", number: "SP 1" } })

  expect(await making).toMatchObject({ id: "0193" })
  const [first, second] = server.asked.map(({ form }) => form.get("file") as File)
  expect(second).toBe(first)
  expect(second).not.toBe(FILE) // which the browser would read from the disk again
  expect([second!.name, await second!.text()]).toEqual(["items.csv", "a,b"])
})

test("a double click asks once", async () => {
  const server = workWithServer()
  await taken(server)

  const first = server.work.make(CONTRACT)
  expect(await server.work.make(CONTRACT)).toBeUndefined()
  await questions(server, 2)
  server.asked[1]!.answer({ status: 201, body: { id: "0193", number: "SP 1" } })
  await first

  expect(server.asked).toHaveLength(2)
})

test("a lost answer is said, the preview stays, and it can be tried again", async () => {
  const server = workWithServer()
  await taken(server, preview({ ready: true }))

  const making = server.work.make(CONTRACT)
  await questions(server, 2)
  server.asked[1]!.answer("lost")

  expect(await making).toBeUndefined()
  expect(server.work.refusal).toEqual({ kind: "no_network" })
  expect(server.work.preview?.isReady).toBe(true)
  expect(server.work.isMaking).toBe(false)
})

test("another file forgets everything of the one before", async () => {
  const server = workWithServer()
  await taken(server)

  await server.work.take(new File([], "empty.csv"))

  const { preview: shown, wishes, sheets, choices } = server.work
  expect([shown, wishes, sheets, choices]).toEqual([undefined, undefined, [], []])
})
