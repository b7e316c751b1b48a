/** The program of the simulation: plays seeds, several at a time, and says what it saw. */
import { parseArgs } from "node:util"
import { playStory } from "./play.ts"
import { Stage, type StageParts } from "./stage.ts"
import { LawBroken } from "./witness.ts"

const STEPS = 22
const STEPS_OF_ROUGH = 34
/** Of so many seeds two have a server of their own that is killed and restored, one of them on PostgreSQL. */
const ROUGH_EVERY = 20
const ROUGH = [0, 4]
/** Of so many seeds the last is played on PostgreSQL, with two server processes. */
const POSTGRES_EVERY = 5
const AT_ONCE = 4
const STORY_TIMEOUT_MS = 240_000
const TOLD_LAST = 12
/** Then a new installation: a list of contracts that grows for ever would slow every story down. */
const STORIES_OF_A_STAGE = 300

const { values } = parseArgs({
  options: {
    root: { type: "string" },
    python: { type: "string" },
    folder: { type: "string" },
    postgres: { type: "string" },
    from: { type: "string", default: "1" },
    count: { type: "string" },
    seconds: { type: "string" },
    seeds: { type: "string", default: "" },
    steps: { type: "string" },
    rough: { type: "boolean", default: false },
  },
})

const counts = new Map<string, number>()
const tell = (what: string, times = 1): void => {
  if (times > 0) counts.set(what, (counts.get(what) ?? 0) + times)
}

const isRough = (seed: number): boolean => values.rough || ROUGH.includes(seed % ROUGH_EVERY)
const isPlayedHere = (seed: number): boolean =>
  (seed % POSTGRES_EVERY === POSTGRES_EVERY - 1) === (values.postgres !== undefined)
let stages = 0
let [played, highest] = [0, 0]
let failure: { seed: number; cause: unknown } | undefined

function stageParts(): StageParts {
  const { root, python, folder, postgres } = values
  if (root === undefined || python === undefined || folder === undefined)
    throw new Error("--root, --python and --folder are needed")
  stages += 1
  const databaseUrl = postgres?.replace("/postgres?", `/simulation_${process.pid}_${stages}?`)
  return { root, python, folder, ...(databaseUrl !== undefined && { databaseUrl }) }
}

/** The seeds to come, one by one: first those that were named, then a range. */
function* seedsToCome(deadlineMs: number, wanted: (seed: number) => boolean): Generator<number> {
  const named = values.seeds.split(",").filter(Boolean).map(Number)
  for (const seed of named.filter(wanted)) yield seed
  const [from, count] = [
    Number(values.from),
    Number(values.count ?? (values.seconds === undefined ? 0 : Infinity)),
  ]
  for (let seed = from; seed < from + count && Date.now() < deadlineMs; seed += 1)
    if (wanted(seed) && !named.includes(seed)) yield seed
}

/** Told to stop, or a law is broken: what is being played is left as it is, and the servers are stopped. */
let stop: () => void = () => undefined
const stopped = new Promise<void>((resolve) => {
  stop = resolve
})
let isStopped = false
void stopped.then(() => {
  isStopped = true
})

function fail(seed: number, cause: unknown): void {
  failure ??= { seed, cause }
  stop()
}

/** Play stories side by side on one server after the other. */
async function playAll(seeds: Generator<number>, atOnce: number, rough: boolean): Promise<void> {
  for (let next = seeds.next(); !next.done && !isStopped;) {
    const stage = new Stage(stageParts())
    try {
      await stage.setUp()
      let left = STORIES_OF_A_STAGE
      const lane = async (): Promise<void> => {
        while (!next.done && !isStopped && left > 0) {
          const seed = next.value
          left -= 1
          next = seeds.next()
          await play(stage, seed, rough)
        }
      }
      await Promise.race([stopped, Promise.all(Array.from({ length: atOnce }, lane))])
    } finally {
      await stage.tearDown()
    }
  }
}

async function play(stage: Stage, seed: number, rough: boolean): Promise<void> {
  const told: string[] = []
  const tellOfStory = (what: string, times?: number): void => {
    told.push(what)
    tell(what, times)
  }
  const clock = setTimeout(() => {
    fail(seed, new Error(`The story does not end after: ${told.slice(-TOLD_LAST).join(", ")}`))
  }, STORY_TIMEOUT_MS)
  try {
    const steps = Number(values.steps ?? (rough ? STEPS_OF_ROUGH : STEPS))
    await playStory({ stage, seed, steps, isRough: rough, tell: tellOfStory })
    played += 1
    highest = Math.max(highest, seed)
  } catch (cause) {
    if (!isStopped) fail(seed, cause)
  } finally {
    clearTimeout(clock)
  }
}

function tellAll(seconds: number): void {
  const { seed, cause } = failure ?? {}
  const why = cause instanceof Error && cause.cause instanceof Error ? ` (${cause.cause.message})` : ""
  const told = cause instanceof Error ? `${cause.stack}${why}` : String(cause)
  const report = {
    to: highest,
    played,
    seconds,
    counts: Object.fromEntries([...counts].sort(([one], [other]) => (one < other ? -1 : 1))),
    // Without a law: it stopped, which shows that something is wrong, but not what a mutant was made to show.
    ...(failure && { failure: { seed, cause: told, law: cause instanceof LawBroken ? cause.law : null } }),
  }
  process.stdout.write(`${JSON.stringify(report)}\n`)
}

for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, stop)
process.on("unhandledRejection", (cause) => {
  // A law that is broken in the middle of a request is told by the story; anything else is a fault of the engine.
  if (!(cause instanceof LawBroken) && !isStopped) fail(0, cause)
})

const startedMs = Date.now()
const deadlineMs = values.seconds === undefined ? Infinity : startedMs + Number(values.seconds) * 1_000
const wanted = (rough: boolean) => (seed: number) => isPlayedHere(seed) && isRough(seed) === rough
await Promise.all([
  ...(values.rough ? [] : [playAll(seedsToCome(deadlineMs, wanted(false)), AT_ONCE, false)]),
  playAll(seedsToCome(deadlineMs, wanted(true)), 1, true),
])
tellAll((Date.now() - startedMs) / 1_000)
process.exit(failure ? 1 : 0)
