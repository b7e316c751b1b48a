/** One note or transaction as HTML: every typed text escaped, and kept apart from the text around it. */
import type { ContractItem } from "../core/contract-records.ts"
import type { Entry, Whereabouts } from "../core/entry.ts"
import type { Fields, FieldValue, Operation } from "../core/operation.ts"
import { VOIDED } from "../core/record-types.ts"
import {
  describeBeside,
  describeItem,
  describeOffset,
  describeStation,
  describeStretch,
  describeUntil,
  describeVoiding,
  formatMadeAt,
  labelOf,
  viewWords,
} from "./view-words.ts"

/** What ids stand for. */
export interface ViewNames {
  itemById: ReadonlyMap<string, ContractItem>
  personById: ReadonlyMap<string, string>
  projectById: ReadonlyMap<string, string>
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
}

/** Text for any place in a page, also inside quotes. What no page may hold shows that something was there. */
export const escapeText = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex -- just those are meant
    .replace(/[\u0000-\u0008\u000b\u000c\u000d\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (one) => ESCAPES[one] ?? one)

/** What a person typed: its direction, and marks that turn it, end with it. */
export const typed = (text: string): string => `<bdi>${escapeText(text)}</bdi>`

const textOf = (fields: Fields, name: string): string => {
  const value = fields[name]
  return typeof value === "string" ? value : ""
}

export function entryHtml(entry: Entry, names: ViewNames): string {
  const { fields } = entry
  const isNote = entry.type === "note"
  const item = names.itemById.get(textOf(fields, "item"))
  const what = isNote ? textOf(fields, "note_type") || viewWords.note : nameItem(item)
  const beside = entry.beside.map((one) => besideHtml(one, entry.where, names))
  return [
    `<li class="entry${entry.voided ? " voided" : ""}">`,
    `<p class="head"><b class="what">${typed(what)}</b>`,
    isNote ? spanOf("time", textOf(fields, "time")) : quantityHtml(fields, item),
    "</p>",
    paragraphOf("text", textOf(fields, "text")),
    paragraphOf("place", placeOf(fields)),
    paragraphOf("more", moreOf(fields, names)),
    `<p class="meta">${marksOf(entry)} · ${typed(nameSomebody(entry.author, names))}, ${escapeText(formatMadeAt(entry.madeAt))}</p>`,
    ...beside,
    "</li>\n",
  ].join("")
}

const nameItem = (item: ContractItem | undefined): string =>
  item ? describeItem(item.description, item.line) : viewWords.unknownItem

const nameSomebody = (id: string, { personById }: ViewNames): string =>
  personById.get(id) ?? viewWords.somebody

const paragraphOf = (name: string, text: string): string =>
  text === "" ? "" : `<p class="${name}">${typed(text)}</p>`
const spanOf = (name: string, text: string): string =>
  text === "" ? "" : ` <span class="${name}">${typed(text)}</span>`

function quantityHtml(fields: Fields, item: ContractItem | undefined): string {
  const unit = item ? ` <small>${typed(item.unit)}</small>` : ""
  return ` <span class="quantity"><span>${typed(textOf(fields, "quantity"))}</span>${unit}</span>`
}

function marksOf({ voided, where }: Entry): string {
  const mark = `<span class="mark ${where}">${viewWords[`${where}_mark`]}</span>`
  return voided ? `<strong class="void">${viewWords.void}</strong> ${mark}` : mark
}

/** "12+50 to 31+00 RT · offset 12 ft · northbound lane" */
function placeOf(fields: Fields): string {
  const [from, to] = [textOf(fields, "station_from"), textOf(fields, "station_to")]
  const stretch = from && to ? describeStretch(from, to) : from || (to && describeUntil(to))
  const [offset, station] = [textOf(fields, "offset"), textOf(fields, "station")]
  return [
    [stretch, textOf(fields, "side")].filter(Boolean).join(" "),
    offset && describeOffset(offset),
    station && describeStation(station),
    textOf(fields, "location"),
  ]
    .filter(Boolean)
    .join(" · ")
}

const ELSEWHERE = new Set(
  "note_type text time station item quantity station_from station_to side offset location work_date".split(
    " ",
  ),
).add(VOIDED)

/** All that has no place of its own, by name: nothing that was typed is left out. */
function moreOf(fields: Fields, names: ViewNames): string {
  return Object.entries(fields)
    .filter(([name]) => !ELSEWHERE.has(name))
    .map(([name, value]) => `${labelOf(name)}: ${spellValue(name, value, names)}`)
    .join(" · ")
}

function besideHtml({ author, set }: Operation, where: Whereabouts, names: ViewNames): string {
  const what = Object.entries(set).map(([name, value]) =>
    name === VOIDED ? describeVoiding(value === true) : `${labelOf(name)} ${spellValue(name, value, names)}`,
  )
  return `<p class="beside">${typed(describeBeside(where, nameSomebody(author, names), what.join(" · ")))}</p>`
}

function spellValue(name: string, value: FieldValue, names: ViewNames): string {
  if (value === null || value === "") return viewWords.nothing
  if (typeof value !== "string") return JSON.stringify(value)
  if (name === "item") return nameItem(names.itemById.get(value))
  if (name === "project") return names.projectById.get(value) ?? value
  return name.endsWith("_by") ? nameSomebody(value, names) : value
}
