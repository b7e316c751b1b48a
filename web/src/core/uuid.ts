/** Ids that are made where the record is made: UUIDv7, from a given time and given random bytes. */

export const RANDOM_BYTES = 10

/** Return the UUIDv7 of an instant (milliseconds since 1970) and ten random bytes. */
export function uuidV7(instantMs: number, random: Uint8Array): string {
  if (random.length < RANDOM_BYTES) throw new RangeError(`A UUIDv7 takes ${RANDOM_BYTES} random bytes.`)
  const time = Math.max(0, Math.floor(instantMs)).toString(16).padStart(12, "0").slice(-12)
  const bytes = Array.from(random.subarray(0, RANDOM_BYTES), (byte, at) => {
    if (at === 0) return (byte & 0x0f) | 0x70 // version 7
    if (at === 2) return (byte & 0x3f) | 0x80 // the RFC's variant
    return byte
  })
  const tail = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("")
  return [time.slice(0, 8), time.slice(8), tail.slice(0, 4), tail.slice(4, 8), tail.slice(8)].join("-")
}

export function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/.test(text)
}
