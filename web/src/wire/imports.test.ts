/** The import's two calls: what is sent, what is read, and what of a refusal reaches the person. */
import { expect, test } from "vitest"
import { connect, type Connection } from "./connection.ts"
import { makeGate } from "./gate.ts"
import { importContract, previewImport, type ImportWishes } from "./imports.ts"

interface Sent {
  path: string
  form: FormData
}

/** A server that answers the same to every call, and what it was sent. */
function serverAnswering(status: number, body: unknown): { connection: Connection; sent: Sent[] } {
  const sent: Sent[] = []
  const connection = connect({
    gate: makeGate(false),
    readCsrfToken: () => "token",
    fetch: async (path, init) => {
      sent.push({ path: path as string, form: init?.body as FormData })
      const text = typeof body === "string" ? body : JSON.stringify(body)
      return new Response(text, { status, headers: { "X-Tallybook-Protocol": "1" } })
    },
  })
  return { connection, sent }
}

const wishes: ImportWishes = {
  file: new File(["a,b"], "items.csv"),
  accuracy: "6",
  sheet: "Items",
  where: [
    { heading: "Project", value: "B -1" },
    { heading: "Bidder", value: "OAK=PINE" },
  ],
}

const PREVIEW = {
  sheet: "Items",
  sheets: ["Items"],
  columns: [],
  unused: [],
  choices: [
    {
      part: "bidder",
      title: "bidder",
      heading: "Bidder",
      needed: true,
      chosen: null,
      values: [{ value: "OAK", rows: 2 }],
      left_out: 3,
    },
  ],
  choose: ["bidder"],
  items: [
    {
      row: 2,
      project: "B -1",
      line: "1",
      item_number: "105",
      description: "Sand",
      unit: "TON",
      quantity: "1.5",
      unit_price: "0.145",
      amount: "0.22",
      accuracy: "3",
      category: "",
      alternate: "",
    },
  ],
  projects: [],
  total: "0.22",
  count: 1,
  problems: [],
  warnings: [],
  ready: false,
}

test("the file and every wish go up as a form", async () => {
  const { connection, sent } = serverAnswering(200, PREVIEW)

  await previewImport(connection, wishes)

  const { path, form } = sent[0]!
  expect(path).toBe("/api/v1/contract-imports/preview")
  expect((form.get("file") as File).name).toBe("items.csv")
  expect([form.get("accuracy"), form.get("sheet")]).toEqual(["6", "Items"])
  expect(form.getAll("where")).toEqual(["Project=B -1", "Bidder=OAK=PINE"])
})

test("what is not wished is not sent", async () => {
  const { connection, sent } = serverAnswering(200, PREVIEW)

  await previewImport(connection, { ...wishes, accuracy: "", sheet: "", where: [] })

  expect([...sent[0]!.form.keys()]).toEqual(["file"])
})

test("a preview is read whole, its figures as they were written", async () => {
  const reply = await previewImport(serverAnswering(200, PREVIEW).connection, wishes)

  expect(reply).toMatchObject({
    kind: "read",
    preview: {
      isReady: false,
      choices: [{ part: "bidder", leftOut: 3, values: [{ value: "OAK", rows: 2 }] }],
      items: [{ itemNumber: "105", unitPrice: "0.145", quantity: "1.5" }],
    },
  })
})

test("an answer that lacks a part is none", async () => {
  const half = { ...PREVIEW, problems: undefined }

  for (const body of [half, null, "<html>"]) {
    const reply = await previewImport(serverAnswering(200, body).connection, wishes)
    expect(reply).toMatchObject({ kind: "failed", code: "unreadable_answer" })
  }
})

test("the contract's own words go with the same file, and its id comes back", async () => {
  const { connection, sent } = serverAnswering(201, { id: "0193", number: "SP 1" })

  const reply = await importContract(connection, wishes, {
    number: " SP 1",
    name: "Road",
    primeContractor: "",
  })

  expect(reply).toEqual({ kind: "made", id: "0193", number: "SP 1" })
  const { path, form } = sent[0]!
  expect(path).toBe("/api/v1/contract-imports")
  expect([form.get("number"), form.get("name"), form.get("prime_contractor")]).toEqual([" SP 1", "Road", ""])
  expect((form.get("file") as File).size).toBe(3)
})

test("a refusal keeps its sentences, rows, fields and sheets", async () => {
  const problem = {
    code: "import_rows_refused",
    title: "2 rows cannot be read.",
    remedy: "Correct them.",
    detail: { lines: ["row 3: empty", 4], fields: { number: "This is needed.", odd: 1 }, sheets: ["A", "B"] },
  }

  const reply = await previewImport(serverAnswering(422, problem).connection, wishes)

  expect(reply).toEqual({
    kind: "refused",
    code: "import_rows_refused",
    title: "2 rows cannot be read.",
    remedy: "Correct them.",
    lines: ["row 3: empty"],
    fields: { number: "This is needed." },
    sheets: ["A", "B"],
  })
})

test("too many rows is said in the server's words; a proxy's 413 is only too large", async () => {
  const words = {
    code: "import_too_large",
    title: "This file has 100,001 rows.",
    remedy: "Keep fewer.",
    detail: {},
  }

  expect(await previewImport(serverAnswering(413, words).connection, wishes)).toMatchObject({
    kind: "refused",
    title: "This file has 100,001 rows.",
  })
  expect(await previewImport(serverAnswering(413, "<html>").connection, wishes)).toEqual({
    kind: "too_large",
  })
})

test("signed out, not of the office, busy: everybody's failures stay what they are", async () => {
  const kindOf = async (status: number, code: string): Promise<string> =>
    (await previewImport(serverAnswering(status, { code, title: "T.", remedy: "R." }).connection, wishes))
      .kind

  expect(await kindOf(401, "not_signed_in")).toBe("not_signed_in")
  expect(await kindOf(403, "office_only")).toBe("forbidden")
  expect(await kindOf(503, "busy")).toBe("busy")
})
