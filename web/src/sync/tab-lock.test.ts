/** Tabs that wait for each other, and one that is frozen. */
import { expect, test } from "vitest"
import { withTabLock, type TabParts } from "./tab-lock.ts"

/** Locks as browsers have them, for one name; Node has none. */
class Locks {
  private holder: { lose: (failure: DOMException) => void } | undefined

  readonly request = async (
    name: string,
    options: LockOptions,
    work: (lock: Lock | null) => unknown,
  ): Promise<unknown> => {
    if (this.holder && !options.steal) return work(null)
    this.holder?.lose(new DOMException("stolen", "AbortError"))
    const lost = new Promise<never>((_resolve, reject) => {
      this.holder = { lose: reject }
    })
    const mine = this.holder
    try {
      return await Promise.race([work({ name, mode: "exclusive" }), lost])
    } finally {
      if (this.holder === mine) this.holder = undefined
    }
  }
}

const pause = (durationMs: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, durationMs / 50))

function tab(locks: Locks, isFrozen = false): TabParts {
  return {
    locks: locks as unknown as TabParts["locks"],
    openChannel: (name) => {
      const channel = new BroadcastChannel(name)
      // What a frozen tab hears, it hears when it wakes.
      return isFrozen ? ({ postMessage: () => undefined, close: () => channel.close() } as never) : channel
    },
    pause,
  }
}

function openable(): { opened: Promise<void>; open: () => void } {
  let open = (): void => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

test("another tab is at it: the hasty one goes without, the patient one waits", async () => {
  const locks = new Locks()
  const gate = openable()
  const order: string[] = []
  const first = withTabLock(
    "a",
    false,
    (isLost) => gate.opened.then(() => order.push(isLost?.() ? "lost" : "first")),
    tab(locks),
  )

  expect(await withTabLock("a", false, async () => order.push("hasty"), tab(locks))).toBeUndefined()
  const patient = withTabLock("a", true, async () => order.push("patient"), tab(locks))
  await pause(1_000)
  gate.open()
  await Promise.all([first, patient])

  expect(order).toEqual(["first", "patient"])
})

test("a frozen tab loses the lock, is told so when it wakes, and ends in peace", async () => {
  const locks = new Locks()
  const gate = openable()
  const woken = (isLost = (): boolean => false): Promise<string> =>
    gate.opened.then(() => (isLost() ? "woken, and passed over" : "woken"))
  const frozen = withTabLock("b", false, woken, tab(locks, true))

  expect(await withTabLock("b", false, async () => "taken over", tab(locks))).toBe("taken over")
  gate.open()

  expect(await frozen).toBe("woken, and passed over")
})

test("what the work raises is raised", async () => {
  const fail = (): Promise<never> => Promise.reject(new RangeError("broken"))

  await expect(withTabLock("c", false, fail, tab(new Locks()))).rejects.toThrow("broken")
})
