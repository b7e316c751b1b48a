/** A network that is lost, told from a fault of the program: both are a TypeError, and only the first is tried again unsaid. */

export class LostLine extends Error {
  override readonly name = "LostLine"
  /** An answer had begun, so that there is a network. */
  readonly wasCut: boolean

  constructor(wasCut: boolean, cause: unknown) {
    super("The line was lost.", { cause })
    this.wasCut = wasCut
  }
}

/** Browsers give some of these an empty body all the same, and make no answer of such a status with one. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])

/** Of what `fetch` itself throws: a TypeError of a lost network, an AbortError of our own time limit. */
export function tellLoss(failure: unknown): never {
  throw asLoss(failure, false)
}

/** The same answer, whose body says in our own words that the line was lost while it was read. */
export function tellingLoss(answer: Response): Response {
  if (!answer.body || WITHOUT_BODY.has(answer.status)) return answer
  const reader = answer.body.getReader()
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read()
        if (done) controller.close()
        else controller.enqueue(value)
      } catch (failure) {
        controller.error(asLoss(failure, true))
      }
    },
    cancel: (reason) => reader.cancel(reason),
  })
  const { status, statusText, headers } = answer
  return new Response(body, { status, statusText, headers })
}

function asLoss(failure: unknown, wasCut: boolean): unknown {
  const isLost =
    failure instanceof TypeError || (failure instanceof DOMException && failure.name === "AbortError")
  return isLost ? new LostLine(wasCut, failure) : failure
}
