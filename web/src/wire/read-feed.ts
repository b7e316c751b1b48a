/** A page of the feed out of its NDJSON: whole, or nothing of it. */
import type { FeedLine, FeedPage, Tally } from "../core/feed.ts"
import type { EndOfHold, Fields, Image, Operation } from "../core/operation.ts"

/** The body ended before its last line: keep nothing of it, and ask again. */
export class CutShort extends Error {
  override readonly name = "CutShort"
}

/** The body is no feed that this program knows: keep nothing of it; asking again would bring the same. */
export class UnknownFeed extends Error {
  override readonly name = "UnknownFeed"
}

interface RawLine {
  head?: number
  chain?: string
  remaining?: number
  cursor?: number
  more?: boolean
  tally?: Tally
  seq?: number
  record?: string
  held?: Operation
  reason?: string
  detail?: Fields
  ended?: string
  how?: EndOfHold
}

/** Read the lines as they come. `onLine` hears how many are in, and how many will come in all. */
export async function readFeedPage(
  body: ReadableStream<Uint8Array>,
  onLine: (received: number, remaining: number) => void,
): Promise<FeedPage> {
  const lines: FeedLine[] = []
  let [first, last]: [RawLine | undefined, RawLine | undefined] = [undefined, undefined]
  for await (const text of readTextLines(body)) {
    const raw = parse(text)
    if (last) throw new UnknownFeed("A line stands after the last one.")
    if (!first) first = raw
    else if (raw.seq === undefined) last = raw
    else lines.push(readLine(raw, raw.seq))
    onLine(lines.length, first.remaining ?? 0)
  }
  if (!first || !last) throw new CutShort("There is no last line.")
  if (typeof first.head !== "number" || typeof first.chain !== "string")
    throw new UnknownFeed("The first line is none.")
  if (typeof last.cursor !== "number" || typeof last.more !== "boolean" || !last.tally)
    throw new UnknownFeed("The last line is none.")
  const position = { known: first.head, chain: first.chain }
  return {
    position,
    remaining: first.remaining ?? 0,
    lines,
    cursor: last.cursor,
    more: last.more,
    tally: last.tally,
  }
}

function parse(text: string): RawLine {
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === "object" && parsed !== null) return parsed
  } catch (failure) {
    throw new UnknownFeed("A line cannot be read.", { cause: failure })
  }
  throw new UnknownFeed("A line is no object.")
}

function readLine(raw: RawLine, seq: number): FeedLine {
  if (raw.held) {
    const { held, reason = "", detail } = raw
    return { kind: "held", seq, held: { seq, operation: held, reason, ...(detail && { detail }) } }
  }
  if (raw.ended !== undefined) return { kind: "ended", seq, ended: raw.ended, how: raw.how ?? "set_aside" }
  if (typeof raw.record !== "string") throw new UnknownFeed("A line is none that this program knows.")
  return { kind: "image", seq, image: raw as unknown as Image }
}

/** Lines without their ends. What stands behind the last end is a line that was cut. */
async function* readTextLines(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader()
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let rest = ""
  for (;;) {
    const { done, value } = await reader.read()
    if (done) break
    const parts = (rest + decode(decoder, value)).split("\n")
    rest = parts.pop() ?? ""
    for (const part of parts) if (part !== "") yield part
  }
  if (rest !== "") throw new CutShort("The last line has no end.")
}

function decode(decoder: TextDecoder, bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes, { stream: true })
  } catch (failure) {
    throw new UnknownFeed("It is no text.", { cause: failure })
  }
}
