/** Builds src/app/service-worker.ts into /service-worker.js, with the list of all built files and their hashes. */
import { createHash } from "node:crypto"
import { existsSync, readFileSync, writeFileSync, readdirSync } from "node:fs"
import { join, relative, resolve, sep } from "node:path"
import { build, type Plugin, type ResolvedConfig } from "vite"

interface PrecacheEntry {
  url: string
  revision: string
}

/** Every file below the folder, by URL and hash, in one order, so that equal builds are equal files. */
export function listBuiltFiles(folder: string): PrecacheEntry[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "service-worker.js" && !entry.name.endsWith(".map"))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ url: "/" + relative(folder, path).split(sep).join("/"), revision: hashFile(path) }))
    .sort((one, other) => (one.url < other.url ? -1 : 1))
}

function hashFile(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 20)
}

/** A classic script at the root of the site: from there it may answer for every page. */
export function serviceWorker(source: string): Plugin {
  let config: ResolvedConfig
  return {
    name: "tallybook-service-worker",
    apply: "build",
    configResolved(resolved) {
      config = resolved
    },
    async closeBundle(error?: Error) {
      const entry = join(config.root, source)
      if (error !== undefined || !existsSync(entry)) return
      const folder = resolve(config.root, config.build.outDir)
      await build({
        configFile: false,
        root: config.root,
        logLevel: "warn",
        publicDir: false,
        define: { "process.env.NODE_ENV": JSON.stringify("production") },
        build: {
          outDir: config.build.outDir,
          emptyOutDir: false,
          target: "es2022",
          rolldownOptions: {
            input: entry,
            output: { format: "iife", entryFileNames: "service-worker.js", codeSplitting: false },
          },
        },
      })
      const worker = join(folder, "service-worker.js")
      const files = JSON.stringify(listBuiltFiles(folder))
      writeFileSync(worker, `self.__TALLYBOOK_PRECACHE = ${files};\n${readFileSync(worker, "utf8")}`)
    },
  }
}
