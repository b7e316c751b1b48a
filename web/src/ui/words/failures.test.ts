// @vitest-environment node
/** Every way in which the office may not answer has its words. */
import { expect, test } from "vitest"
import type { Failure } from "../../wire/replies.ts"
import { describeFailure } from "./failures.ts"

const SAFE = "Nothing was changed."

test.each<[Failure, string, boolean]>([
  [{ kind: "work_offline" }, "Work Offline is on.", true],
  [{ kind: "no_network" }, "The office did not answer.", true],
  [{ kind: "not_the_server" }, "Something else answered.", true],
  [{ kind: "not_signed_in" }, "Your sign-in has ended.", true],
  [{ kind: "busy", retryAfterMs: 1 }, "The office's computer is busy.", true],
  [{ kind: "too_large" }, "This is too much for one request.", true],
  [{ kind: "diverged" }, "The office's computer did not understand.", true],
  [{ kind: "forbidden", title: "Not yours.", remedy: "Ask." }, "Not yours.", false],
  [{ kind: "forbidden", title: "", remedy: "" }, "You have no right to do this.", false],
  [{ kind: "failed", code: "x" }, "It did not go through.", true],
  [{ kind: "failed", code: "x", title: "No.", remedy: "Do that." }, "No.", false],
])("%j", (failure, title, saysWhatIsSafe) => {
  const said = describeFailure(failure, SAFE)

  expect(said.title).toBe(title)
  expect(said.text.includes(SAFE)).toBe(saysWhatIsSafe)
})
