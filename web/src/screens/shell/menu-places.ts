/** The places of the menus: what they are called, where they lead, which of them one is at. */
import { pathTo, type Route } from "../../ui/navigation/routes.ts"
import { shellWords } from "../../ui/words/shell.ts"

export interface Place {
  name: string
  /** What the bar at the bottom has room for; a part of the name. */
  short: string
  path: string
  routes: readonly Route["name"][]
  icon:
    | "contracts"
    | "checkout"
    | "attention"
    | "unclaimed"
    | "restores"
    | "merge"
    | "inspection"
    | "items"
    | "search"
}

const CONTRACTS: Place = {
  name: shellWords.contracts,
  short: shellWords.contracts,
  path: pathTo.contracts(),
  routes: ["contracts", "import"],
  icon: "contracts",
}
const CHECKOUT: Place = {
  name: shellWords.checkout,
  short: shellWords.checkoutShort,
  path: pathTo.checkout(),
  routes: ["checkout"],
  icon: "checkout",
}
const ATTENTION: Place = {
  name: shellWords.attention,
  short: shellWords.attentionShort,
  path: pathTo.attention(),
  routes: ["attention"],
  icon: "attention",
}

const UNCLAIMED: Place = {
  name: shellWords.unclaimed,
  short: shellWords.unclaimed,
  path: pathTo.unclaimed(),
  routes: ["unclaimed"],
  icon: "unclaimed",
}

const RESTORES: Place = {
  name: shellWords.restores,
  short: shellWords.restores,
  path: pathTo.restores(),
  routes: ["restores"],
  icon: "restores",
}

const MERGE: Place = {
  name: shellWords.mergeBackup,
  short: shellWords.mergeBackup,
  path: pathTo.mergeBackup(),
  routes: ["merge-backup"],
  icon: "merge",
}

export const isOffice = (role: string): boolean => role === "admin" || role === "office"

/** The left menu's: those of everybody; for the office what came without a right, and what a restore lost, if one did. */
export function menuPlaces(role: string, hasRestores: boolean): readonly Place[] {
  if (!isOffice(role)) return PLACES
  return [...PLACES, UNCLAIMED, MERGE, ...(hasRestores ? [RESTORES] : [])]
}

const PLACES: readonly Place[] = [CONTRACTS, CHECKOUT, ATTENTION]

export function placesOf(contract: string): readonly Place[] {
  return [
    {
      name: shellWords.inspection,
      short: shellWords.inspection,
      path: pathTo.day(contract),
      routes: ["day", "add", "entry", "revise"],
      icon: "inspection",
    },
    {
      name: shellWords.items,
      short: shellWords.itemsShort,
      path: pathTo.items(contract),
      routes: ["items", "item"],
      icon: "items",
    },
    {
      name: shellWords.search,
      short: shellWords.search,
      path: pathTo.search(contract),
      routes: ["search"],
      icon: "search",
    },
  ]
}

/** Four at the bottom of a phone: a contract's own where one is open. */
export function bottomPlaces(contract: string | undefined): readonly Place[] {
  return contract === undefined ? PLACES : [...placesOf(contract), ATTENTION]
}
