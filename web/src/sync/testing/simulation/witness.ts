/** Who saw every answer that the server gave in a story: what no law may contradict. */
import type { Operation } from "../../../core/operation.ts"

interface ExportedEntry {
  seq?: number
  head?: number
  chain?: string
  cursor?: number
  more?: boolean
  by?: string
  by_field?: Record<string, string>
  held?: Operation
  ended?: string
}

/** What the server may say of the transport: whatever is in an operation, it is none of these numbers' business. */
const MAY_ANSWER = [200, 201, 204, 401, 403, 409, 503]

export interface Told {
  head: number
  chain: string
}

export class LawBroken extends Error {
  override readonly name = "LawBroken"
  readonly law: number

  constructor(law: number, what: string) {
    super(`law ${law}: ${what}`)
    this.law = law
  }
}

export function breaks(law: number, what: string): never {
  throw new LawBroken(law, what)
}

export class Witness {
  /** Operations of which the server said, to anybody, that it has them. */
  readonly atOffice = new Set<string>()
  /** Every position that a device was told since the server was last restored. */
  told: Told[] = []

  hear(path: string, after: number, status: number, text: string): void {
    if (!MAY_ANSWER.includes(status))
      breaks(3, `the server answered ${status} to ${path}: ${text.slice(0, 300)}`)
    if (status !== 200) return
    if (path.endsWith("/operations")) this.hearAnswers(text)
    if (path.endsWith("/feed")) this.hearPage(after, text)
  }

  /** The server was restored: what it told of its ledger before is no longer so. */
  forget(): void {
    this.told = []
  }

  private hearAnswers(text: string): void {
    const { answers, head, chain } = JSON.parse(text) as {
      answers: { id: string }[]
      head: number
      chain: string
    }
    for (const { id } of answers) this.atOffice.add(id)
    if (chain) this.told.push({ head, chain })
  }

  /** Law 6: lines rise, and none is smaller than what was asked from. */
  private hearPage(after: number, text: string): void {
    const lines = text
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as ExportedEntry)
    const [first, last] = [lines[0]!, lines.at(-1)!]
    this.told.push({ head: first.head!, chain: first.chain! })
    let reached = after
    for (const { seq, by, by_field, held, ended } of lines.slice(1, -1)) {
      if (seq === undefined || seq <= after || seq < reached)
        breaks(6, `seq ${seq} came after ${reached}, asked after ${after}`)
      reached = seq
      for (const id of [by, held?.id, ended, ...Object.values(by_field ?? {})]) if (id) this.atOffice.add(id)
    }
    if (last.more && last.cursor !== reached)
      breaks(6, `the cursor ${last.cursor} is not the last line's ${reached}`)
  }
}
