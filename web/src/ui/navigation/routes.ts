/** Every address of the program: what each one shows, and how it is spelled. */

export type DayTab = "notes" | "transactions"

export type Route =
  | { name: "contracts" }
  | { name: "import" }
  | { name: "checkout" }
  | { name: "attention"; operation?: string }
  | { name: "storage" }
  | { name: "password" }
  | { name: "unclaimed" }
  | { name: "restores" }
  | { name: "backup" }
  | { name: "restore-backup" }
  | { name: "merge-backup" }
  | { name: "day"; contract: string; date?: string; tab: DayTab }
  | { name: "add"; contract: string; date: string; tab: DayTab }
  | { name: "entry"; contract: string; record: string }
  | { name: "revise"; contract: string; record: string }
  | { name: "items"; contract: string }
  | { name: "item"; contract: string; item: string }
  | { name: "search"; contract: string }
  | { name: "unknown" }

const TABS: readonly string[] = ["notes", "transactions"] satisfies DayTab[]

/** Read a path (`/contracts/ID/inspection/2026-11-19/notes`), without query and hash. */
export function readRoute(path: string): Route {
  const parts = path.split("/").filter(Boolean).map(decode)
  const [first, second, ...rest] = parts
  if (first === undefined || (first === "contracts" && second === undefined)) return { name: "contracts" }
  if (first === "contracts")
    return second === "import" ? end(rest, { name: "import" }) : readContractRoute(second ?? "", rest)
  if (first === "attention" && rest.length === 0) {
    return { name: "attention", ...(second !== undefined && { operation: second }) }
  }
  return second === undefined ? readPlainRoute(first) : { name: "unknown" }
}

/** One word, and nothing behind it. */
function readPlainRoute(word: string): Route {
  switch (word) {
    case "checkout":
    case "storage":
    case "password":
    case "unclaimed":
    case "restores":
    case "backup":
    case "restore-backup":
    case "merge-backup":
      return { name: word }
  }
  return { name: "unknown" }
}

function readContractRoute(contract: string, parts: readonly string[]): Route {
  const [area, key, tab, last] = parts
  if (area === undefined || area === "inspection") return readDayRoute(contract, key, tab, last)
  if (parts.length > 3) return { name: "unknown" }
  if (area === "entries" && key !== undefined && tab === undefined)
    return { name: "entry", contract, record: key }
  if (area === "entries" && key !== undefined && tab === "revise")
    return { name: "revise", contract, record: key }
  if (area === "items" && tab === undefined) {
    return key === undefined ? { name: "items", contract } : { name: "item", contract, item: key }
  }
  if (area === "search" && key === undefined) return { name: "search", contract }
  return { name: "unknown" }
}

function readDayRoute(
  contract: string,
  date: string | undefined,
  tab: string | undefined,
  last: string | undefined,
): Route {
  if (date === undefined) return { name: "day", contract, tab: "transactions" }
  if (tab === undefined) return { name: "day", contract, date, tab: "transactions" }
  if (!isDayTab(tab)) return { name: "unknown" }
  if (last === undefined) return { name: "day", contract, date, tab }
  return last === "add" ? { name: "add", contract, date, tab } : { name: "unknown" }
}

const isDayTab = (text: string): text is DayTab => TABS.includes(text)

const end = (rest: readonly string[], route: Route): Route =>
  rest.length === 0 ? route : { name: "unknown" }

/** A path that somebody typed wrong is no reason to fail. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch (failure) {
    if (!(failure instanceof URIError)) throw failure
    return part
  }
}

const contractPath = (contract: string, ...rest: string[]): string =>
  ["/contracts", contract, ...rest].map((part, at) => (at === 0 ? part : encodeURIComponent(part))).join("/")

/** How each address is spelled. */
export const pathTo = {
  contracts: (): string => "/contracts",
  import: (): string => "/contracts/import",
  checkout: (): string => "/checkout",
  attention: (operation?: string): string =>
    operation ? `/attention/${encodeURIComponent(operation)}` : "/attention",
  storage: (): string => "/storage",
  password: (): string => "/password",
  unclaimed: (): string => "/unclaimed",
  restores: (): string => "/restores",
  backup: (): string => "/backup",
  restoreBackup: (): string => "/restore-backup",
  mergeBackup: (): string => "/merge-backup",
  /** Without a date: today. */
  day: (contract: string, date?: string, tab: DayTab = "transactions"): string =>
    date === undefined
      ? contractPath(contract, "inspection")
      : contractPath(contract, "inspection", date, tab),
  add: (contract: string, date: string, tab: DayTab): string =>
    contractPath(contract, "inspection", date, tab, "add"),
  entry: (contract: string, record: string): string => contractPath(contract, "entries", record),
  revise: (contract: string, record: string): string => contractPath(contract, "entries", record, "revise"),
  items: (contract: string): string => contractPath(contract, "items"),
  item: (contract: string, item: string): string => contractPath(contract, "items", item),
  search: (contract: string): string => contractPath(contract, "search"),
} as const

/** The contract that an address is about. */
export function contractOf(route: Route): string | undefined {
  return "contract" in route ? route.contract : undefined
}
