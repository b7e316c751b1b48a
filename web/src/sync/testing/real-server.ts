/** The real server as a process of its own, on a folder of its own: for tests of the client against it. */
import { spawn, type ChildProcess } from "node:child_process"
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fetchAsBrowsersDo } from "./faulty-line.ts"

const ROOT = join(import.meta.dirname, "../../../..")
const START_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 10_000
const PASSWORD = "correct horse battery staple 7"
const CSV = `Line,Item Number,Description,Unit,Quantity,Unit Price
1,201-0001,Clearing and grubbing,LS,1,5000
2,301-0100,Aggregate base,TON,1000,12.50
3,401-0200,Hot mix asphalt,TON,800,96.125
`

export type PersonName = "ruth" | "alice" | "bob"

export interface SignedInPerson {
  id: string
  email: string
  name: string
  initials: string
  token: string
}

export class RealServer {
  readonly number = "C-1"
  readonly people = {} as Record<PersonName, SignedInPerson>
  url = ""
  contract = ""
  private readonly dataDir = mkdtempSync(join(tmpdir(), "tallybook-client-test-"))
  private readonly log = join(this.dataDir, "server.log")
  private running: ChildProcess | undefined

  /** A contract of three items, an administrator and two inspectors on it, and the server. */
  async setUp(): Promise<void> {
    writeFileSync(join(this.dataDir, "items.csv"), CSV)
    await this.run(["migrate"])
    const roles = { ruth: "admin", alice: "inspector", bob: "inspector" } as const
    const names = Object.keys(roles) as PersonName[]
    const email = (name: string): string => `${name}@example.org`
    const make = (name: PersonName): Promise<string> =>
      this.run(["create-user", email(name), "--name", name, "--role", roles[name]], `${PASSWORD}\n`)
    await Promise.all(names.map(make))
    const tokens = Promise.all(names.map((name) => this.run(["create-token", email(name)])))
    const file = join(this.dataDir, "items.csv")
    await this.run([
      "import-contract",
      file,
      "--number",
      this.number,
      "--name",
      "Mill Creek",
      "--accuracy",
      "3",
    ])
    await Promise.all([this.assign("alice"), this.assign("bob")])
    await this.start()
    for (const [at, token] of (await tokens).entries()) await this.signIn(names[at]!, token.trim())
    const listed = (await this.ask("ruth", "/api/sync/v1/contracts")) as { contracts: { id: string }[] }
    this.contract = listed.contracts[0]!.id
  }

  assign(name: PersonName, right = "inspection"): Promise<string> {
    return this.run(["assign", `${name}@example.org`, this.number, "--right", right])
  }

  revoke(name: PersonName): Promise<string> {
    return this.run(["revoke", `${name}@example.org`, this.number])
  }

  /** Raises with what it said where the ledger is not as it should be. */
  verify(): Promise<string> {
    return this.run(["verify-ledger", this.number])
  }

  /** Every entry of the ledger, as the office exports it. */
  async exportLedger(): Promise<unknown[]> {
    const text = await this.run(["export-ledger", this.number])
    return readLines(text)
  }

  async start(): Promise<void> {
    const port = await findFreePort()
    this.url = `http://127.0.0.1:${port}`
    this.running = spawn(join(ROOT, ".venv/bin/tallybook"), ["serve", "--port", String(port)], {
      env: this.environment(),
      detached: true, // so that its workers can be stopped with it
      stdio: ["ignore", "pipe", "pipe"],
    })
    for (const said of [this.running.stdout, this.running.stderr]) {
      said?.on("data", (text: Uint8Array) => appendFileSync(this.log, text))
    }
    for (const deadline = Date.now() + START_TIMEOUT_MS; !(await this.answers());) {
      if (Date.now() > deadline || this.running.exitCode !== null)
        throw new Error(`It does not start:\n${this.said()}`)
      await pause(50)
    }
  }

