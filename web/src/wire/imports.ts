/** Making a contract out of a file: what the office's computer reads in it, and the making itself. */
import type { Connection, WireRequest } from "./connection.ts"
import { json, parseBody } from "./read-json.ts"
import type { Failure, Reply } from "./replies.ts"

const API = "/api/v1/contract-imports"
export const FILE_BYTES_MAX = 16 * 1024 * 1024
const UPLOAD_TIMEOUT_MS = 5 * 60_000 // nothing is heard of a file while it goes up a slow line

export type ChoicePart = "contract" | "project" | "bidder"

/** What the person wants of the file. */
export interface ImportWishes {
  file: File
  /** Decimals of quantities where the file does not say; empty: by unit. */
  accuracy: string
  /** Empty: the sheet whose headings fit best. */
  sheet: string
  where: readonly { heading: string; value: string }[]
}

export interface ImportChoice {
  part: ChoicePart
  title: string
  heading: string
  needed: boolean
  chosen: string | null
  values: { value: string; rows: number }[]
  leftOut: number
}

export interface ImportItem {
  row: number
  project: string
  line: string
  itemNumber: string
  description: string
  unit: string
  quantity: string
  unitPrice: string
  amount: string
  accuracy: string
  category: string
  alternate: string
}

export interface ImportPreview {
  sheet: string
  sheets: string[]
  columns: { part: string; title: string; heading: string; letter: string }[]
  unused: string[]
  choices: ImportChoice[]
  items: ImportItem[]
  projects: { number: string; title: string; items: number; total: string }[]
  total: string
  count: number
  problems: { row: number; reason: string }[]
  warnings: string[]
  /** Only then a contract can be made of it. */
  isReady: boolean
}

/** The server read the request and says why not, in its own sentences. */
export interface ImportRefusal {
  kind: "refused"
  code: string
  title: string
  remedy: string
  /** Sentences, a bad row each. */
  lines: string[]
  /** Sentences by field. */
  fields: Readonly<Record<string, string>>
  /** Other sheets of the workbook. */
  sheets: string[]
}

export interface NewContract {
  number: string
  name: string
  primeContractor: string
}

export type PreviewReply = { kind: "read"; preview: ImportPreview } | ImportRefusal | Failure
export type ImportReply = { kind: "made"; id: string; number: string } | ImportRefusal | Failure

/** Nothing is saved by it. */
export async function previewImport(connection: Connection, wishes: ImportWishes): Promise<PreviewReply> {
  const reply = await connection.request<PreviewReply>({
    ...post(`${API}/preview`, spellForm(wishes)),
    read: json((body) => {
      const preview = readPreview(body)
      return preview && { kind: "read", preview }
    }),
  })
  return reply.kind === "ok" ? reply.value : reply
}

export async function importContract(
  connection: Connection,
  wishes: ImportWishes,
  { number, name, primeContractor }: NewContract,
): Promise<ImportReply> {
  const form = spellForm(wishes)
  form.set("number", number)
  form.set("name", name)
  form.set("prime_contractor", primeContractor)
  const reply = await connection.request<ImportReply>({
    ...post(API, form),
    read: json((body) => {
      const { id, number: made } = (body ?? {}) as { id?: unknown; number?: unknown }
      return typeof id === "string" && typeof made === "string"
        ? { kind: "made", id, number: made }
        : undefined
    }),
  })
  return reply.kind === "ok" ? reply.value : reply
}

function post(
  path: string,
  body: FormData,
): Pick<WireRequest<never>, "method" | "path" | "body" | "timeoutMs"> & {
  readRefusal: (response: Response) => Promise<Reply<ImportRefusal> | undefined>
} {
  return { method: "POST", path, body, timeoutMs: UPLOAD_TIMEOUT_MS, readRefusal }
}

function spellForm({ file, accuracy, sheet, where }: ImportWishes): FormData {
  const form = new FormData()
  form.set("file", file)
  if (accuracy) form.set("accuracy", accuracy)
  if (sheet) form.set("sheet", sheet)
  for (const { heading, value } of where) form.append("where", `${heading}=${value}`)
  return form
}

interface RawChoice extends Omit<ImportChoice, "leftOut"> {
  left_out: number
}

interface RawItem extends Omit<ImportItem, "itemNumber" | "unitPrice"> {
  item_number: string
  unit_price: string
}

interface RawPreview extends Omit<ImportPreview, "choices" | "items" | "isReady"> {
  choices: RawChoice[]
  items: RawItem[]
  ready: boolean
}

const LISTS = ["sheets", "columns", "unused", "choices", "items", "projects", "problems", "warnings"] as const

function readPreview(body: unknown): ImportPreview | undefined {
  const raw = (body ?? {}) as Partial<RawPreview>
  if (typeof raw.ready !== "boolean" || !LISTS.every((list) => Array.isArray(raw[list]))) return undefined
  const { ready, choices, items, ...rest } = raw as RawPreview
  return {
    ...rest,
    isReady: ready,
    choices: choices.map(({ left_out, ...one }) => ({ ...one, leftOut: left_out })),
    items: items.map(({ item_number, unit_price, ...one }) => ({
      ...one,
      itemNumber: item_number,
      unitPrice: unit_price,
    })),
  }
}

/** What concerns the file or the form; a lost sign-in, a missing right and a busy server are everybody's. */
const REFUSING = [400, 409, 413, 422]

async function readRefusal(response: Response): Promise<Reply<ImportRefusal> | undefined> {
  if (!REFUSING.includes(response.status)) return undefined
  const { code, title, remedy, detail } = ((await parseBody(response)) ?? {}) as Record<string, unknown>
  if (typeof code !== "string" || typeof title !== "string") return undefined // not our server's own words
  const more = (typeof detail === "object" && detail !== null ? detail : {}) as Record<string, unknown>
  const refusal: ImportRefusal = {
    kind: "refused",
    code,
    title,
    remedy: typeof remedy === "string" ? remedy : "",
    lines: texts(more["lines"]),
    fields: textsByField(more["fields"]),
    sheets: texts(more["sheets"]),
  }
  return { kind: "ok", value: refusal }
}

const texts = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === "string") : []

function textsByField(value: unknown): Record<string, string> {
  if (typeof value !== "object" || value === null) return {}
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === "string"),
  )
}
