/** Something of this device as a file: made here, sent nowhere. */

const REVOKE_AFTER_MS = 60_000 // a slow disk reads it for a while

export function offerFile(name: string, type: string, text: string): void {
  offerBlob(name, new Blob([text], { type }))
}

export function offerBlob(name: string, blob: Blob): void {
  const url = URL.createObjectURL(blob)
  const link = document.createElement("a")
  link.href = url
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS)
}
