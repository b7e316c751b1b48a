/** What the client's code may not contain; layers are the business of .dependency-cruiser.cjs. */
import js from "@eslint/js"
import svelte from "eslint-plugin-svelte"
import { defineConfig, globalIgnores } from "eslint/config"
import globals from "globals"
import ts from "typescript-eslint"
import svelteConfig from "./svelte.config.js"

const NEVER_DELETE = {
  property: "deleteDatabase",
  message: "A device's database has what nobody else has: it is upgraded or repaired, never deleted.",
}
const NO_FLOAT = "A quantity or an amount is an exact decimal: use core and big.js."

export default defineConfig(
  globalIgnores(["dist", "node_modules"]),
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  js.configs.recommended,
  ts.configs.strictTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.serviceworker },
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
        extraFileExtensions: [".svelte"],
      },
    },
    rules: {
      eqeqeq: ["error", "always"],
      "no-console": "error",
      "no-empty": ["error", { allowEmptyCatch: false }],
      "no-undef": "off",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: false },
      ],
      // A memory store keeps a promise without having to wait.
      "@typescript-eslint/require-await": "off",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["src/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "parseFloat", message: NO_FLOAT },
        { name: "process", message: "There is no process in a browser." },
        { name: "Buffer", message: "There is no Buffer in a browser: use Uint8Array." },
        { name: "localStorage", message: "What a person typed goes into the store; the rest is not kept." },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Number", property: "parseFloat", message: NO_FLOAT },
        NEVER_DELETE,
      ],
      "no-restricted-imports": [
        "error",
        {
          paths: [
            {
              name: "@lucide/svelte",
              message: "Import one icon: @lucide/svelte/icons/NAME (the index loads them all).",
            },
          ],
        },
      ],
    },
  },
  {
    files: ["src/core/**"],
    rules: {
      "no-restricted-globals": [
        "error",
        { name: "parseFloat", message: NO_FLOAT },
        { name: "fetch", message: "The core is pure." },
        { name: "indexedDB", message: "The core is pure." },
        { name: "window", message: "The core is pure." },
        { name: "document", message: "The core is pure." },
        { name: "navigator", message: "The core is pure." },
      ],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "The clock is read at the edge and passed in." },
        NEVER_DELETE,
        { object: "Math", property: "random", message: "Chance comes from the edge and is passed in." },
        { object: "Number", property: "parseFloat", message: NO_FLOAT },
      ],
    },
  },
  {
    files: ["src/**/*.ts"],
    ignores: ["src/**/*.test.ts"],
    rules: {
      "@typescript-eslint/no-unused-vars": ["error", { varsIgnorePattern: "^_", argsIgnorePattern: "^_" }],
      "max-lines-per-function": ["error", { max: 40, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ["**/*.svelte", "**/*.svelte.ts"],
    languageOptions: {
      parserOptions: {
        parser: ts.parser,
        svelteConfig,
        projectService: true,
        extraFileExtensions: [".svelte"],
      },
    },
  },
  {
    files: ["**/*.test.ts", "**/testing/**"],
    rules: {
      "@typescript-eslint/no-non-null-assertion": "off",
      "@typescript-eslint/unbound-method": "off",
      "no-restricted-globals": ["error", { name: "parseFloat", message: NO_FLOAT }],
      "no-restricted-properties": "off",
    },
  },
  {
    files: ["*.js", "*.cjs"],
    extends: [ts.configs.disableTypeChecked],
    languageOptions: { globals: globals.node },
  },
)
