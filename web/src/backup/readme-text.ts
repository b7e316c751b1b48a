/** README.txt of a backup file: for whoever finds it, on whatever device. */
import type { Manifest } from "./backup-format.ts"

export function readmeText({ agency, device, person, made_at, program }: Omit<Manifest, "members">): string {
  return [
    "This is an offline backup of Tallybook, the field records of construction contracts.",
    "",
    `Whose:   ${oneLine(person.name)} <${oneLine(person.email)}>`,
    `Agency:  ${oneLine(agency.name)}`,
    `Device:  ${oneLine(device.label)}`,
    `Made:    ${made_at} by Tallybook ${program}`,
    "",
    "To read it: open view.html in any browser. It has the notes and transactions, day by day.",
    "",
    "Nothing in it needs to be changed or unpacked to get it back. In any browser of the agency:",
    "sign in as that person, open the user menu, and choose Restore Backup.",
    "Or the office merges it, by Merge a backup in its user menu. On the server,",
    "whoever runs Tallybook merges it with",
    "",
    "    tallybook merge-backup FILE",
    "",
    "It may be done any number of times, also when the device is still in use: nothing is doubled.",
    "",
    "Where the file's own name ends in .age, it was locked with a passphrase; Tallybook asks for it.",
    "Other programs open it after",
    "",
    "    age -d -o backup.zip FILE",
    "",
    "(https://age-encryption.org). Nobody can open it without the passphrase.",
    "",
    "What is in it: contracts/*/operations.ndjson has every entry that was typed, one JSON a line;",
    "records.ndjson and held.ndjson have what the device showed; manifest.json says how much of it",
    "there is, with the SHA-256 of every other file.",
    "",
  ].join("\r\n")
}

/** What a person typed stays in its line. */
const oneLine = (text: string): string => text.replace(/\s+/gu, " ")
