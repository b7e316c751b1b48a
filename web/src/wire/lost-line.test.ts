// @vitest-environment node
/** What an answer is after it was taught to tell of a lost line. */
import { expect, test } from "vitest"
import { tellingLoss } from "./lost-line.ts"

test.each([204, 205, 304])(
  "an answer of status %i stays as it is, also where its browser gives it a body",
  (status) => {
    const answer = { status, body: new ReadableStream() } as Response

    expect(tellingLoss(answer)).toBe(answer)
  },
)

test("any other has its status, its headers and its body", async () => {
  const answer = tellingLoss(new Response("{}", { status: 409, headers: { "Retry-After": "5" } }))

  expect([answer.status, answer.headers.get("Retry-After"), await answer.text()]).toEqual([409, "5", "{}"])
})
