/** Whether this device can hand a backup file on to its other programs: a phone, mostly. */

/** `canShare` looks at the kind of the file as well; some browsers say no to any but pictures and texts. */
export function canShareBackup(navigation: Pick<Navigator, "canShare"> = navigator): boolean {
  if (typeof (navigation as Partial<Navigator>).canShare !== "function") return false
  const file = new File(["Tallybook"], "tallybook-backup.tallybook", {
    type: "application/vnd.tallybook.backup",
  })
  return navigation.canShare({ files: [file] })
}
