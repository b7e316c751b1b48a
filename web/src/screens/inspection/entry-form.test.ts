/** A form's life: drafts that nothing loses, problems at the right moment, one entry however often it is pressed. */
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest"
import { recordNote } from "../../actions/record-entry.ts"
import { openDevice, type Device, type Person } from "../../store/device.ts"
import { readDraft } from "../../store/drafts.ts"
import { openMemoryStore } from "../../store/memory-store.ts"
import { NotSaved } from "../../store/store.ts"
import { DraftKeeper, draftKeys, findDraft, KEEP_MS } from "./draft-keeper.ts"
import { EntryForm, type EntryFormParts } from "./entry-form.svelte.ts"
import { beginValues, fieldsOf, type FormValues } from "./form-values.ts"

const ANN: Person = {
  id: "01890000-0000-7000-8000-00000000000a",
  email: "ann@tallybook.example",
  name: "Ann Lindqvist",
  initials: "AL",
  role: "inspector",
}
const KEY = draftKeys.add("note", "c")
const FIRST = beginValues({ note_type: "General", work_date: "2026-11-19" })

let device: Device
let failures: unknown[]

beforeEach(async () => {
  device = await openDevice({
    store: openMemoryStore(),
    person: ANN,
    app: "test",
    now: () => new Date("2026-11-19T14:40:00Z"),
  })
  failures = []
})
afterEach(() => {
  vi.useRealTimers()
  device.store.close()
})

const keeperOf = (): DraftKeeper =>
  new DraftKeeper(device, KEY, { failed: (failure) => failures.push(failure) })

async function openForm(more: Partial<EntryFormParts> = {}): Promise<EntryForm> {
  return new EntryForm({
    type: "note",
    first: FIRST,
    draft: await findDraft(device, KEY),
    keeper: keeperOf(),
    today: "2026-11-23",
    itemOf: () => undefined,
    write: (values, draft) => recordNote(device, "c", fieldsOf("note", values), { draft }),
    ...more,
  })
}

function type(form: EntryForm, values: Partial<FormValues>): void {
  Object.assign(form.values, values)
  form.typed()
}

const draftText = async (): Promise<unknown> => (await readDraft(device.store, KEY))?.fields["text"]
const countOperations = (): Promise<number> =>
  device.store.read(["operations"], (read) => read.count("operations", { prefix: [] }))

describe("drafts", () => {
  test("what is typed is kept a moment later, with its time", async () => {
    vi.useFakeTimers()
    const form = await openForm()
    type(form, { text: "Ra" })
    type(form, { text: "Rain" })
    await vi.advanceTimersByTimeAsync(KEEP_MS)

    expect(KEEP_MS).toBeLessThanOrEqual(300)
    expect(await draftText()).toBe("Rain")
    expect(new Date((await readDraft(device.store, KEY))?.typedAt ?? "")).toEqual(
      new Date("2026-11-19T14:40:00Z"),
    )
  })

  test("someone who types without a pause is kept as well", async () => {
    vi.useFakeTimers()
    const form = await openForm()
    for (let at = 0; at < 10; at += 1) {
      type(form, { text: "x".repeat(at + 1) })
      await vi.advanceTimersByTimeAsync(50)
    }

    expect(await draftText()).toBeDefined()
  })

  test("the page goes: at once", async () => {
    const form = await openForm()
    type(form, { text: "Rain" })
    await form.flush()

    expect(await draftText()).toBe("Rain")
  })

  test("opened again, it stands there as it was typed, wrong or not", async () => {
    const form = await openForm()
    type(form, { text: "Rain", work_date: "2026-02-30" })
    await form.flush()

    const again = await openForm()

    expect(again.values).toEqual({ ...FIRST, text: "Rain", work_date: "2026-02-30" })
    expect(again.restoredAt).toBeTruthy()
    expect((await openForm({ draft: undefined })).restoredAt).toBeUndefined()
  })

  test("typed and taken back again leaves none", async () => {
    const form = await openForm()
    type(form, { text: "Rain" })
    await form.flush()
    type(form, { text: "" })
    await form.flush()

    expect(await draftText()).toBeUndefined()
  })

  test("a cleared form can be brought back", async () => {
    const form = await openForm()
    type(form, { text: "Rain" })
    await form.flush()
    form.clear()

    expect(form.values).toEqual(FIRST)
    await vi.waitFor(async () => expect(await draftText()).toBeUndefined())

    form.undoClear()
    await form.flush()
    expect(form.values["text"]).toBe("Rain")
    expect(await draftText()).toBe("Rain")
  })

  test("typing on after it was cleared ends the offer", async () => {
    const form = await openForm()
    type(form, { text: "Rain" })
    form.clear()
    type(form, { text: "Sun" })
    form.undoClear()

    expect(form.values["text"]).toBe("Sun")
  })

  test("one that cannot be kept is told", async () => {
    const form = await openForm()
    type(form, { text: "Rain" })
    device.store.close()
    await form.flush()

    expect(failures).toHaveLength(1)
    expect(failures[0]).toBe(new NotSaved("closed").message)
    expect(form.values["text"]).toBe("Rain")
  })
})

