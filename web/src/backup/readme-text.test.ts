// @vitest-environment node
/** README.txt tells the way back that is nearest to whoever finds the file. */
import { expect, test } from "vitest"
import { mergeBackupWords } from "../ui/words/merge-backup.ts"
import { restoreBackupWords } from "../ui/words/restore-backup.ts"
import { readmeText } from "./readme-text.ts"
import { AGENCY, ANN, AT } from "./testing/sample-backup.ts"

test("in any browser of the agency, by the office, or on the server; each by the name it has there", () => {
  const text = readmeText({
    format: "tallybook-backup",
    format_version: 1,
    program: "0.1.0",
    schema: 1,
    agency: AGENCY,
    device: { id: "d", label: "Firefox" },
    person: ANN,
    made_at: AT.toISOString(),
    contracts: [],
  })

  expect(text).toContain("In any browser of the agency")
  expect(text).toContain(`choose ${restoreBackupWords.title}`)
  expect(text).toContain(`by ${mergeBackupWords.title} in its user menu`)
  expect(text).toContain("tallybook merge-backup FILE")
  expect(text).not.toContain("Whoever has the device")
})
