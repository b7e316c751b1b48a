// @vitest-environment node
/** A file on its way to being merged, against a server whose answers the test gives. */
import { expect, test } from "vitest"
import { connect } from "../../wire/connection.ts"
import { BACKUP_BYTES_MAX } from "../../wire/backups.ts"
import { makeGate } from "../../wire/gate.ts"
import { mergeBackupWords as words } from "../../ui/words/merge-backup.ts"
import { MergeWork } from "./merge-work.svelte.ts"

type Answer = [status: number, body?: object] | "lost"

/** A server that gives these answers in turn; afterwards it does not answer. */
function workOver(answers: Answer[]) {
  const asked: { method: string; path: string; body: unknown }[] = []
  const connection = connect({
    gate: makeGate(false),
    readCsrfToken: () => "token",
    fetch: async (path, init) => {
      const { method = "", body } = init ?? {}
      asked.push({ method, path: path as string, body: typeof body === "string" ? JSON.parse(body) : body })
      const answer = method === "DELETE" ? ([204] as Answer) : answers.shift()
      if (answer === undefined)
        return new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError")))
        })
      if (answer === "lost") throw new TypeError("Failed to fetch")
      const [status, told] = answer
      return new Response(told ? JSON.stringify(told) : null, {
        status,
        headers: { "X-Tallybook-Protocol": "1" },
      })
    },
  })
  return { work: new MergeWork(connection), asked }
}

const NOT_READABLE = new DOMException("", "NotReadableError")
const FILE = new File(["PK"], "a.tallybook")
const UPLOADED: Answer = [201, { backup: "u", bytes: 2, locked: false }]
const LOCKED: Answer = [201, { backup: "u", bytes: 2, locked: true }]
const contract = (id: string, operations: number): object => ({
  ...{ id, number: id, name: "", right: "office", operations, new: operations, known: 0, unclaimed: 0 },
  ...{ damaged: false, authors: [], from: null, to: null },
})
const PREVIEW: Answer = [
  200,
  { whose: null, device: null, made_at: null, contracts: [contract("c", 5), contract("d", 0)], findings: [] },
]
const part = (next: string | null, count: number): Answer => [
  200,
  {
    done: next ? 0.5 : 1,
    next,
    contracts: [
      {
        ...{ id: "c", new: count, known: 0, applied: count, merged: 0, held: 1, unclaimed: 0, not_kept: 0 },
        by: [{ author: "Ann", new: count }],
      },
    ],
  },
]
const refused = (code: string, status = 422): Answer => [status, { code, title: "No.", remedy: "Do that." }]

test("sent, looked at, merged part by part until nothing is left, and deleted", async () => {
  const { work, asked } = workOver([UPLOADED, PREVIEW, part("0:9", 2), part(null, 3)])

  await work.take(FILE)
  expect([work.stage, work.chosen, work.isAllKnown]).toEqual(["shown", ["c"], false])
  await work.merge()

  expect([work.stage, work.share, work.hasRetried]).toEqual(["merged", 1, false])
  expect(work.merged).toMatchObject([{ id: "c", new: 5, held: 2, by: [{ author: "Ann", new: 5 }] }])
  expect(asked.slice(2).map(({ body }) => (body as { after?: string } | undefined)?.after)).toEqual([
    undefined,
    "0:9",
    undefined,
  ])
  expect(asked.at(-1)).toMatchObject({ method: "DELETE", path: "/api/sync/v1/backups/u" })
})

test("after a lost line the same part is asked for again", async () => {
  const { work, asked } = workOver([UPLOADED, PREVIEW, part("0:9", 2), "lost", part(null, 3)])
  await work.take(FILE)

  await work.merge()
  expect([work.stage, work.obstacle?.failure.kind, work.canRetry]).toEqual(["shown", "no_network", true])
  await work.retry()

  expect([work.stage, work.hasRetried]).toEqual(["merged", true])
  expect(asked[3]?.body).toEqual(asked[4]?.body)
  expect(work.merged).toMatchObject([{ new: 5 }])
})

