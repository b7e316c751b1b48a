/** What a request may end in: a closed union, so that nothing is forgotten. */

export type Failure =
  | { kind: "work_offline" }
  /** `wasCut`: an answer had begun, so that there is a network. */
  | { kind: "no_network"; wasCut?: true }
  | { kind: "not_the_server" }
  | { kind: "not_signed_in" }
  /** `isDisabled`: not this contract, but the whole account. */
  | { kind: "forbidden"; title: string; remedy: string; isDisabled?: true }
  | { kind: "diverged" }
  | { kind: "too_large" }
  /** `isTold`: the server itself said when to come again. */
  | { kind: "busy"; retryAfterMs: number; isTold?: true }
  | { kind: "failed"; code: string; status?: number; title?: string; remedy?: string; detail?: unknown }

export type Reply<T> = { kind: "ok"; value: T } | Failure

const RETRY_AFTER_MS = 15_000
const RETRY_AFTER_MAX_MS = 15 * 60_000

interface ProblemBody {
  code?: unknown
  title?: unknown
  remedy?: unknown
  detail?: unknown
}

/** Translate an answer of the server that is not 2xx. */
export async function fail(answer: Response): Promise<Failure> {
  const problem = await readProblem(answer)
  const [code, title, remedy] = [
    text(problem.code, `http_${answer.status}`),
    text(problem.title),
    text(problem.remedy),
  ]
  switch (answer.status) {
    case 401:
      return { kind: "not_signed_in" }
    case 409:
      if (code === "diverged") return { kind: "diverged" }
      break
    case 413:
      return { kind: "too_large" }
    case 403:
      if (code === "account_disabled") return { kind: "forbidden", title, remedy, isDisabled: true }
      if (code !== "csrf_refused") return { kind: "forbidden", title, remedy }
      break
    case 429:
    case 500:
    case 502:
    case 503:
    case 504:
      return readBusy(answer.headers.get("Retry-After"))
  }
  return { kind: "failed", code, status: answer.status, title, remedy, detail: problem.detail }
}

async function readProblem(answer: Response): Promise<ProblemBody> {
  const body = await answer.text()
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === "object" && parsed !== null ? parsed : {}
  } catch (notJson) {
    if (!(notJson instanceof SyntaxError)) throw notJson
    return {} // a page of a proxy that kept our header: its status says enough
  }
}

const text = (value: unknown, otherwise = ""): string => (typeof value === "string" ? value : otherwise)

function readBusy(retryAfter: string | null): Failure {
  const busy = { kind: "busy" as const, retryAfterMs: readRetryAfter(retryAfter) }
  return retryAfter === null ? busy : { ...busy, isTold: true }
}

/** Seconds, or a date; what cannot be read is a short pause. */
export function readRetryAfter(header: string | null, nowMs = Date.now()): number {
  if (header === null) return RETRY_AFTER_MS
  const waitMs = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs
  return Number.isNaN(waitMs) ? RETRY_AFTER_MS : Math.min(Math.max(waitMs, 1_000), RETRY_AFTER_MAX_MS)
}
