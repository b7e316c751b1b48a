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
    "Nothing in it needs to be changed, and unpacking it is not needed to get it back:",
    "whoever runs Tallybook at the agency merges the file on the server with",
    "",
    "    tallybook merge-backup FILE",
    "",
    "It may be done any number of times, also when the device is still in use: nothing is doubled.",
    "",
    "What is in it: contracts/*/operations.ndjson has every entry that was typed, one JSON a line;",
    "records.ndjson and held.ndjson have what the device showed; manifest.json says how much of it",
    "there is, with the SHA-256 of every other file.",
    "",
  ].join("\r\n")
}

/** What a person typed stays in its line. */
const oneLine = (text: string): string => text.replace(/\s+/gu, " ")
