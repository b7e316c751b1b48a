/** What a restored server lacks of other people, as a file for the office: one record a line, as it stood here. */
import type { KeptAside } from "../store/queries.ts"
import { plain } from "./unsent-file.ts"

export function spellKeptAside({ contract, number, images }: KeptAside): string {
  return images
    .map((image) => {
      const { record, type, revision, seq, fields, by, by_field, author, made_at, received_at } = image
      const said = { record, type, revision, seq, fields, by, by_field, author, made_at, received_at }
      return `${JSON.stringify({ contract, contract_number: number, ...said })}\n`
    })
    .join("")
}

/** "tallybook-lost-at-office-sp-027-609-012-2026-11-19.ndjson". */
export const nameKeptAsideFile = (number: string, date: string): string =>
  `tallybook-lost-at-office-${plain(number)}-${date}.ndjson`
