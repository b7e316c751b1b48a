/** The small database that a browser keeps for whoever uses it: one table, a row for each thing that is known by name. */

const NAME = "tallybook-device"
const TABLE = "settings"

/** So long may opening and one row take: nobody looks at an empty page for ever. */
const TIMEOUT_MS = 10_000

/** Opened for each piece of work: a browser may close any handle while the device sleeps, and does not always tell. */
export async function withDeviceDatabase<T>(
  factory: IDBFactory,
  work: (handle: IDBDatabase) => Promise<T>,
): Promise<T> {
  const opening = open(factory)
  // Also where nobody waits for it any more.
  const close = (): void => void opening.then((handle) => handle.close()).catch(() => undefined)
  let timer: ReturnType<typeof setTimeout> | undefined
  const silence = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new DOMException("The browser did not answer.", "TimeoutError")),
      TIMEOUT_MS,
    )
  })
  try {
    return await Promise.race([opening.then(work), silence])
  } finally {
    clearTimeout(timer)
    close()
  }
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = factory.open(NAME, 1)
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE)
    request.onerror = () => reject(request.error ?? new DOMException("It does not open.", "UnknownError"))
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close()
      resolve(request.result)
    }
  })
}

export function loadRow<T>(handle: IDBDatabase, key: string): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const request = handle.transaction(TABLE).objectStore(TABLE).get(key) as IDBRequest<T | undefined>
    request.onerror = () => reject(request.error ?? new DOMException("It cannot be read.", "UnknownError"))
    request.onsuccess = () => resolve(request.result)
  })
}

/**
 * Read and changed in one transaction: two tabs do not undo each other's change. Where `change` gives
 * nothing the row goes. Returns what stands afterwards.
 */
export function changeRow<T>(
  handle: IDBDatabase,
  key: string,
  change: (known: T | undefined) => T | undefined,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const transaction = handle.transaction(TABLE, "readwrite", { durability: "strict" })
    const table = transaction.objectStore(TABLE)
    const request = table.get(key) as IDBRequest<T | undefined>
    let changed: T | undefined
    request.onsuccess = () => {
      changed = change(request.result)
      if (changed === undefined) table.delete(key)
      else table.put(changed, key)
    }
    transaction.oncomplete = () => resolve(changed)
    transaction.onabort = () =>
      reject(transaction.error ?? new DOMException("It was not saved.", "UnknownError"))
  })
}
