/** Which of the things that need attention are shown: kept in the address, so that back, reload and links keep it. */
import type { HeldView } from "../../store/queries.ts"
import { pathTo } from "../../ui/navigation/routes.ts"

const NAMES = ["contract", "reason", "person"] as const
type FilterName = (typeof NAMES)[number]

/** Empty: all of them. */
export type AttentionFilter = Readonly<Record<FilterName, string>>

export const FILTER_LENGTH_MAX = 100
export const NO_FILTER: AttentionFilter = { contract: "", reason: "", person: "" }

/** What is longer than anything that can be chosen is left out: an address may come from anywhere. */
export function readFilter(query: URLSearchParams): AttentionFilter {
  const read = (name: FilterName): string => {
    const value = query.get(name) ?? ""
    return value.length > FILTER_LENGTH_MAX ? "" : value
  }
  return { contract: read("contract"), reason: read("reason"), person: read("person") }
}

export function queryOf(filter: AttentionFilter): URLSearchParams {
  return new URLSearchParams(NAMES.filter((name) => filter[name]).map((name) => [name, filter[name]]))
}

/** The address of one of them, or of the list, within the filter. */
export function addressOf(filter: AttentionFilter, operation?: string): string {
  const query = queryOf(filter).toString()
  return pathTo.attention(operation) + (query ? `?${query}` : "")
}

export const isFiltered = (filter: AttentionFilter): boolean => NAMES.some((name) => filter[name] !== "")

/** A decision that came too late is told as that, whatever was the matter with it. */
const reasonOf = ({ state, held }: HeldView): string => (state === "superseded" ? "superseded" : held.reason)

const TRAITS: Readonly<Record<FilterName, (view: HeldView) => string>> = {
  contract: (view) => view.contract,
  reason: reasonOf,
  person: (view) => view.held.operation.author,
}

export function filterViews(views: readonly HeldView[], filter: AttentionFilter): HeldView[] {
  return views.filter((view) => NAMES.every((name) => !filter[name] || TRAITS[name](view) === filter[name]))
}

/** What can be chosen, in the order of the list; what is chosen stays, though nothing may have it any more. */
export function choicesOf(views: readonly HeldView[], filter: AttentionFilter): Record<FilterName, string[]> {
  const found = (name: FilterName): string[] => [
    ...new Set([...views.map(TRAITS[name]), ...(filter[name] ? [filter[name]] : [])]),
  ]
  return { contract: found("contract"), reason: found("reason"), person: found("person") }
}

/** Contract after contract, as the list shows them: stepping follows what is seen. */
export function inListOrder(views: readonly HeldView[]): HeldView[] {
  const contracts = [...new Set(views.map((one) => one.contract))]
  return contracts.flatMap((contract) => views.filter((one) => one.contract === contract))
}
