/** Locking a backup file with a passphrase and opening it again, as streams (the age format, docs/backup-file.md). */
import { BackupRefused } from "./backup-format.ts"

const BEGINS = "age-encryption.org/"
/** Of one scrypt recipient: about 150. */
const HEADER_BYTES_MAX = 1_024
const HEADER = new RegExp(
  "^age-encryption\\.org/v1\\n-> scrypt [A-Za-z0-9+/]{22} ([1-9][0-9]{0,2})\\n" +
    "[A-Za-z0-9+/]{43}\\n--- [A-Za-z0-9+/]{43}\\n",
)
/** 2^15 × 1 KiB: 32 MiB for a moment, which a phone can bear. */
const WORK_FACTOR = 15
/** 256 MiB; what asks for more is refused before any of it is taken. */
export const WORK_FACTOR_MAX = 18
/** No more than what age seals at once: so a piece that is proved is handed on before the next is looked at. */
const PIECE_BYTES = 64 * 1024
/** How age-encryption says that the passphrase is another one; any other failure is one of the file. */
const NOT_OPENED = "no identity matched any of the file's recipients"

/** Whether it begins as what age locks, with whatever. */
export const isLocked = async (file: Blob): Promise<boolean> =>
  (await file.slice(0, BEGINS.length).text()) === BEGINS

/** The same bytes, locked; what is read of them is sealed piece by piece. */
export async function lock(
  bytes: ReadableStream<Uint8Array>,
  passphrase: string,
): Promise<ReadableStream<Uint8Array>> {
  const { Encrypter } = await import("age-encryption") // only where somebody locks or opens one
  const encrypter = new Encrypter()
  encrypter.setScryptWorkFactor(WORK_FACTOR)
  encrypter.setPassphrase(passphrase)
  return encrypter.encrypt(bytes)
}

/** Raises BackupRefused unless the header is that of one passphrase, with work that a device can do. */
async function checkHeader(file: Blob): Promise<void> {
  const found = HEADER.exec(await file.slice(0, HEADER_BYTES_MAX).text())
  if (!found) throw new BackupRefused("not_a_backup", "locked, and not with a passphrase alone")
  if (Number(found[1]) > WORK_FACTOR_MAX) throw new BackupRefused("work_factor_too_high", found[1])
}

/**
 * Yield what a locked file holds, each piece proved before it comes; it ends where the file is cut short or
 * damaged. Raises BackupRefused, for a wrong passphrase before anything comes. Memory: one piece.
 */
export async function* unlock(file: Blob, passphrase: string): AsyncGenerator<Uint8Array> {
  await checkHeader(file)
  const { Decrypter } = await import("age-encryption") // only where somebody locks or opens one
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  const pieces = await decrypter.decrypt(piecesOf(file)).catch((failure: unknown) => {
    if (failure instanceof DOMException) throw failure // the file cannot be read
    const isOther = failure instanceof Error && failure.message === NOT_OPENED
    throw new BackupRefused(isOther ? "wrong_passphrase" : "not_a_backup")
  })
  const reader = pieces.getReader()
  try {
    for (;;) {
      const piece = await reader.read().catch(endUnlessUnreadable)
      if (piece.done) return
      yield piece.value
    }
  } finally {
    await reader.cancel().catch(() => undefined) // ended in an error that was heard
  }
}

/** What no longer proves itself is the end of what there is, as in any file that is cut short. */
function endUnlessUnreadable(failure: unknown): { done: true; value: undefined } {
  if (failure instanceof DOMException) throw failure
  return { done: true, value: undefined }
}

function piecesOf(file: Blob): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (at >= file.size) {
        controller.close()
        return
      }
      controller.enqueue(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()))
      at += PIECE_BYTES
    },
  })
}
