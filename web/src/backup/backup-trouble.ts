/** Why a backup could not be written, as far as a browser tells. */
import { BackupRefused } from "./backup-format.ts"
import { NotReadable } from "../store/store.ts"

/** full: no room there. barred: the browser may not write there. gone: it is not there. unreadable: this device's records. too_large: for one file. */
export type BackupTrouble = "full" | "barred" | "gone" | "unreadable" | "too_large" | "unknown"

const BY_NAME: Readonly<Record<string, BackupTrouble>> = {
  QuotaExceededError: "full",
  NotAllowedError: "barred",
  SecurityError: "barred",
  NoModificationAllowedError: "barred",
  NotFoundError: "gone",
  InvalidStateError: "gone",
  NotReadableError: "gone",
}

export function troubleOf(failure: unknown): BackupTrouble {
  if (failure instanceof NotReadable) return "unreadable"
  if (failure instanceof BackupRefused && failure.code === "backup_too_large") return "too_large"
  return (failure instanceof DOMException && BY_NAME[failure.name]) || "unknown"
}