  async stop(): Promise<void> {
    const { running } = this
    this.running = undefined
    if (!running || running.exitCode !== null || running.pid === undefined) return
    const ended = new Promise<void>((resolve) => running.once("exit", () => resolve()))
    process.kill(-running.pid, "SIGTERM")
    const isGone = await Promise.race([ended.then(() => true), pause(STOP_TIMEOUT_MS).then(() => false)])
    if (!isGone) process.kill(-running.pid, "SIGKILL")
    await ended
  }

  async tearDown(): Promise<void> {
    await this.stop()
    rmSync(this.dataDir, { recursive: true, force: true })
  }

  /** Put a consistent copy of the database aside, as a nightly backup does, while the server runs. */
  async backUp(): Promise<void> {
    await this.copyDatabase("tallybook.sqlite3", "backup.sqlite3")
  }

  /** Stop, put the copy back, start: what came after the backup is gone. Another port, as it happens. */
  async restoreBackup(): Promise<void> {
    await this.stop()
    for (const part of ["", "-wal", "-shm"])
      rmSync(join(this.dataDir, `tallybook.sqlite3${part}`), { force: true })
    await this.copyDatabase("backup.sqlite3", "tallybook.sqlite3")
    await this.start()
  }

  said(): string {
    return existsSync(this.log) ? readFileSync(this.log, "utf8") : ""
  }

  /** A call of the API as one person, past every fault of a line. */
  async ask(name: PersonName, path: string): Promise<unknown> {
    return JSON.parse(await this.askText(name, path)) as unknown
  }

  /** The same, of an answer of one JSON value a line. */
  async askLines(name: PersonName, path: string): Promise<unknown[]> {
    return readLines(await this.askText(name, path))
  }

  private async askText(name: PersonName, path: string): Promise<string> {
    const headers = { Authorization: `Bearer ${this.people[name].token}` }
    const answer = await fetchAsBrowsersDo(`${this.url}${path}`, { headers })
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
    return answer.text()
  }

  private async signIn(name: PersonName, token: string): Promise<void> {
    this.people[name] = { id: "", email: "", name, initials: "", token }
    const { person } = (await this.ask(name, "/api/v1/session")) as { person: SignedInPerson }
    this.people[name] = { ...person, token }
  }

  private async copyDatabase(from: string, to: string): Promise<void> {
    const program = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).backup(sqlite3.connect(sys.argv[2]))"
    const files = [join(this.dataDir, from), join(this.dataDir, to)]
    await runToEnd(join(ROOT, ".venv/bin/python"), ["-c", program, ...files], this.environment(), "")
  }

  private async answers(): Promise<boolean> {
    return fetch(`${this.url}/api/v1/session`).then(
      () => true,
      () => false,
    )
  }

  private run(words: string[], typed = ""): Promise<string> {
    return runToEnd(join(ROOT, ".venv/bin/tallybook"), words, this.environment(), typed)
  }

  private environment(): NodeJS.ProcessEnv {
    const { TALLYBOOK_DATABASE_URL: _other, ...inherited } = process.env
    return { ...inherited, TALLYBOOK_DATA_DIR: this.dataDir }
  }
}

const readLines = (text: string): unknown[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as unknown)

/** What a program printed. Raises with it where the program failed. */
function runToEnd(program: string, words: string[], env: NodeJS.ProcessEnv, typed: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const running = spawn(program, words, { env })
    let [printed, failed] = ["", ""]
    running.stdout.on("data", (text: Uint8Array) => (printed += String(text)))
    running.stderr.on("data", (text: Uint8Array) => (failed += String(text)))
    running.on("error", reject)
    running.on("close", (code) => {
      if (code === 0) resolve(printed)
      else reject(new Error(`${program} ${words.join(" ")} ended with ${code}:\n${printed}${failed}`))
    })
    running.stdin.end(typed)
  })
}

export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once("error", reject)
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address()
      probe.close(() => {
        if (address && typeof address === "object") resolve(address.port)
        else reject(new Error("There is no free port."))
      })
    })
  })
}

const pause = (durationMs: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, durationMs))
