/** view.html: notes and transactions for any browser, day by day, newest last. Memory: one day. */
import type { Entry } from "../core/entry.ts"
import {
  readDay,
  readItems,
  readMarkedDays,
  readPeople,
  readProjects,
  type DayCounts,
} from "../store/queries.ts"
import { readUndated } from "../store/queries/days.ts"
import type { Store } from "../store/store.ts"
import type { Manifest, ManifestContract } from "./backup-format.ts"
import { entryHtml, escapeText, typed, type ViewNames } from "./view-entry.ts"
import { VIEW_STYLE } from "./view-style.ts"
import { describeCounts, describeStranded, formatDay, formatMadeAt, viewWords } from "./view-words.ts"

/** Nothing is loaded and nothing runs, whatever somebody typed. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'"

export interface Viewed {
  head: Omit<Manifest, "contracts" | "members">
  contracts: readonly Pick<ManifestContract, "id" | "number" | "name">[]
  /** How many operations of a contract only the second copy has: no page can show them. */
  strandedOf(contract: string): number
}

export async function* viewPage(store: Store, viewed: Viewed): AsyncGenerator<string> {
  yield headHtml(viewed.head)
  yield `<nav aria-label="${viewWords.contracts}"><ul>\n`
  for (const contract of viewed.contracts) yield await contentsHtml(store, contract)
  yield "</ul></nav>\n<main>\n"
  for (const contract of viewed.contracts) yield* contractHtml(store, viewed, contract)
  yield "</main>\n</body>\n</html>\n"
}

function headHtml({ person, agency, device, made_at: madeAt, program }: Viewed["head"]): string {
  const facts = [
    [viewWords.whose, typed(`${person.name} <${person.email}>`)],
    [viewWords.agency, typed(agency.name)],
    [viewWords.device, typed(device.label)],
    [viewWords.made, escapeText(`${formatMadeAt(madeAt)}, Tallybook ${program}`)],
  ]
  return [
    '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">\n`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
    `<title>${viewWords.title}</title>\n<style>${VIEW_STYLE}</style>\n</head>\n<body>\n`,
    `<header><h1>${viewWords.title}</h1>\n`,
    `<dl>${facts.map(([name, text]) => `<dt>${name}</dt><dd>${text}</dd>`).join("")}</dl>\n`,
    `<p>${viewWords.about}</p>\n<p>${viewWords.find}</p></header>\n`,
  ].join("")
}

type Named = Viewed["contracts"][number]

const nameOf = ({ number, name }: Named): string =>
  [number, name].filter(Boolean).join(" · ") || viewWords.unnamedContract

async function contentsHtml(store: Store, contract: Named): Promise<string> {
  const counts = await countAll(store, contract.id)
  return `<li><a href="#c-${contract.id}">${typed(nameOf(contract))}</a> <span class="counts">${counts}</span></li>\n`
}

async function countAll(store: Store, contract: string): Promise<string> {
  const days = [...(await readMarkedDays(store, contract)).values()]
  const undated = await readUndated(store, contract)
  const total = (type: keyof DayCounts): number =>
    days.reduce((sum, counts) => sum + counts[type], undated[type].length)
  return describeCounts(total("notes"), total("transactions"))
}

async function* contractHtml(store: Store, viewed: Viewed, contract: Named): AsyncGenerator<string> {
  const names = await readNames(store, contract.id, viewed.head.person)
  yield `<section id="c-${contract.id}">\n<h2>${typed(nameOf(contract))}</h2>\n`
  const stranded = viewed.strandedOf(contract.id)
  if (stranded > 0) yield `<p class="attention">${describeStranded(stranded)}</p>\n`
  let isEmpty = true
  for await (const [date, entries] of daysOf(store, contract.id)) {
    isEmpty = false
    yield `<h3>${typed(formatDay(date))}</h3>\n<ol class="entries">\n`
    for (const entry of entries) yield entryHtml(entry, names)
    yield "</ol>\n"
  }
  if (isEmpty) yield `<p>${viewWords.empty}</p>\n`
  yield "</section>\n"
}

/** Those that stand on no day come first, as nobody would look for them at the end. */
async function* daysOf(store: Store, contract: string): AsyncGenerator<[string, Entry[]]> {
  const undated = await readUndated(store, contract)
  const entries = [...undated.notes, ...undated.transactions]
  if (entries.length > 0) yield ["", sorted(entries)]
  for (const date of (await readMarkedDays(store, contract)).keys()) {
    const { notes, transactions } = await readDay(store, contract, date)
    if (notes.length + transactions.length > 0) yield [date, sorted([...notes, ...transactions])]
  }
}

/** As they were recorded: their ids rise with the time. */
const sorted = (entries: Entry[]): Entry[] =>
  entries.sort((one, other) => (one.record < other.record ? -1 : 1))

async function readNames(store: Store, contract: string, person: Manifest["person"]): Promise<ViewNames> {
  const [items, people, projects] = await Promise.all([
    readItems(store, contract),
    readPeople(store, contract),
    readProjects(store, contract),
  ])
  return {
    itemById: new Map(items.map((one) => [one.record, one])),
    // Who made the file is known also where nobody listed him on the contract.
    personById: new Map([
      [person.id, person.name],
      ...people.map((one): [string, string] => [one.record, one.name]),
    ]),
    projectById: new Map(
      projects.map((one) => [one.record, [one.number, one.title].filter(Boolean).join(" · ")]),
    ),
  }
}
