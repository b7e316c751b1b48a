/** A line between a device and the server that fails as lines in the field do. */

/** What befalls one request. A status is answered as the server, or a proxy of it, would. */
export type Fault =
  | "request_lost"
  | "answer_lost"
  | "cut_short"
  | "buffered"
  | "passed_on_late"
  | "portal"
  | "portal_elsewhere"
  | 401
  | 403
  | 413
  | 429
  | 500
  | 503

export interface Sent {
  method: string
  path: string
  /** Bytes of its body as it went. */
  bytes: number
}

const STALE = ["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]

/** Where a connection that was kept turns out to be closed, a browser opens another one; Node does not. */
export const fetchAsBrowsersDo: typeof fetch = async (input, init) => {
  try {
    return await fetch(input, init)
  } catch (failure) {
    const code = failure instanceof TypeError && (failure.cause as { code?: string } | undefined)?.code
    if (!code || !STALE.includes(code)) throw failure
    return fetch(input, init)
  }
}

export class FaultyLine {
  readonly sent: Sent[] = []
  /** Faults for the requests to come, in order; a request that finds none goes well. */
  readonly faults: (Fault | undefined)[] = []
  /** Asked where `faults` is empty. */
  choose: (sent: Sent) => Fault | undefined = () => undefined
  /** Called before each request goes: somebody else may write between two pages. */
  before: (sent: Sent) => Promise<void> = async () => undefined
  private late: (() => Promise<Response>)[] = []

  readonly fetch: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input)
    const body = init?.body
    const bytes = body instanceof ArrayBuffer ? body.byteLength : typeof body === "string" ? body.length : 0
    const sent = { method: init?.method ?? "GET", path: url.pathname, bytes }
    this.sent.push(sent)
    await this.before(sent)
    const fault = this.faults.length > 0 ? this.faults.shift() : this.choose(sent)
    if (fault === "request_lost") throw new TypeError("fetch failed")
    if (fault === "portal") return new Response("<html>Welcome to the motel</html>", { status: 200 })
    if (fault === "portal_elsewhere")
      return new Response(null, { status: 302, headers: { Location: "/welcome" } })
    if (typeof fault === "number") return refusal(fault)
    if (fault === "passed_on_late") {
      const { signal: _ended, ...rest } = init ?? {}
      this.late.push(() => fetchAsBrowsersDo(url, rest))
      throw new TypeError("terminated")
    }
    const answer = await fetchAsBrowsersDo(input, init)
    if (fault === undefined) return answer
    const text = await answer.text()
    if (fault === "buffered") return new Response(text, { status: answer.status, headers: answer.headers })
    if (fault === "answer_lost") throw new TypeError("terminated")
    return new Response(text.slice(0, Math.floor(text.length * 0.7)), {
      status: answer.status,
      headers: { "X-Tallybook-Protocol": answer.headers.get("X-Tallybook-Protocol") ?? "" },
    })
  }

  /** A proxy passes on what it had taken whole, when the device has long given up; return the statuses. */
  async deliverLate(): Promise<number[]> {
    return Promise.all(this.late.splice(0).map(async (send) => (await send()).status))
  }
}

function refusal(status: number): Response {
  const body = { code: `http_${status}`, title: "Not now.", remedy: "Later." }
  return new Response(JSON.stringify(body), {
    status,
    headers: { "X-Tallybook-Protocol": "1", "Retry-After": "1", "Content-Type": "application/problem+json" },
  })
}
