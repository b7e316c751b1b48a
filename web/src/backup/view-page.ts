/** view.html: notes and transactions for any browser, day by day, newest last. Memory: one day, and all that is unsettled. */
import type { Entry } from "../core/entry.ts"
import { readItems, readPeople, readProjects, type DayCounts } from "../store/queries.ts"
import { AllDays, type CountedDays } from "../store/queries/all-days.ts"
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
  /** Told what share of the page was written since it was told last; all together, 1. */
  tell?(share: number): void
}

interface Counted {
  contract: Named
  days: AllDays
  dates: readonly string[]
}

export async function* viewPage(store: Store, viewed: Viewed): AsyncGenerator<string> {
  yield headHtml(viewed.head)
  yield `<nav aria-label="${viewWords.contracts}"><ul>\n`
  const counted: Counted[] = []
  for (const contract of viewed.contracts) {
    const days = new AllDays(store, contract.id)
    const counts = await days.count()
    counted.push({ contract, days, dates: [...counts.marked.keys()] })
    yield contentsHtml(contract, counts)
  }
  yield "</ul></nav>\n<main>\n"
  const sum = counted.reduce((before, { dates }) => before + dates.length, 0)
  for (const { contract, days, dates } of counted) {
    const told = tellOfEach(dates, () => viewed.tell?.(1 / sum))
    yield* contractHtml(store, viewed, contract, daysOf(days, told))
  }
  if (sum === 0) viewed.tell?.(1)
  yield "</main>\n</body>\n</html>\n"
}

/** Told of each when the next one is asked for. */
function* tellOfEach(dates: Iterable<string>, tell: () => void): Generator<string> {
  for (const date of dates) {
    yield date
    tell()
  }
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

function contentsHtml(contract: Named, { marked, undated }: CountedDays): string {
  const total = (type: keyof DayCounts): number =>
    [...marked.values()].reduce((sum, counts) => sum + counts[type], undated[type])
  const counts = describeCounts(total("notes"), total("transactions"))
  return `<li><a href="#c-${contract.id}">${typed(nameOf(contract))}</a> <span class="counts">${counts}</span></li>\n`
}

async function* contractHtml(
  store: Store,
  viewed: Viewed,
  contract: Named,
  days: AsyncIterable<[string, Entry[]]>,
): AsyncGenerator<string> {
  const names = await readNames(store, contract.id, viewed.head.person)
  yield `<section id="c-${contract.id}">\n<h2>${typed(nameOf(contract))}</h2>\n`
  const stranded = viewed.strandedOf(contract.id)
  if (stranded > 0) yield `<p class="attention">${describeStranded(stranded)}</p>\n`
  let isEmpty = true
  for await (const [date, entries] of days) {
    isEmpty = false
    yield `<h3>${typed(formatDay(date))}</h3>\n<ol class="entries">\n`
    for (const entry of entries) yield entryHtml(entry, names)
    yield "</ol>\n"
  }
  if (isEmpty) yield `<p>${viewWords.empty}</p>\n`
  yield "</section>\n"
}

/** Those that stand on no day come first, as nobody would look for them at the end. */
async function* daysOf(days: AllDays, dates: Iterable<string>): AsyncGenerator<[string, Entry[]]> {
  const undated = await days.undated()
  const entries = [...undated.notes, ...undated.transactions]
  if (entries.length > 0) yield ["", sorted(entries)]
  for (const date of dates) {
    const { notes, transactions } = await days.on(date)
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
