/** The small database that a browser keeps for whoever uses it: one table, a row for each thing that is known by name. */

const NAME = "tallybook-device"
const TABLE = "settings"

export function openDeviceDatabase(factory: IDBFactory = indexedDB): Promise<IDBDatabase> {
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
