/** Words around every page: menus, the person's panel, how things stand. */
import type { SyncState } from "../../sync/sync-service.ts"
import { countEntries } from "./sync.ts"

export const shellWords = {
  product: "Tallybook",
  menu: "Menu",
  mainMenu: "Main",
  contracts: "Contracts",
  checkout: "Contract Offline Checkout",
  checkoutShort: "Checkout",
  attention: "Needs Attention",
  attentionShort: "Attention",
  unclaimed: "Unclaimed",
  restores: "After a restore",
  inspection: "Inspection",
  items: "Item Record Account",
  itemsShort: "Item Record",
  search: "Search",
  userMenu: "User menu",
  workOffline: "Work Offline",
  workOfflineHint: "On: nothing leaves this device, until you turn it off.",
  automaticSync: "Sync by itself",
  automaticSyncHint: "Off: only the green arrows sync.",
  backup: "Download Offline Backup",
  restoreBackup: "Restore Backup",
  mergeBackup: "Merge a backup",
  storage: "Storage",
  changePassword: "Change password",
  signOut: "Sign out",
  signIn: "Sign in",
  skip: "Skip to the page",
  close: "Close",
  cancel: "Cancel",
} as const

export const roleWords: Readonly<Record<string, string>> = {
  admin: "Administrator",
  office: "Office",
  inspector: "Inspector",
  viewer: "Viewer",
}

export const signOutWords = {
  title: "Not everything is at the office",
  body: (waiting: number): string =>
    `${countEntries(waiting)} of yours ${waiting === 1 ? "is" : "are"} only on this device. Sync first, then sign out. A backup is a copy to keep: nothing is sent by that.`,
  sync: "Sync now",
  backUp: "Download Offline Backup",
  stay: "Stay signed in",
  refusedTitle: "You are still signed in.",
  refused: "The browser could not keep that you sign out. Try again; if it stays so, reload the page.",
} as const

/** A switch that was pressed in vain. */
export const unchangedWords = {
  title: "That is not changed.",
  body: "The browser could not keep it, so all is as it was. Try again; if it stays so, reload the page.",
} as const

export const expiredWords = {
  title: "Your sign-in has ended.",
  body: "Read and type as before: it is saved on this device. Sign in to send it.",
  dialog: "Sign in again",
  wrong: "The password is not right. Try again.",
  tooMany: "Too many tries. Wait a few minutes, then try again.",
  noNetwork: "The office cannot be reached. Your entries are safe; try again when there is a connection.",
  workOffline: "Work Offline is on. Turn it off to sign in.",
} as const

export const updateWords = {
  title: "A newer Tallybook is ready.",
  body: "It starts when you reload, or when Tallybook is opened the next time.",
  /** No button: it would take the form from under somebody's hands, perhaps in another tab. */
  wait: (drafts: number): string =>
    `${drafts === 1 ? "A form is" : `${drafts} forms are`} half typed. Save or clear ${drafts === 1 ? "it" : "them"} first; or it starts when Tallybook is opened the next time.`,
  reload: "Reload",
} as const

export const strandedWords = {
  title: "The browser's database cannot be written.",
  body: (count: number): string =>
    `${countEntries(count)} ${count === 1 ? "is" : "are"} saved in this device's second copy, and not in any list yet. ${count === 1 ? "It appears" : "They appear"} and can be sent as soon as the database can be written. If this stays, make room on the device and reload the page.`,
} as const

/** Why nothing goes to the office now, and what that means; undefined where all is as it should be. */
export function describeConnection(
  { workOffline, online }: Pick<SyncState, "workOffline" | "online">,
  waiting: number,
): { title: string; text: string } | undefined {
  const only = waiting === 0 ? "Nothing waits to be sent." : `${countEntries(waiting)} only on this device.`
  if (workOffline) return { title: "Working offline.", text: only }
  if (!online)
    return {
      title: "No connection.",
      text: `${only}${waiting > 0 ? " It goes by itself when there is one." : ""}`,
    }
  return undefined
}
