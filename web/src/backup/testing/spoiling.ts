/** Spoiling files as disks, networks and strangers do, by numbers that mean something to each way. */
import fc from "fast-check"

export type Bytes = Uint8Array<ArrayBuffer>
export interface Spoiling {
  way: keyof typeof WAYS
  at: number
  to: number
  number: number
}

/** Of all that a ZIP and a locked file are found by. */
const SIGNATURES = ["PK\u0001\u0002", "PK\u0003\u0004", "PK\u0005\u0006", "PK\u0007\u0008", "age-", "scrypt"]
const NUMBERS = [0, 1, 8, 99, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]
const KNOWN = ["operations.ndjson", "contracts/", "README.txt", "manifest.json", "view.html"]
const NAMES = ["../../x", "/etc/passwd", "a\0b", "ÿþ", "CONTRACTS", "C:\\x", "con\n", "..", "manifest.json"]
const BYTES_MAX = 256 * 1024

/** Some at once, and which file they hit: the same for one seed. */
export const spoilings: fc.Arbitrary<Spoiling[]> = fc.array(
  fc.record({
    way: fc.constantFrom<Spoiling["way"]>("flip", "cut", "lie", "lie", "rename", "repeat", "splice", "twice"),
    at: fc.nat(),
    to: fc.nat(),
    number: fc.nat(),
  }),
  { minLength: 1, maxLength: 4 },
)

export function spoil(bytes: Bytes, ways: readonly Spoiling[]): Bytes {
  let spoilt = bytes
  for (const one of ways)
    spoilt = spoilt.length === 0 ? spoilt : WAYS[one.way](spoilt, one).slice(0, BYTES_MAX)
  return spoilt
}

const WAYS = {
  /** One bit. */
  flip(bytes: Bytes, { at, to }: Spoiling): Bytes {
    const flipped = bytes.slice()
    flipped[at % bytes.length]! ^= 1 << (to % 8)
    return flipped
  },
  /** The end, or the beginning, is missing. */
  cut: (bytes: Bytes, { at, to }: Spoiling): Bytes =>
    to % 4 === 0 ? bytes.slice(at % bytes.length) : bytes.slice(0, at % bytes.length),
  /** Another number in a header: a size, a place, a count, a CRC, a method, the length of a name. */
  lie(bytes: Bytes, { at, to, number }: Spoiling): Bytes {
    const places = SIGNATURES.flatMap((one) => placesOf(bytes, one))
    const start = (places[at % places.length] ?? 0) + 4 + (to % 52)
    const told = NUMBERS[Math.floor(number / 3) % NUMBERS.length] ?? 0
    const width = [1, 2, 4][number % 3] ?? 1
    const digits = Array.from({ length: width }, (_, digit) => (told >>> (8 * digit)) & 0xff)
    return replaced(bytes, start, Uint8Array.from(digits))
  },
  /** Another name of the same length, in the directory, before the member, or in both. */
  rename(bytes: Bytes, { at, to, number }: Spoiling): Bytes {
    const old = KNOWN[at % KNOWN.length] ?? ""
    const name = latin1(((NAMES[to % NAMES.length] ?? "") + "/".repeat(old.length)).slice(0, old.length))
    const places = placesOf(bytes, old)
    const chosen = number % 3 === 0 ? places : places.slice(number % Math.max(places.length, 1)).slice(0, 1)
    return chosen.reduce((all, place) => replaced(all, place, name), bytes)
  },
  /** A part comes again, up to a hundred times. */
  repeat(bytes: Bytes, { at, to, number }: Spoiling): Bytes {
    const start = at % bytes.length
    const part = bytes.slice(start, start + 1 + (to % 4_000))
    return joined(bytes.slice(0, start), ...Array<Bytes>(number % 100).fill(part), bytes.slice(start))
  },
  /** A part stands where another was. */
  splice(bytes: Bytes, { at, to, number }: Spoiling): Bytes {
    const start = at % bytes.length
    return replaced(bytes, number % bytes.length, bytes.slice(start, start + 1 + (to % 2_000)))
  },
  /** The whole file comes twice, with something between. */
  twice: (bytes: Bytes, { at }: Spoiling): Bytes => joined(bytes, new Uint8Array(at % 9), bytes),
}

function replaced(bytes: Bytes, start: number, part: Uint8Array): Bytes {
  const changed = bytes.slice()
  changed.set(part.subarray(0, Math.max(0, bytes.length - start)), Math.min(start, bytes.length))
  return changed
}

const latin1 = (text: string): Bytes => Uint8Array.from(text, (one) => one.charCodeAt(0) & 0xff)

function joined(...parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function placesOf(bytes: Bytes, part: string): number[] {
  const text = new TextDecoder("latin1").decode(bytes)
  const places: number[] = []
  for (let place = text.indexOf(part); place >= 0; place = text.indexOf(part, place + 1)) places.push(place)
  return places
}