test("a wrong passphrase is asked for again at the field; the right one goes with every part", async () => {
  const { work, asked } = workOver([LOCKED, refused("passphrase_wrong"), PREVIEW, part(null, 5)])
  await work.take(FILE)
  expect([work.stage, work.isLocked]).toEqual(["locked", true])

  await work.read("wrong")
  expect([work.stage, work.passphraseProblem.length > 0, work.obstacle]).toEqual(["locked", true, undefined])
  await work.read("right")
  await work.merge()

  expect(asked[3]?.body).toMatchObject({ passphrase: "right", contracts: ["c"], damaged: false })
  expect(work.stage).toBe("merged")
})

test("another choice in the middle is another merge, from its start", async () => {
  const { work, asked } = workOver([UPLOADED, PREVIEW, part("0:9", 2), "lost", part(null, 3)])
  await work.take(FILE)
  await work.merge()

  work.takeDamaged(true)
  await work.merge()

  expect(asked[4]?.body).toEqual({ passphrase: "", contracts: ["c"], damaged: true })
})

test("a file that was refused cannot be tried again; one that was cleared is sent anew", async () => {
  const refusing = workOver([UPLOADED, refused("not_a_backup")])
  await refusing.work.take(FILE)
  expect([refusing.work.stage, refusing.work.canRetry]).toEqual(["choosing", false])

  const { work, asked } = workOver([UPLOADED, PREVIEW, refused("backup_not_found", 404), UPLOADED, PREVIEW])
  await work.take(FILE)
  await work.merge()
  expect([work.stage, work.preview, work.canRetry]).toEqual(["choosing", undefined, true])
  await work.retry()
  expect([work.stage, asked.length]).toEqual(["shown", 5])
})

test("cancelled while merging, what was merged stays and it goes on from there; while sending, nothing is left", async () => {
  const { work, asked } = workOver([UPLOADED, PREVIEW, part("0:9", 2)])
  await work.take(FILE)
  const merging = work.merge()
  while (asked.length < 4) await new Promise((resolve) => setTimeout(resolve, 0))
  work.cancel()
  expect([work.stage, work.isInPart, work.merged.length]).toEqual(["shown", true, 1])
  await merging

  work.cancel()
  expect([work.stage, work.file, work.merged.length]).toEqual(["choosing", undefined, 0])
  await expect.poll(() => asked.at(-1)?.method).toBe("DELETE")
})

test("the page is left: a merge goes on to its end, and is told of on coming back; a preview is forgotten", async () => {
  const { work, asked } = workOver([UPLOADED, PREVIEW, part("0:9", 2), part(null, 3), UPLOADED, PREVIEW])
  await work.take(FILE)

  const merging = work.merge()
  work.leave()
  await merging

  expect([work.stage, work.merged]).toMatchObject(["merged", [{ new: 5 }]])
  work.leave()
  expect([work.stage, work.merged]).toEqual(["choosing", []])
  await work.take(FILE)
  work.leave()
  expect([work.stage, work.preview]).toEqual(["choosing", undefined])
  await expect.poll(() => asked.filter(({ method }) => method === "DELETE").length).toBe(2)
})

test("a file beyond the limit, and an empty one, are not sent; one at the limit is", async () => {
  const { work, asked } = workOver([])
  const sized = (size: number): File => Object.defineProperty(new File(["PK"], "a"), "size", { value: size })

  await work.take(sized(BACKUP_BYTES_MAX + 1))
  expect(work.fileProblem).toContain("4 GB at most")
  await work.take(sized(0))
  expect(work.fileProblem).toContain("empty")
  expect(asked).toEqual([])

  void work.take(sized(BACKUP_BYTES_MAX))
  expect([work.fileProblem, work.stage]).toEqual(["", "sending"])
})

test("a stick that was pulled is no lost connection", async () => {
  const gone = new File(["PK"], "a.tallybook")
  gone.slice = () => Object.assign(new Blob(), { arrayBuffer: () => Promise.reject(NOT_READABLE) })
  const { work } = workOver(["lost"])

  await work.take(gone)

  expect([work.stage, work.obstacle, work.fileProblem]).toEqual(["choosing", undefined, words.unreadable])
})