describe("saving", () => {
  test("one entry, and its draft is gone, late keys or not", async () => {
    vi.useFakeTimers()
    const form = await openForm()
    type(form, { text: "Rain" })

    const end = await form.save()
    await vi.advanceTimersByTimeAsync(KEEP_MS * 2)

    expect(end.kind).toBe("saved")
    expect(await countOperations()).toBe(1)
    expect(await draftText()).toBeUndefined()
  })

  test("a key while it is being saved brings no draft back", async () => {
    vi.useFakeTimers()
    let goOn = (): void => undefined
    const form = await openForm({
      write: async (values, draft) => {
        await new Promise<void>((resolve) => (goOn = resolve))
        return recordNote(device, "c", fieldsOf("note", values), { draft })
      },
    })
    type(form, { text: "Rain" })
    const saving = form.save()
    type(form, { text: "Rain." })
    await vi.advanceTimersByTimeAsync(KEEP_MS / 2)
    goOn()
    await saving
    await vi.advanceTimersByTimeAsync(KEEP_MS * 2)
    await form.flush()

    expect(await draftText()).toBeUndefined()
  })

  test("pressed twice, or ten times: one entry", async () => {
    const form = await openForm()
    type(form, { text: "Rain" })

    const ends = await Promise.all(Array.from({ length: 10 }, () => form.save()))
    const late = await form.save()

    expect(ends.map(({ kind }) => kind).filter((kind) => kind === "saved")).toHaveLength(1)
    expect(late.kind).toBe("ignored")
    expect(await countOperations()).toBe(1)
  })

  test("what was not saved stays in the form and in its draft, and can be saved again", async () => {
    let isFull = true
    const form = await openForm({
      write: async (values, draft) => {
        if (isFull) throw new NotSaved("full")
        return recordNote(device, "c", fieldsOf("note", values), { draft })
      },
    })
    type(form, { text: "Rain" })

    expect((await form.save()).kind).toBe("not_saved")
    expect(form.failure).toContain("no room")
    await form.flush()
    expect(await draftText()).toBe("Rain")

    isFull = false
    expect((await form.save()).kind).toBe("saved")
    expect(form.failure).toBeUndefined()
    expect(await countOperations()).toBe(1)
    expect(await draftText()).toBeUndefined()
  })

  test("a failure that nobody knows leaves the form as it was, too", async () => {
    const form = await openForm({ write: () => Promise.reject(new TypeError("a bug")) })
    type(form, { text: "Rain" })

    await expect(form.save()).rejects.toThrow("a bug")
    await form.flush()
    expect(form.isSaving).toBe(false)
    expect(await draftText()).toBe("Rain")
  })

  test("and another: the form goes on, and keeps drafts again", async () => {
    const form = await openForm()
    type(form, { text: "Rain", work_date: "11/18" })
    await form.save(true)

    expect(form.values).toEqual({ ...FIRST, work_date: "2026-11-18" })
    expect(form.problems).toEqual({})
    type(form, { text: "Sun" })
    await form.flush()
    expect(await draftText()).toBe("Sun")
    await form.save(true)
    expect(await countOperations()).toBe(2)
  })

  test("nothing had changed", async () => {
    const form = await openForm({ write: () => Promise.resolve(undefined) })
    type(form, { text: "Rain" })

    expect((await form.save()).kind).toBe("unchanged")
  })
})

describe("problems", () => {
  test("an empty form is not scolded before somebody saves", async () => {
    const form = await openForm()
    form.left("text")

    expect(form.problems).toEqual({})
    expect((await form.save()).kind).toBe("wrong")
    expect(form.problems).toEqual({ text: { code: "needed" } })
    expect(await countOperations()).toBe(0)
  })

  test("what is wrong is said when its field is left, and goes when it is right", async () => {
    const form = await openForm()
    type(form, { work_date: "2026-02-30" })
    expect(form.problems).toEqual({})
    form.left("work_date")
    expect(form.problems).toEqual({ work_date: { code: "no_such_date" } })
    expect(form.values["work_date"]).toBe("2026-02-30")

    type(form, { work_date: "11/19" })
    expect(form.problems).toEqual({})
    form.left("work_date")
    expect(form.values["work_date"]).toBe("2026-11-19")
  })
})
