/** One request to the server: through the gate, with a time limit, and never mistaking something else for the server. */
import type { Gate } from "./gate.ts"
import { compress } from "./compress.ts"
import { LostLine, tellingLoss, tellLoss } from "./lost-line.ts"
import { fail, type Reply } from "./replies.ts"
import { sendWithProgress } from "./send-with-progress.ts"

const PROTOCOL = "1"
const REQUEST_TIMEOUT_MS = 30_000
const UNSAFE = ["POST", "PUT", "PATCH", "DELETE"]

export interface ConnectionParts {
  gate: Gate
  /** Nothing in a browser: the server that the page came from. */
  baseUrl?: string
  fetch?: typeof fetch
  readCsrfToken?: () => string
  /** For scripts: instead of a session. */
  bearer?: string
}

export interface WireRequest<T> {
  method: "GET" | "POST" | "DELETE" | "PUT" | "PATCH"
  path: string
  json?: unknown
  /** Instead of `json`: a form, or a file that is read from the disk while it goes up; its type is the content's. */
  body?: FormData | Blob
  /** Hears how many bytes of a body went up; each time the silence begins anew. */
  sent?: (bytes: number) => void
  /** Nobody wants the answer any more. */
  signal?: AbortSignal
  /** Silence longer than this is no network. */
  timeoutMs?: number
  /** Reads the body; call `alive` whenever a part of it came. May reply with a failure of its own. */
  read(response: Response, alive: () => void): Promise<Reply<T>>
  /** Looks at an answer that is not 2xx first; undefined: it is what it looks like. */
  readRefusal?(response: Response): Promise<Reply<T> | undefined>
}

export interface Connection {
  request<T>(request: WireRequest<T>): Promise<Reply<T>>
}

export function connect(parts: ConnectionParts): Connection {
  return {
    async request(request) {
      const reply = await sendOnce(parts, request)
      if (reply.kind !== "failed" || reply.code !== "csrf_refused") return reply
      // The token's cookie was cleared or is of another session: the session call sets it anew.
      await sendOnce(parts, {
        method: "GET",
        path: "/api/v1/session",
        read: async () => ({ kind: "ok", value: null }),
      })
      return sendOnce(parts, request)
    },
  }
}

async function sendOnce<T>(parts: ConnectionParts, request: WireRequest<T>): Promise<Reply<T>> {
  const { gate } = parts
  if (gate.isClosed()) return { kind: "work_offline" }
  const [controller, gateSignal] = [new AbortController(), gate.signal()]
  const abort = (): void => controller.abort()
  for (const signal of [gateSignal, request.signal]) signal?.addEventListener("abort", abort)
  if (request.signal?.aborted) abort()
  let timer = setTimeout(abort, request.timeoutMs ?? REQUEST_TIMEOUT_MS)
  const alive = (): void => {
    clearTimeout(timer)
    timer = setTimeout(abort, request.timeoutMs ?? REQUEST_TIMEOUT_MS)
  }
  try {
    const init = await spell(parts, request)
    // Asked again: packing the body took a moment, in which the person may have turned Work Offline on.
    if (gateSignal.aborted) return { kind: "work_offline" }
    const send = senderOf(parts, request, alive)
    const url = `${parts.baseUrl ?? ""}${request.path}`
    const answer = await send(url, { ...init, signal: controller.signal }).catch(tellLoss)
    return await readAnswer(tellingLoss(answer), request, alive)
  } catch (failure) {
    if (gateSignal.aborted) return { kind: "work_offline" }
    if (failure instanceof LostLine)
      return failure.wasCut ? { kind: "no_network", wasCut: true } : { kind: "no_network" }
    throw failure
  } finally {
    clearTimeout(timer)
    for (const signal of [gateSignal, request.signal]) signal?.removeEventListener("abort", abort)
  }
}

type Sender = (url: string, init: RequestInit) => Promise<Response>

/** What tells how much of a body went up is slower to begin, and only where somebody listens. */
function senderOf<T>(parts: ConnectionParts, { sent }: WireRequest<T>, alive: () => void): Sender {
  if (parts.fetch || !sent) return parts.fetch ?? ((url, init) => fetch(url, init))
  return (url, init) =>
    sendWithProgress(url, init, (bytes) => {
      alive()
      sent(bytes)
    })
}

async function spell<T>(parts: ConnectionParts, request: WireRequest<T>): Promise<RequestInit> {
  const headers: Record<string, string> = {
    Accept: "application/json, application/x-ndjson, application/problem+json",
  }
  if (parts.bearer) headers["Authorization"] = `Bearer ${parts.bearer}`
  if (UNSAFE.includes(request.method) && !parts.bearer)
    headers["X-CSRFToken"] = (parts.readCsrfToken ?? readCookie)()
  const init: RequestInit = {
    method: request.method,
    headers,
    credentials: "same-origin",
    cache: "no-store",
    // A redirect is never the sync protocol: a portal wants the person elsewhere.
    redirect: "manual",
  }
  if (request.body instanceof Blob) headers["Content-Type"] = request.body.type
  if (request.body) return { ...init, body: request.body }
  if (request.json === undefined) return init
  headers["Content-Type"] = "application/json"
  const packed = await compress(JSON.stringify(request.json))
  if (packed.isGzip) headers["Content-Encoding"] = "gzip"
  return { ...init, body: packed.body }
}

async function readAnswer<T>(
  answer: Response,
  request: WireRequest<T>,
  alive: () => void,
): Promise<Reply<T>> {
  const protocol = answer.headers.get("X-Tallybook-Protocol")
  // A proxy in front of the server refuses by itself what is too large for it.
  if (protocol === null) return { kind: answer.status === 413 ? "too_large" : "not_the_server" }
  if (protocol !== PROTOCOL) return { kind: "failed", code: "other_protocol", status: answer.status }
  if (answer.ok) return request.read(answer, alive)
  return (await request.readRefusal?.(answer.clone())) ?? fail(answer)
}

function readCookie(): string {
  return /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? ""
}
