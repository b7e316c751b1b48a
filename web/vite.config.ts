/** How the client is built into web/dist, served while it is written, and how its unit tests run. */
import { svelte } from "@sveltejs/vite-plugin-svelte"
import { defineConfig } from "vitest/config"
import { serviceWorker } from "./build/service-worker-plugin.ts"

/** While the client is written (`npm run dev`), everything that is not the client comes from a running server. */
const SERVER = process.env["TALLYBOOK_DEV_SERVER"] ?? "http://127.0.0.1:8000"

export default defineConfig({
  plugins: [svelte(), serviceWorker("src/app/service-worker.ts")],
  // Without the browser's condition Svelte would load its server half into the tests.
  resolve: process.env["VITEST"] ? { conditions: ["browser"] } : {},
  server: {
    // The page's own origin goes along: the server compares it with the host.
    proxy: Object.fromEntries(
      ["/api", "/_allauth"].map((path) => [path, { target: SERVER, changeOrigin: false }]),
    ),
  },
  build: {
    outDir: "dist",
    assetsDir: "assets",
    target: "es2022",
    emptyOutDir: true,
    // Fonts and pictures stay files of their own: a CSP need not allow data: addresses.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  test: {
    environment: "happy-dom",
    include: ["src/**/*.test.ts", "build/**/*.test.ts"],
    // A test that runs on nothing must not pass.
    allowOnly: false,
    passWithNoTests: false,
    testTimeout: 20_000,
  },
})
