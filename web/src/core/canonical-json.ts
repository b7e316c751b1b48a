/** JSON with exactly one spelling (RFC 8785). */
import type { FieldValue } from "./operation.ts"

/**
 * Return the one spelling. Keys are sorted by UTF-16 code units, numbers as ECMAScript writes them.
 * Lone surrogates, which RFC 8785 leaves out, are written `\udxxx` as `JSON.stringify` does.
 * Vectors: protocol/vectors/canonical_json.json.
 */
export function canonicalJson(value: FieldValue): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`
  if (typeof value === "object" && value !== null) {
    const pairs = Object.keys(value)
      .sort() // by UTF-16 code units, as RFC 8785 asks
      .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`)
    return `{${pairs.join(",")}}`
  }
  if (typeof value === "number" && !Number.isFinite(value)) throw new RangeError(`${value} is not JSON`)
  return JSON.stringify(value)
}
