/** The line between a browser and the server, and everything that befalls requests on it. */
import { fetchAsBrowsersDo } from "../faulty-line.ts"
import type { Chance } from "./chance.ts"
import type { Life } from "./life.ts"
import { breaks, type Witness } from "./witness.ts"

export const LINE_FAULTS = [
  "request_lost",
  "answer_lost",
  "duplicated",
  "reordered",
  "truncated",
  "portal",
  "401",
  "403",
  "413",
  "429",
  "500",
  "503",
] as const
export type LineFault = (typeof LINE_FAULTS)[number]

export interface Sent {
  method: string
  path: string
  after: number
  send(): Promise<Kept>
}

/** An answer with its body read: it may be given to nobody, or twice. */
export interface Kept {
  status: number
  headers: Headers
  text: string
}

export interface LineParts {
  chance: Chance
  witness: Witness
  /** In how many of a hundred requests something goes wrong. */
  faultPercent: number
  tell(fault: LineFault): void
  /** A law was broken in the middle of a request: the engine may not be who tells it. */
  note(failure: unknown): void
}

const RETRY_AFTER_S = 1
/** Of one browser in one story: hundreds are usual. */
const REQUESTS_MAX = 3_000
/** One after the other, with nothing between them. */
const SAME_PUSHES_MAX = 30

export class FaultyLine {
  readonly parts: LineParts
  isFaulty = true
  /** The person has turned Work Offline on: nothing may leave. */
  isShut = false
  /** Called before a request goes: somebody else may write between two pages. */
  before: (request: Sent) => Promise<void> = async () => undefined
  /** Called when the server has answered and the device does not know it yet. */
  answered: (request: Sent) => Promise<void> = async () => undefined
  private late: Sent[] = []
  private count = 0
  private samePushes = { answer: "", times: 0 }

  constructor(parts: LineParts) {
    this.parts = parts
  }

  /** What a tab sends goes by here. */
  fetchOf(life: Life): typeof fetch {
    return async (input, init) => {
      await life.step()
      try {
        this.count += 1
        if (this.count > REQUESTS_MAX) breaks(7, "a device asks without end")
        if (this.isShut) breaks(1, "a request left while Work Offline was on")
        const request = this.spell(input instanceof Request ? input.url : input, init)
        await this.before(request)
        if (life.isOver) await life.step()
        endIfAborted(init)
        const answer = await this.pass(request)
        await life.step()
        endIfAborted(init)
        return answer
      } catch (failure) {
        this.parts.note(failure)
        throw failure
      }
    }
  }

  /** Requests that were on their way all the time reach the server now, after those that were sent later. */
  async deliverLate(): Promise<void> {
    for (const request of this.late.splice(0)) await request.send()
  }

  private spell(address: string | URL, init: RequestInit | undefined): Sent {
    const url = new URL(address)
    const { signal: _ended, ...rest } = init ?? {}
    const [method, path] = [rest.method ?? "GET", url.pathname]
    const after = Number(url.searchParams.get("after") ?? 0)
    const send = async (): Promise<Kept> => {
      const answer = await fetchAsBrowsersDo(address, rest)
      const kept = { status: answer.status, headers: answer.headers, text: await answer.text() }
      this.parts.witness.hear(path, after, kept.status, kept.text)
      this.countSamePushes(method, path, kept)
      return kept
    }
    return { method, path, after, send }
  }

  /** Law 3: what was answered leaves the outbox, however it was answered, and those behind it go on. */
  private countSamePushes(method: string, path: string, { status, text }: Kept): void {
    const isPush = method === "POST" && path.endsWith("/operations") && status === 200
    const isSame = isPush && text === this.samePushes.answer
    this.samePushes = { answer: isPush ? text : "", times: isSame ? this.samePushes.times + 1 : 0 }
    if (this.samePushes.times > SAME_PUSHES_MAX) breaks(3, "what was answered is pushed over and over")
  }

  private async pass(request: Sent): Promise<Response> {
    const { chance, faultPercent, tell } = this.parts
    if (!this.isFaulty || !chance.strikes(faultPercent)) {
      if (this.isFaulty && chance.strikes(30)) await this.deliverLate()
      const kept = await request.send()
      await this.answered(request)
      return asResponse(kept, kept.text)
    }
    const fault = chance.pick(LINE_FAULTS)
    tell(fault)
    return this.suffer(fault, request)
  }

  private async suffer(fault: LineFault, request: Sent): Promise<Response> {
    switch (fault) {
      case "request_lost":
        throw new TypeError("fetch failed")
      case "answer_lost":
        await request.send()
        throw new TypeError("terminated")
      case "duplicated": {
        await request.send()
        const again = await request.send()
        return asResponse(again, again.text)
      }
      case "reordered":
        this.late.push(request)
        throw new TypeError("timed out")
      case "truncated": {
        const kept = await request.send()
        return asResponse(kept, kept.text.slice(0, this.parts.chance.below(kept.text.length + 1)))
      }
      case "portal":
        return new Response("<html>Welcome to the motel</html>", { status: 200 })
      case "401":
      case "403":
      case "413":
      case "429":
      case "500":
      case "503":
        return refuse(Number(fault))
    }
  }
}

/** Work Offline was turned on meanwhile: a browser ends what is on its way. */
function endIfAborted(init: RequestInit | undefined): void {
  if (init?.signal?.aborted) throw new DOMException("The request was ended.", "AbortError")
}

function asResponse({ status, headers }: Kept, text: string): Response {
  const protocol = headers.get("X-Tallybook-Protocol")
  const retry = headers.get("Retry-After")
  const kept = {
    ...(protocol !== null && { "X-Tallybook-Protocol": protocol }),
    ...(retry !== null && { "Retry-After": retry }),
  }
  return new Response(status === 204 ? null : text, { status, headers: kept })
}

function refuse(status: number): Response {
  const body = { code: `http_${status}`, title: "Not now.", remedy: "Later." }
  const headers = { "X-Tallybook-Protocol": "1", "Retry-After": String(RETRY_AFTER_S) }
  return new Response(JSON.stringify(body), { status, headers })
}
