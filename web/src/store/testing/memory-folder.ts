/** A folder of files as a worker sees it, in memory: for what no real browser does on demand, a torn write or a full disk. */

export class MemoryFolder {
  readonly files = new Map<string, Uint8Array<ArrayBuffer>>()
  /** Bytes that still fit. */
  roomBytes = Infinity
  private readonly open = new Set<string>()
  /** What is on the disk, whatever happens next. */
  private readonly flushed = new Map<string, Uint8Array<ArrayBuffer>>()

  /** What the journal is given. */
  get handle(): FileSystemDirectoryHandle {
    return {
      keys: () => this.names(),
      getFileHandle: async (name: string, options?: FileSystemGetFileOptions) =>
        this.fileHandle(name, options),
      removeEntry: async (name: string) => {
        this.checkFree(name)
        this.files.delete(name)
      },
    } as unknown as FileSystemDirectoryHandle
  }

  /** The power went: what was not flushed is lost, and the file is free. */
  kill(name: string): void {
    this.files.set(name, this.flushed.get(name) ?? new Uint8Array())
    this.open.delete(name)
  }

  /** The power went in the middle of a write: a part of it stands at the end of the file. */
  tear(name: string, part: Uint8Array): void {
    const whole = this.bytes(name)
    const torn = new Uint8Array(whole.length + part.length)
    torn.set(whole)
    torn.set(part, whole.length)
    this.flushed.set(name, torn)
    this.kill(name)
  }

  /** The browser cleared it: every file is gone, whoever had one open. */
  clear(): void {
    for (const names of [this.files, this.flushed, this.open]) names.clear()
  }

  isOpen(name: string): boolean {
    return this.open.has(name)
  }

  private async *names(): AsyncGenerator<string> {
    yield* [...this.files.keys()]
  }

  private fileHandle(name: string, options: FileSystemGetFileOptions = {}): FileSystemFileHandle {
    if (!this.files.has(name)) {
      if (!options.create) throw new DOMException("There is no such file.", "NotFoundError")
      this.files.set(name, new Uint8Array())
    }
    return {
      getFile: async () => new File([this.files.get(name) ?? ""], name),
      createSyncAccessHandle: async () => this.accessHandle(name),
    } as unknown as FileSystemFileHandle
  }

  private accessHandle(name: string): FileSystemSyncAccessHandle {
    this.checkFree(name)
    this.open.add(name)
    return {
      getSize: () => this.bytes(name).length,
      read: (into: Uint8Array) => {
        into.set(this.bytes(name))
        return into.length
      },
      write: (bytes: Uint8Array, { at = 0 } = {}) => this.write(name, bytes, at),
      truncate: (size: number) => this.files.set(name, this.bytes(name).slice(0, size)),
      flush: () => this.flushed.set(name, this.bytes(name)),
      close: () => this.open.delete(name),
    }
  }

  private write(name: string, bytes: Uint8Array, at: number): number {
    const part = bytes.slice(0, this.roomBytes)
    this.roomBytes -= part.length
    const whole = new Uint8Array(Math.max(this.bytes(name).length, at + part.length))
    whole.set(this.bytes(name))
    whole.set(part, at)
    this.files.set(name, whole)
    return part.length
  }

  private bytes(name: string): Uint8Array<ArrayBuffer> {
    return this.files.get(name) ?? new Uint8Array()
  }

  private checkFree(name: string): void {
    if (this.open.has(name)) throw new DOMException("It is open.", "NoModificationAllowedError")
  }
}
