// @vitest-environment node
/** Ids that are made on the device: UUIDv7, in the order of their instants. */
import fc from "fast-check"
import { expect, test } from "vitest"
import { isUuid, RANDOM_BYTES, uuidV7 } from "./uuid.ts"

const instants = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const bytes = fc.uint8Array({ minLength: RANDOM_BYTES, maxLength: RANDOM_BYTES + 4 })

test("the example of RFC 9562", () => {
  const random = Uint8Array.from([0xcc, 0x3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])

  expect(uuidV7(0x017f22e279b0, random)).toBe("017f22e2-79b0-7c03-98c4-dc0c0c07398f")
})

test("any is a UUID of version 7 that says its instant", () => {
  fc.assert(
    fc.property(instants, bytes, (instant, random) => {
      const made = uuidV7(instant, random)

      expect(isUuid(made)).toBe(true)
      expect(made).toMatch(/^.{14}7.{4}[89ab]/)
      expect(parseInt(made.replaceAll("-", "").slice(0, 12), 16)).toBe(instant)
    }),
  )
})

test("a later one sorts later, whatever chance added", () => {
  fc.assert(
    fc.property(instants, instants, bytes, bytes, (one, other, random, more) => {
      fc.pre(one !== other)
      expect(uuidV7(one, random) < uuidV7(other, more)).toBe(one < other)
    }),
  )
})

test("every byte of chance counts", () => {
  const made = new Set(
    Array.from({ length: RANDOM_BYTES }, (_, at) => {
      const random = new Uint8Array(RANDOM_BYTES)
      random[at] = 1
      return uuidV7(1, random)
    }),
  )

  expect(made.size).toBe(RANDOM_BYTES)
})

test("a clock before 1970 or in fractions makes an id all the same; too little chance does not", () => {
  expect(uuidV7(-1, new Uint8Array(RANDOM_BYTES))).toMatch(/^00000000-0000-7/)
  expect(uuidV7(1.9, new Uint8Array(RANDOM_BYTES))).toMatch(/^00000000-0001-7/)
  expect(() => uuidV7(1, new Uint8Array(RANDOM_BYTES - 1))).toThrow(RangeError)
})

test.each([
  "",
  "017F22E2-79B0-7CC3-98C4-DC0C0C07398F",
  "017f22e279b07cc398c4dc0c0c07398f",
  "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
  "\n",
])("%j is no id in its one spelling", (text) => {
  expect(isUuid(text)).toBe(false)
})
