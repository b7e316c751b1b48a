/** One round at a time across tabs; a tab that holds the lock and is frozen, or kept aside by its browser, is passed over. */

/** A tab that is alive answers at once, hidden or not. */
const ANSWER_MS = 3_000
const AGAIN_MS = 250

/** What is done under the lock; it may ask whether another tab has taken it since. */
export type TabWork<T> = (isLost?: () => boolean) => Promise<T>

/** The parts of a browser that tabs meet by. */
export interface TabParts {
  locks: Pick<LockManager, "request">
  openChannel: (name: string) => BroadcastChannel
  pause: (durationMs: number) => Promise<void>
}

const BROWSER: TabParts = {
  get locks() {
    return navigator.locks
  },
  openChannel: (name) => new BroadcastChannel(name),
  pause: (durationMs) => new Promise((resolve) => setTimeout(resolve, durationMs)),
}

/**
 * Run `work` while no other tab runs what has this name. Undefined where `isPatient` is false and another
 * tab is at it. One that does not answer loses the lock, and is told so should it wake. Until it listens,
 * both go on: the protocol bears that, because everything that is sent or read twice is known.
 */
export async function withTabLock<T>(
  name: string,
  isPatient: boolean,
  work: TabWork<T>,
  parts: TabParts = BROWSER,
): Promise<T | undefined> {
  for (;;) {
    const done = await hold(name, { ifAvailable: true }, work, parts)
    if (done) return done.result
    if (!(await isHolderAlive(name, parts))) return (await hold(name, { steal: true }, work, parts))?.result
    if (!isPatient) return undefined
    await parts.pause(AGAIN_MS)
  }
}

/** Undefined where the lock was not to be had. */
async function hold<T>(
  name: string,
  options: LockOptions,
  work: TabWork<T>,
  parts: TabParts,
): Promise<{ result: T } | undefined> {
  let running: Promise<T> | undefined
  let isLost = false
  const channel = parts.openChannel(channelOf(name))
  try {
    await parts.locks.request(name, options, (lock) => {
      if (!lock) return undefined
      channel.onmessage = ({ data }) => data === "alive?" && channel.postMessage("alive")
      running = work(() => isLost)
      return running
    })
  } catch (failure) {
    // Taken by another tab while this one was frozen; its work ends as it sees fit.
    if (!running || !(failure instanceof DOMException && failure.name === "AbortError")) throw failure
    isLost = true
  } finally {
    channel.close()
  }
  return running && { result: await running }
}

async function isHolderAlive(name: string, parts: TabParts): Promise<boolean> {
  const channel = parts.openChannel(channelOf(name))
  const answered = new Promise<boolean>((resolve) => {
    channel.onmessage = ({ data }) => data === "alive" && resolve(true)
  })
  channel.postMessage("alive?")
  try {
    return await Promise.race([answered, parts.pause(ANSWER_MS).then(() => false)])
  } finally {
    channel.close()
  }
}

const channelOf = (name: string): string => `${name}-alive`
