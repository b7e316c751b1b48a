/** Words while a contract's records are not on this device. */
export const gateWords = {
  title: "Contract",
  notHere: "This contract is not on this device.",
  workOffline:
    "Work Offline is on, so nothing is fetched. Turn it off, or check the contract out before you go.",
  toCheckout: "Contract Offline Checkout",
  toContracts: "Contracts",
  bringing: "Bringing the contract to this device",
  again: "Try again",
} as const
