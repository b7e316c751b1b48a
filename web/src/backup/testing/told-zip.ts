/** A ZIP as a stranger writes it: any names, as often as he likes, stored, and headers that say what he wants. */
import { crc32 } from "node:zlib"

export interface ToldMember {
  name: string
  text: string
  /** What is added to the size that its headers tell. */
  sizeLie?: number
  /** What is added to the place that the directory tells. */
  placeLie?: number
  /** 0 stored; others are none of these bytes. */
  method?: number
  isEncrypted?: boolean
}

const LOCAL_BYTES = 30
const CENTRAL_BYTES = 46
const END_BYTES = 22

/** `countLie` is added to how many there are. */
export function toldZip(members: readonly ToldMember[], countLie = 0): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = []
  const directory: Uint8Array[] = []
  let place = 0
  const add = (...some: Uint8Array[]): void => {
    parts.push(...some)
    for (const one of some) place += one.length
  }
  for (const member of members) {
    const [name, content] = [encode(member.name), encode(member.text)]
    directory.push(central(member, name, content, place), name)
    add(local(member, name, content), name, content)
  }
  const start = place
  add(...directory)
  add(end(members.length + countLie, place - start, start))
  return new Uint8Array(Buffer.concat(parts))
}

const encode = (text: string): Uint8Array => new TextEncoder().encode(text)

function local(member: ToldMember, name: Uint8Array, content: Uint8Array): Uint8Array {
  const view = header(LOCAL_BYTES, 0x04034b50)
  tell(view, 6, member, name, content)
  return new Uint8Array(view.buffer)
}

function central(member: ToldMember, name: Uint8Array, content: Uint8Array, place: number): Uint8Array {
  const view = header(CENTRAL_BYTES, 0x02014b50)
  tell(view, 8, member, name, content)
  view.setUint32(42, place + (member.placeLie ?? 0), true)
  return new Uint8Array(view.buffer)
}

/** From the flags to the length of the name, the two headers are alike. */
function tell(view: DataView, at: number, told: ToldMember, name: Uint8Array, content: Uint8Array): void {
  const size = content.length + (told.sizeLie ?? 0)
  view.setUint16(at, told.isEncrypted ? 1 : 0, true)
  view.setUint16(at + 2, told.method ?? 0, true)
  view.setUint32(at + 8, crc32(content), true)
  view.setUint32(at + 12, size, true)
  view.setUint32(at + 16, size, true)
  view.setUint16(at + 20, name.length, true)
}

function end(count: number, bytes: number, start: number): Uint8Array {
  const view = header(END_BYTES, 0x06054b50)
  view.setUint16(10, count, true)
  view.setUint32(12, bytes, true)
  view.setUint32(16, start, true)
  return new Uint8Array(view.buffer)
}

function header(bytes: number, signature: number): DataView {
  const view = new DataView(new ArrayBuffer(bytes))
  view.setUint32(0, signature, true)
  return view
}
