/** One file on its way to becoming a contract: what was chosen, what was read in it, why not. */
import {
  FILE_BYTES_MAX,
  importContract,
  previewImport,
  type ImportChoice,
  type ImportPreview,
  type ImportRefusal,
  type ImportWishes,
  type NewContract,
  type PreviewReply,
} from "../../wire/imports.ts"
import type { Connection } from "../../wire/connection.ts"
import type { Failure } from "../../wire/replies.ts"
import { describeTooLargeFile, importWords } from "../../ui/words/import.ts"
import { chooseAgain } from "./choices.ts"

/** Why it did not go on: the server's own words, or what is known of a server that did not answer. */
export type Obstacle = ImportRefusal | Failure

export class ImportWork {
  wishes = $state.raw<ImportWishes>()
  preview = $state.raw<ImportPreview>()
  /** Why there is no preview. */
  obstacle = $state.raw<Obstacle>()
  /** Why no contract was made. */
  refusal = $state.raw<Obstacle>()
  /** Why this file is not even sent. */
  fileProblem = $state("")
  isReading = $state(false)
  isMaking = $state(false)
  /** What is known to choose from, also where what was chosen is of no use. */
  sheets = $state.raw<string[]>([])
  choices = $state.raw<ImportChoice[]>([])
  private readonly connection: Connection
  /** Only the answer to the newest question counts. */
  private questions = 0

  constructor(connection: Connection) {
    this.connection = connection
  }

  /** The file's bytes are taken now: what is previewed is what is imported, though somebody saves it again meanwhile. */
  async take(file: File): Promise<void> {
    this.questions += 1
    this.preview = this.obstacle = this.refusal = this.wishes = undefined
    this.sheets = []
    this.choices = []
    this.isReading = false
    this.fileProblem = problemOf(file)
    if (this.fileProblem) return
    try {
      const copy = new File([await file.arrayBuffer()], file.name)
      this.wishes = { file: copy, accuracy: "", sheet: "", where: [] }
    } catch (failure) {
      if (!(failure instanceof DOMException)) throw failure
      this.fileProblem = importWords.unreadableHere
      return
    }
    await this.read()
  }

  /** Another sheet has other headings: nothing that was chosen on the one before counts. */
  chooseSheet(sheet: string): Promise<void> {
    this.choices = []
    return this.wish({ sheet, where: [] })
  }

  chooseAccuracy(accuracy: string): Promise<void> {
    return this.wish({ accuracy })
  }

  choose(heading: string, value: string): Promise<void> {
    return this.wish({ where: chooseAgain(this.choices, heading, value) })
  }

  /** Ask again, with what is wished now. What was read before stays in sight until the answer is there. */
  async read(): Promise<void> {
    if (!this.wishes) return
    const question = (this.questions += 1)
    this.isReading = true
    this.obstacle = this.refusal = undefined
    try {
      const reply = await previewImport(this.connection, this.wishes)
      if (question !== this.questions) return
      this.hear(reply)
    } finally {
      if (question === this.questions) this.isReading = false
    }
  }

  /** Pressed twice makes one. Undefined where it did not go through: `refusal` says why. */
  async make(contract: NewContract): Promise<{ id: string; number: string } | undefined> {
    if (!this.wishes || this.isMaking) return undefined
    this.isMaking = true
    this.refusal = undefined
    try {
      const reply = await importContract(this.connection, this.wishes, contract)
      if (reply.kind === "made") return reply
      this.refusal = reply
      return undefined
    } finally {
      this.isMaking = false
    }
  }

  private hear(reply: PreviewReply): void {
    const preview = reply.kind === "read" ? reply.preview : undefined
    this.preview = preview
    this.obstacle = reply.kind === "read" ? undefined : reply
    this.choices = preview?.choices ?? this.choices
    if (preview) this.sheets = preview.sheets
    else if (reply.kind === "refused" && reply.sheets.length > 0) this.sheets = reply.sheets
  }

  private async wish(change: Partial<ImportWishes>): Promise<void> {
    if (!this.wishes) return
    this.wishes = { ...this.wishes, ...change }
    await this.read()
  }
}

function problemOf(file: File): string {
  if (file.size > FILE_BYTES_MAX) return describeTooLargeFile(file.size, FILE_BYTES_MAX)
  return file.size === 0 ? importWords.emptyFile : ""
}
