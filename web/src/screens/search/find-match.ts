/** Where in an entry the words were found: the field, and the text around the first of them. */
import type { Entry } from "../../core/entry.ts"
import { fieldNamesOf } from "../../core/record-types.ts"
import { isUuid } from "../../core/uuid.ts"

export const QUERY_LENGTH_MAX = 200

const AROUND = 60 // characters shown before what was found, and after it

export interface Match {
  field: string
  /** Pieces of the text, in order; those that were found are marked. */
  pieces: Piece[]
}

export interface Piece {
  text: string
  found: boolean
}

export function splitWords(query: string): string[] {
  return query.toLocaleLowerCase().split(/\s+/).filter(Boolean)
}

/**
 * The first field in which one of the words stands; undefined where all stand in what the entry names,
 * such as its item, which is shown anyway. Cost: one pass over the entry's texts.
 */
export function findMatch({ type, fields }: Entry, words: readonly string[]): Match | undefined {
  const names = new Set([...fieldNamesOf(type), ...Object.keys(fields)])
  for (const field of names) {
    const text = fields[field]
    if (typeof text !== "string" || isUuid(text)) continue
    const pieces = markWords(text, words)
    if (pieces.some((one) => one.found)) return { field, pieces: shorten(pieces) }
  }
  return undefined
}

/** A text in pieces, with every place of every word marked. */
export function markWords(text: string, words: readonly string[]): Piece[] {
  const lower = text.toLocaleLowerCase()
  // In a few languages the small letters are more than the capitals were: then nothing can be marked.
  if (lower.length !== text.length) return [{ text, found: words.some((word) => lower.includes(word)) }]
  const pieces: Piece[] = []
  let from = 0
  for (const [start, end] of mergeSpans(words.flatMap((word) => findSpans(lower, word)))) {
    if (start > from) pieces.push({ text: text.slice(from, start), found: false })
    pieces.push({ text: text.slice(start, end), found: true })
    from = end
  }
  if (from < text.length) pieces.push({ text: text.slice(from), found: false })
  return pieces
}

type Span = [start: number, end: number]

function findSpans(text: string, word: string): Span[] {
  const spans: Span[] = []
  for (let at = text.indexOf(word); word !== "" && at >= 0; at = text.indexOf(word, at + word.length)) {
    spans.push([at, at + word.length])
  }
  return spans
}

function mergeSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = []
  for (const [start, end] of [...spans].sort((one, other) => one[0] - other[0])) {
    const last = merged.at(-1)
    if (last && start <= last[1]) last[1] = Math.max(last[1], end)
    else merged.push([start, end])
  }
  return merged
}

/** A long text around what was found first. */
function shorten(pieces: readonly Piece[]): Piece[] {
  const first = pieces.findIndex((one) => one.found)
  const before = pieces
    .slice(0, first)
    .map(({ text }) => text)
    .join("")
  const cut = before.length > AROUND ? `…${before.slice(-AROUND)}` : before
  const shown: Piece[] = cut === "" ? [] : [{ text: cut, found: false }]
  let room = AROUND
  for (const piece of pieces.slice(first)) {
    if (room <= 0) break
    const isTooLong = !piece.found && piece.text.length > room
    shown.push(isTooLong ? { text: `${piece.text.slice(0, room)}…`, found: false } : piece)
    if (!piece.found) room -= piece.text.length
  }
  return shown
}
