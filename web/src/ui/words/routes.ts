/** Words for an address that shows nothing. */
export const routeWords = {
  unknown: "There is nothing at this address",
  unknownMore: "Perhaps the address was cut short.",
  unreachable: "This page could not be opened",
  reload: "This part of the program is of another version. Reload the page.",
  toContracts: "Go to Contracts",
} as const
