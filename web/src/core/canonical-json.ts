/** JSON with exactly one spelling (RFC 8785), and the hash over it. */
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

/** The SHA-256 of a text's UTF-8 bytes, lower-case hex. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("")
}
