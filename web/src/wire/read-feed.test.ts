// @vitest-environment node
/** A page of the feed: whole, however it is cut into pieces on the way, or nothing of it. */
import fc from "fast-check"
import { expect, test } from "vitest"
import { CutShort, readFeedPage, UnknownFeed } from "./read-feed.ts"

const LINES = [
  { head: 9, chain: "abc", remaining: 5 },
  {
    seq: 4,
    type: "note",
    record: "r",
    revision: 2,
    fields: { text: "naïve \u{1f600}\n" },
    by: "o",
    by_field: {},
  },
  { seq: 6, held: { id: "h", record: "r" }, reason: "conflict", detail: { fields: ["text"] } },
  { seq: 8, ended: "g", how: "set_aside" },
  { cursor: 9, more: false, tally: { records: 1, revisions: 2 } },
]
const BODY = new TextEncoder().encode(LINES.map((line) => `${JSON.stringify(line)}\n`).join(""))

function stream(...pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      for (const piece of pieces) controller.enqueue(piece)
      controller.close()
    },
  })
}

const read = (...pieces: Uint8Array[]) => readFeedPage(stream(...pieces), () => undefined)

test("its lines, where it stands and what is still to come", async () => {
  const told: [number, number][] = []

  const page = await readFeedPage(stream(BODY), (received, remaining) => told.push([received, remaining]))

  expect(page).toMatchObject({ position: { known: 9, chain: "abc" }, remaining: 5, cursor: 9, more: false })
  expect(page.tally).toEqual({ records: 1, revisions: 2 })
  expect(page.lines).toEqual([
    { kind: "image", seq: 4, image: LINES[1] },
    {
      kind: "held",
      seq: 6,
      held: { seq: 6, operation: LINES[2]!.held, reason: "conflict", detail: LINES[2]!.detail },
    },
    { kind: "ended", seq: 8, ended: "g", how: "set_aside" },
  ])
  expect(told.at(-1)).toEqual([3, 5])
})

test("however the network cut it into pieces", async () => {
  const whole = await read(BODY)
  const cuts = fc.uniqueArray(fc.integer({ min: 1, max: BODY.length - 1 }), { maxLength: 8 })

  await fc.assert(
    fc.asyncProperty(cuts, async (unsorted) => {
      const at = [0, ...unsorted.sort((one, other) => one - other), BODY.length]
      const pieces = at.slice(1).map((end, index) => BODY.slice(at[index], end))
      expect(await read(...pieces)).toEqual(whole)
    }),
  )
})

test("cut short after any byte, nothing of it is used", async () => {
  for (let length = 0; length < BODY.length; length += 1) {
    await expect(read(BODY.slice(0, length)), `after ${length} bytes`).rejects.toThrow(CutShort)
  }
})

test.each([
  ["a page of something else", "<html>Welcome</html>\n"],
  ["a line after the last", `${new TextDecoder().decode(BODY)}{"seq":10}\n`],
  ["a line that is none", '{"head":1,"chain":""}\n{"seq":3}\n{"cursor":1,"more":false,"tally":{}}\n'],
  ["a line that is no object", "null\n"],
  ["a first line that is none", '{"seq":3}\n{"cursor":1,"more":false,"tally":{}}\n'],
  ["a last line that is none", '{"head":1,"chain":""}\n{"cursor":1}\n'],
])("%s is no page, and asking again would bring the same", async (_name, text) => {
  await expect(read(new TextEncoder().encode(text))).rejects.toThrow(UnknownFeed)
})

test("bytes that are no text are no page", async () => {
  await expect(read(Uint8Array.of(0xff, 0x0a))).rejects.toThrow(UnknownFeed)
})
