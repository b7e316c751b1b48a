/** The office can tell a person's devices apart. */
import { expect, test } from "vitest"
import { labelDevice } from "./device-label.ts"

test.each([
  [
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36",
    "Chrome on Windows",
  ],
  [
    "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0",
    "Edge on Windows",
  ],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari/604.1", "Safari on iPhone"],
  ["Mozilla/5.0 (Linux; Android 16; Pixel) Chrome/140.0 Mobile Safari/537.36", "Chrome on an Android phone"],
  ["Mozilla/5.0 (Android 16; Tablet; rv:150.0) Gecko/150.0 Firefox/150.0", "Firefox on an Android tablet"],
  ["curl/8.0", "A browser on a computer"],
])("%s", (userAgent, label) => {
  expect(labelDevice(userAgent)).toBe(label)
})
