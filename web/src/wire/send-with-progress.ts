/** Sending a body and hearing how much of it went up, which `fetch` does not tell. */

const WITHOUT_BODY = [101, 204, 205, 304]

/** As `fetch` does it: a lost network is a TypeError, an abort an AbortError. */
export function sendWithProgress(
  url: string,
  init: RequestInit,
  sent: (bytes: number) => void,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    const abort = (): void => request.abort()
    request.open(init.method ?? "GET", url)
    for (const [name, value] of new Headers(init.headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded }) => sent(loaded)
    request.onload = () => resolve(answerOf(request, url))
    request.onerror = () => reject(new TypeError("the connection was lost"))
    request.onabort = () => reject(new DOMException("nobody wants it any more", "AbortError"))
    request.onloadend = () => init.signal?.removeEventListener("abort", abort)
    init.signal?.addEventListener("abort", abort)
    if (init.signal?.aborted) reject(new DOMException("nobody wants it any more", "AbortError"))
    else request.send(init.body as Blob | FormData)
  })
}

/** A redirect was followed where `fetch` would have stopped: somebody else's answer, without our header. */
function answerOf(request: XMLHttpRequest, url: string): Response {
  const isRedirected =
    new URL(request.responseURL || url, location.href).href !== new URL(url, location.href).href
  const headers = new Headers()
  for (const line of request.getAllResponseHeaders().trim().split("\r\n")) {
    const at = line.indexOf(":")
    if (at > 0 && !isRedirected) headers.append(line.slice(0, at), line.slice(at + 1).trim())
  }
  const body = WITHOUT_BODY.includes(request.status) ? null : request.responseText
  return new Response(body, { status: request.status, headers })
}
