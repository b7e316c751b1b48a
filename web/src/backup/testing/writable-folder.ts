/** A folder of the machine as a page is given it, in memory: a drive that is pulled, a full one, one that asks again. */

export class WritableFolder {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>()
  /** Bytes that still fit. */
  roomBytes = Infinity
  isGone = false
  /** What a press changes to granted. */
  permission: PermissionState = "granted"
  private readonly name: string

  constructor(name: string) {
    this.name = name
  }

  get handle(): FileSystemDirectoryHandle {
    return {
      kind: "directory",
      name: this.name,
      keys: () => this.names(),
      queryPermission: async () => this.permission,
      requestPermission: async () => (this.permission = "granted"),
      getFileHandle: async (name: string, options?: FileSystemGetFileOptions) =>
        this.fileHandle(name, options),
      removeEntry: async (name: string) => {
        this.check(name)
        this.files.delete(name)
      },
    } as unknown as FileSystemDirectoryHandle
  }

  private async *names(): AsyncGenerator<string> {
    if (this.isGone) throw notFound()
    yield* [...this.files.keys()]
  }

  private fileHandle(name: string, { create = false }: FileSystemGetFileOptions = {}): FileSystemFileHandle {
    if (create && !this.isGone && !this.files.has(name)) this.files.set(name, new Uint8Array())
    this.check(name)
    return {
      name,
      createWritable: async () => this.writable(name),
      getFile: async () => new Blob([this.files.get(name) ?? new Uint8Array()]),
    } as unknown as FileSystemFileHandle
  }

  /** Swapped in when it is closed; until then the file is as it was. */
  private writable(name: string): WritableStream<Uint8Array> {
    const pieces: Uint8Array<ArrayBuffer>[] = []
    return new WritableStream({
      write: (piece) => {
        this.check(name)
        this.roomBytes -= piece.length
        if (this.roomBytes < 0) throw new DOMException("It is full.", "QuotaExceededError")
        pieces.push(new Uint8Array(piece))
      },
      close: async () => {
        this.check(name)
        this.files.set(name, new Uint8Array(await new Blob(pieces).arrayBuffer()))
      },
    })
  }

  private check(name: string): void {
    if (this.isGone || !this.files.has(name)) throw notFound()
  }
}

const notFound = (): DOMException => new DOMException("It is not there.", "NotFoundError")
