/** The service worker comes out at the root, knows every built file, and is left out while it has no source. */
// @vitest-environment node
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { build } from "vite"
import { afterEach, beforeEach, expect, test } from "vitest"
import { serviceWorker } from "./service-worker-plugin.ts"

let root = ""

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "tallybook-build-"))
  mkdirSync(join(root, "src"))
  writeFileSync(join(root, "index.html"), '<script type="module" src="/src/main.js"></script>')
  writeFileSync(join(root, "src/main.js"), 'document.title = "built"')
})

afterEach(() => {
  rmSync(root, { recursive: true })
})

async function buildSite(): Promise<string | undefined> {
  await build({ configFile: false, root, logLevel: "silent", plugins: [serviceWorker("src/worker.ts")] })
  const worker = join(root, "dist/service-worker.js")
  return existsSync(worker) ? readFileSync(worker, "utf8") : undefined
}

test("a worker lists every built file and its hash", async () => {
  writeFileSync(
    join(root, "src/worker.ts"),
    "const started: number = self.__TALLYBOOK_PRECACHE.length\nself.n = started",
  )

  const worker = await buildSite()

  const list = /^self\.__TALLYBOOK_PRECACHE = (.*);$/m.exec(worker ?? "")?.[1] ?? "[]"
  const files = JSON.parse(list) as { url: string; revision: string }[]
  expect(files.map((file) => file.url)).toEqual([
    expect.stringMatching(/^\/assets\/index-.*\.js$/),
    "/index.html",
  ])
  expect(files.every((file) => /^[0-9a-f]{20}$/.test(file.revision))).toBe(true)
  expect(worker).not.toContain("import")
})

test("equal sources give an equal worker", async () => {
  writeFileSync(join(root, "src/worker.ts"), "self.n = self.__TALLYBOOK_PRECACHE.length")

  const [first, second] = [await buildSite(), await buildSite()]

  expect(second).toBe(first)
})

test("without its source there is no worker, and the build goes on", async () => {
  expect(await buildSite()).toBeUndefined()
  expect(existsSync(join(root, "dist/index.html"))).toBe(true)
})
