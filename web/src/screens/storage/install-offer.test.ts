/** The browser's offer to install: kept until it is wanted, good for one question. */
import { expect, test } from "vitest"
import { InstallOffer } from "./install-offer.svelte.ts"

function offerTo(target: EventTarget): { event: Event; asked: () => number } {
  let asked = 0
  const event = Object.assign(new Event("beforeinstallprompt", { cancelable: true }), {
    prompt: async () => {
      asked += 1
      return { outcome: "accepted" as const }
    },
  })
  target.dispatchEvent(event)
  return { event, asked: () => asked }
}

test("the offer waits, and is not made over somebody's form", async () => {
  const target = new EventTarget()
  const offer = new InstallOffer(target)
  expect(offer.isOffered).toBe(false)

  const { event, asked } = offerTo(target)

  expect(offer.isOffered).toBe(true)
  expect(event.defaultPrevented).toBe(true)
  await offer.install()
  await offer.install()
  expect(asked()).toBe(1)
  expect(offer.isOffered).toBe(false)
})

test("installed by the browser's own menu, there is nothing to offer", () => {
  const target = new EventTarget()
  const offer = new InstallOffer(target)
  offerTo(target)

  target.dispatchEvent(new Event("appinstalled"))

  expect(offer.isOffered).toBe(false)
})
