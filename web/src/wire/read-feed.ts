/** A page of the feed out of its NDJSON: whole, or nothing of it. */
import type { FeedLine, FeedPage, Tally } from "../core/feed.ts"
import type { EndOfHold, Fields, Image, Operation } from "../core/operation.ts"

/** The body ended before its last line, or is no feed at all: keep nothing of it. */
export class CutShort extends Error {
  override readonly name = "CutShort"
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
    if (last) throw new CutShort("A line stands after the last one.")
    if (!first) first = raw
    else if (raw.seq === undefined) last = raw
    else lines.push(readLine(raw, raw.seq))
    onLine(lines.length, first.remaining ?? 0)
  }
  if (typeof first?.head !== "number" || typeof first.chain !== "string")
    throw new CutShort("There is no first line.")
  if (typeof last?.cursor !== "number" || typeof last.more !== "boolean" || !last.tally) {
    throw new CutShort("There is no last line.")
  }
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
    return JSON.parse(text) as RawLine
  } catch (failure) {
    throw new CutShort("A line cannot be read.", { cause: failure })
  }
}

function readLine(raw: RawLine, seq: number): FeedLine {
  if (raw.held) {
    const { held, reason = "", detail } = raw
    return { kind: "held", seq, held: { seq, operation: held, reason, ...(detail && { detail }) } }
  }
  if (raw.ended !== undefined) return { kind: "ended", seq, ended: raw.ended, how: raw.how ?? "set_aside" }
  if (typeof raw.record !== "string") throw new CutShort("A line is none that this program knows.")
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
    const parts = (rest + decoder.decode(value, { stream: true })).split("\n")
    rest = parts.pop() ?? ""
    for (const part of parts) if (part !== "") yield part
  }
  if (rest !== "") throw new CutShort("The last line has no end.")
}
