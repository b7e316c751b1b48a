/** The client's layers, top to bottom; each may import only what is below it. */
const LAYERS = [["app"], ["screens"], ["ui", "actions"], ["backup"], ["sync"], ["wire"], ["store"], ["core"]]

/** Tests, and what only they share. */
const TESTS = "[.]test[.]ts$|^src/[^/]+/testing/"

const folder = (names) => `^src/(${names.join("|")})/`

/** One rule a layer: nothing of the client but itself and what is below; neighbours may not meet. */
const layers = LAYERS.flatMap((names, depth) =>
  names.map((name) => ({
    name: `layer-${name}`,
    severity: "error",
    comment: `src/${name} may import only what is below it: ${
      LAYERS.slice(depth + 1)
        .flat()
        .join(", ") || "nothing"
    }.`,
    from: { path: folder([name]), pathNot: TESTS },
    to: { path: "^src/", pathNot: folder([name, ...LAYERS.slice(depth + 1).flat()]) },
  })),
)

module.exports = {
  forbidden: [
    ...layers,
    {
      name: "no-folder-without-a-layer",
      severity: "error",
      comment: "A new folder, or a file beside the folders, needs its place in LAYERS.",
      from: {},
      to: { path: "^src/", pathNot: folder(LAYERS.flat()) },
    },
    {
      name: "no-file-without-a-layer",
      severity: "error",
      comment: "A new folder, or a file beside the folders, needs its place in LAYERS.",
      from: { path: "^src/", pathNot: folder(LAYERS.flat()) },
      to: {},
    },
    {
      name: "no-orphan-without-a-layer",
      severity: "error",
      comment: "A new folder, or a file beside the folders, needs its place in LAYERS.",
      from: { orphan: true, path: "^src/", pathNot: folder(LAYERS.flat()) },
      to: {},
    },
    {
      name: "ui-reads-no-data",
      severity: "error",
      comment:
        "Components get what they show: of the client they may import the core, each other, and types.",
      from: { path: "^src/ui/", pathNot: "[.]test[.]ts$" },
      to: { path: "^src/", pathNot: folder(["ui", "core"]), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "core-is-pure",
      severity: "error",
      comment: "The core imports itself and big.js.",
      from: { path: "^src/core/", pathNot: "[.]test[.]ts$" },
      to: { pathNot: ["^src/core/", "node_modules/(@types/)?big[.]js/", "^big[.]js$"] },
    },
    {
      name: "no-node",
      severity: "error",
      comment: "There is no Node in a browser; tests may read files.",
      from: { path: "^src/", pathNot: TESTS },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "no-test-in-the-product",
      severity: "error",
      comment: "What only tests need stays in tests.",
      from: { path: "^src/", pathNot: TESTS },
      to: { path: [TESTS, "node_modules/(vitest|fake-indexeddb|fast-check|happy-dom|axe-core)/"] },
    },
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    {
      name: "resolvable",
      severity: "error",
      comment: "An import that nobody can follow.",
      from: { path: "^src/" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["svelte", "browser", "import", "types", "default"],
      extensions: [".ts", ".svelte.ts", ".svelte", ".js", ".mjs", ".d.ts", ".json"],
    },
  },
}
