/** Everything that screens read: each one consistent look at the device's store, as plain objects. */
export { deleteDraft, readDraft, writeDraft } from "./drafts.ts"
export { countAttention, readDismissed, readHeld, type HeldView } from "./queries/attention.ts"
export {
  countWaiting,
  readContract,
  readContracts,
  readContractsHere,
  type ContractOnDevice,
  type ContractState,
} from "./queries/contracts.ts"
export { readBackupStanding, readLatestMark, STANDING_TABLES, type BackupStanding } from "./last-backup.ts"
export { KEPT_ASIDE_TABLES, readKeptAside, type KeptAside } from "./queries/kept-aside.ts"
export { readDay, readMarkedDays, type Day, type DayCounts } from "./queries/days.ts"
export { readEntry, searchEntries, type EntryDetail, type OwnHistory } from "./queries/entries.ts"
export {
  readItems,
  readItemTotal,
  readItemTotals,
  readItemTransactions,
  readPeople,
  readProjects,
} from "./queries/items.ts"
export { countDrafts, readUnsent, readUnsentSummary, type UnsentSummary } from "./queries/unsent.ts"
export type { ItemTotal } from "../core/item-totals.ts"
export type { ContractItem, ContractPerson, Project } from "../core/contract-records.ts"
export type { Draft } from "./tables.ts"
