/** Reading a body of JSON: one that is not what it should be is no answer of ours, and nothing of it is used. */
import type { Reply } from "./replies.ts"

/** Replies with what `understand` makes of the body; undefined, or a part that is missing: it is not what it should be. */
export function json<T>(
  understand: (body: unknown) => T | undefined,
): (response: Response) => Promise<Reply<T>> {
  return async (response) => {
    const body = await parseBody(response)
    const value = orUndefined(() => understand(body))
    return value === undefined ? unreadable(response) : { kind: "ok", value }
  }
}

function orUndefined<T>(understand: () => T | undefined): T | undefined {
  try {
    return understand()
  } catch (failure) {
    if (!(failure instanceof TypeError)) throw failure
    return undefined
  }
}

export const unreadable = (response: Response): Reply<never> => ({
  kind: "failed",
  code: "unreadable_answer",
  status: response.status,
})

export async function parseBody(response: Response): Promise<unknown> {
  const body = await response.text()
  try {
    return JSON.parse(body) as unknown
  } catch (notJson) {
    if (!(notJson instanceof SyntaxError)) throw notJson
    return undefined
  }
}
