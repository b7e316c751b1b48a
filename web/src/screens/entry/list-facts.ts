/** What is kept of an entry beside what stands large on its page: each with its name. */
import type { Project } from "../../core/contract-records.ts"
import type { Entry } from "../../core/entry.ts"
import { formatDate, formatTime } from "../../ui/format.ts"
import { fieldLabels, textOf } from "../../ui/words/entries.ts"
import { labelOf } from "../../ui/words/entry.ts"

export interface Fact {
  label: string
  text: string
}

/** Stand large on the page, or are no text of their own. */
const ELSEWHERE: readonly string[] = [
  "note_type",
  "text",
  "station",
  "item",
  "quantity",
  "station_from",
  "station_to",
  "side",
  "offset",
  "location",
  "documentation",
  "voided",
]
const PEOPLE: readonly string[] = ["measured_by", "calculated_by"]
const DATES: readonly string[] = ["work_date", "measured_date", "calculated_date"]

/** In the order of the form; what a newer program keeps stands at the end, by its own name. */
export function listFacts(
  { fields }: Entry,
  projects: readonly Project[],
  nameOf: (person: string) => string,
): Fact[] {
  const known = Object.keys(fieldLabels)
  const names = Object.keys(fields).filter((name) => !ELSEWHERE.includes(name))
  names.sort((one, other) => placeOf(known, one) - placeOf(known, other))
  const facts = names.map((name): Fact => {
    const text = textOf(fields, name)
    return { label: labelOf(name), text: describeFact(name, text, projects, nameOf) }
  })
  return facts.filter(({ text }) => text !== "")
}

const placeOf = (known: readonly string[], name: string): number =>
  known.includes(name) ? known.indexOf(name) : known.length

function describeFact(
  name: string,
  text: string,
  projects: readonly Project[],
  nameOf: (person: string) => string,
): string {
  if (text === "") return ""
  if (PEOPLE.includes(name)) return nameOf(text)
  if (DATES.includes(name)) return formatDate(text)
  if (name === "time") return formatTime(text)
  if (name !== "project") return text
  const project = projects.find(({ record }) => record === text)
  return project ? [project.number, project.title].filter(Boolean).join(" · ") : text
}
