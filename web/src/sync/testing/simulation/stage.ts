/** An installation for stories: the real server program on a database of its own, killed and restored at will. */
import { spawn, type ChildProcess } from "node:child_process"
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"
import type { Person } from "../../../store/device.ts"
import { fetchAsBrowsersDo } from "../faulty-line.ts"
import { findFreePort } from "../real-server.ts"
import { Stagehand } from "./stagehand.ts"

const START_TIMEOUT_MS = 60_000
const PROGRAM = "import sys; from tallybook.commands.main import main; sys.exit(main())"
const PEOPLE = { ruth: "office", alice: "inspector", bob: "inspector" } as const

export type PersonName = keyof typeof PEOPLE
export type Player = Person & { token: string }

export interface StageParts {
  /** The tree whose server is run; a mutant has its own. */
  root: string
  python: string
  /** Where its data lies: in memory, for no story here is about power. */
  folder: string
  databaseUrl?: string
}

/** They are in sessions of their own: what ends this program ends them as well. */
const servers = new Set<ChildProcess>()
process.once("exit", () => {
  for (const { pid } of servers) if (pid !== undefined) process.kill(-pid, "SIGKILL")
})

export class Stage {
  readonly people = {} as Record<PersonName, Player>
  readonly hand: Stagehand
  agency = { id: "", name: "" }
  url = ""
  private readonly parts: StageParts
  private readonly dataDir: string
  private port = 0
  private running: ChildProcess | undefined

  constructor(parts: StageParts) {
    this.parts = parts
    this.dataDir = mkdtempSync(join(parts.folder, "tallybook-simulation-"))
    this.hand = new Stagehand(parts.root, parts.python, this.environment())
  }

  get log(): string {
    return readFileSync(join(this.dataDir, "server.log"), "utf8")
  }

  async setUp(): Promise<void> {
    const tokens = await this.hand.ask<Record<PersonName, string>>("set_up", PEOPLE)
    this.port = await findFreePort()
    this.url = `http://127.0.0.1:${this.port}`
    await this.start()
    for (const name of Object.keys(PEOPLE) as PersonName[]) {
      const headers = { Authorization: `Bearer ${tokens[name]}` }
      const answer = await fetchAsBrowsersDo(`${this.url}/api/v1/session`, { headers })
      const { person, agency } = (await answer.json()) as { person: Person; agency: Stage["agency"] }
      this.agency = agency
      this.people[name] = { ...person, token: tokens[name] }
    }
  }

  async start(): Promise<void> {
    const log = openSync(join(this.dataDir, "server.log"), "a")
    const words = ["-c", PROGRAM, "serve", "--port", String(this.port)]
    const running = spawn(this.parts.python, words, {
      env: this.environment(),
      cwd: this.dataDir,
      detached: true, // so that its workers can be killed with it
      stdio: ["ignore", log, log],
    })
    closeSync(log)
    this.running = running
    servers.add(running)
    running.once("exit", () => servers.delete(running))
    for (const deadline = Date.now() + START_TIMEOUT_MS; !(await this.answers());) {
      if (Date.now() > deadline || running.exitCode !== null)
        throw new Error(`It does not start:\n${this.log}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** SIGKILL to every process of the server: nothing gets to finish. */
  async kill(): Promise<void> {
    const { running } = this
    this.running = undefined
    if (!running || running.exitCode !== null || running.pid === undefined) return
    const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()))
    process.kill(-running.pid, "SIGKILL")
    await ended
  }

  async restore(): Promise<void> {
    await this.kill()
    await this.hand.ask("restore")
    await this.start()
  }

  async tearDown(): Promise<void> {
    await this.kill()
    await this.hand.stop()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  /** How many processes answer: below the one that listens. */
  countWorkers(): number {
    const pid = this.running?.pid
    return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).length
  }

  private answers(): Promise<boolean> {
    return fetch(`${this.url}/api/v1/session`).then(
      () => true,
      () => false,
    )
  }

  private environment(): NodeJS.ProcessEnv {
    const { TALLYBOOK_DATABASE_URL: _other, ...inherited } = process.env
    const { root, databaseUrl } = this.parts
    return {
      ...inherited,
      PYTHONPATH: [join(root, "server"), root].join(":"),
      TALLYBOOK_DATA_DIR: this.dataDir,
      ...(databaseUrl !== undefined && { TALLYBOOK_DATABASE_URL: databaseUrl }),
    }
  }
}
