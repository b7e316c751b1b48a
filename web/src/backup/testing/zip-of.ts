/** A ZIP with members of a test's own choosing. */
import { BlobWriter, TextReader, ZipWriter } from "@zip.js/zip.js/lib/zip-core-native.js"

export async function zipOf(
  members: Readonly<Record<string, string>>,
  options: { level?: number } = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const zip = new ZipWriter(new BlobWriter(), { useWebWorkers: false, ...options })
  for (const [name, text] of Object.entries(members)) await zip.add(name, new TextReader(text))
  return new Uint8Array(await (await zip.close()).arrayBuffer())
}
