/** Behind the scene: the program that sets an installation up, reads its ledgers, backs it up and restores it. */
import { spawn, type ChildProcess } from "node:child_process"
import { createInterface } from "node:readline"

interface Told {
  answer?: unknown
  failure?: string
}

interface Asked {
  resolve: (answer: unknown) => void
  reject: (failure: Error) => void
}

export class Stagehand {
  private readonly running: ChildProcess
  private readonly waiting: Asked[] = []
  private said = ""

  constructor(root: string, python: string, env: NodeJS.ProcessEnv) {
    this.running = spawn(python, ["-m", "tests.support.stagehand"], { cwd: root, env })
    this.running.stderr!.on("data", (text: Uint8Array) => (this.said += String(text)))
    createInterface({ input: this.running.stdout! }).on("line", (line) => this.hear(JSON.parse(line) as Told))
    this.running.on("close", () => {
      for (const { reject } of this.waiting.splice(0)) reject(new Error(`The stagehand ended:\n${this.said}`))
    })
  }

  ask<T>(ask: string, ...rest: unknown[]): Promise<T> {
    // A story that was stopped in the middle goes on to its next await.
    if (this.running.stdin!.writableEnded) return Promise.reject(new Error("The stagehand has left."))
    return new Promise<unknown>((resolve, reject) => {
      this.waiting.push({ resolve, reject })
      this.running.stdin!.write(`${JSON.stringify({ ask, with: rest })}\n`)
    }) as Promise<T>
  }

  /** It ends what it is at: a story may have been stopped in the middle. */
  async stop(): Promise<void> {
    if (this.running.exitCode !== null) return
    const ended = new Promise((resolve) => this.running.once("close", resolve))
    this.running.stdin!.end()
    await ended
  }

  private hear({ answer, failure }: Told): void {
    const { resolve, reject } = this.waiting.shift()!
    if (failure === undefined) resolve(answer)
    else reject(new Error(failure))
  }
}
