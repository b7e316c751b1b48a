/** Half-typed forms: kept until they are saved or cleared, so that a closed tab loses nothing. */
import type { Entry } from "../core/entry.ts"
import type { Fields } from "../core/operation.ts"
import type { Store } from "./store.ts"
import type { Draft } from "./tables.ts"

export function readDraft(store: Store, key: string): Promise<Draft | undefined> {
  return store.read(["drafts"], (read) => read.get("drafts", key))
}

/** `seen` is the entry as it was when the form was opened: what is typed is typed upon that. */
export function writeDraft(
  store: Store,
  key: string,
  fields: Fields,
  seen?: Entry,
  typedAt?: string,
): Promise<void> {
  const draft: Draft = { key, fields, ...(seen && { seen }), ...(typedAt !== undefined && { typedAt }) }
  return store.write(["drafts"], (write) => write.put("drafts", draft))
}

export function deleteDraft(store: Store, key: string): Promise<void> {
  return store.write(["drafts"], (write) => write.delete("drafts", key))
}
