/** From an empty page to somebody at work: who is here, his database, his sync; and back. */
import { ContinuousBackup } from "../backup/continuous-backup.ts"
import { canChooseFolder } from "../backup/file-access.ts"
import type { BackupWishes } from "../backup/write-backup.ts"
import { wishForAll } from "../backup/whole-backup.ts"
import { openBackupFolderPlace } from "../store/backup-folder.ts"
import { openDevice, type Device, type Person } from "../store/device.ts"
import { openDeviceSettings, type DeviceSettings, type SettingsStore } from "../store/device-settings.ts"
import { openIndexedDbStore } from "../store/indexed-db-store.ts"
import { openBrowserJournal } from "../store/journal.ts"
import { openJournaledStore } from "../store/journaled-store.ts"
import { NotSaved } from "../store/store.ts"
import { browserEnvironment } from "../sync/environment.ts"
import { changeable, type Changeable } from "../sync/readable.ts"
import type { SyncSummary } from "../sync/outcomes.ts"
import type { SyncService } from "../sync/sync-service.ts"
import { startSync } from "../sync/start-sync.ts"
import type { LogInOutcome, SessionState, Tallybook } from "../screens/context.ts"
import { connect, type Connection } from "../wire/connection.ts"
import { makeGate, type Gate } from "../wire/gate.ts"
import { serverOver } from "../wire/server.ts"
import { logIn, logOut, readSession, type LogInReply } from "../wire/session.ts"
import { version } from "../../package.json"
import { labelDevice } from "./device-label.ts"
import { askToKeep } from "../screens/storage/browser-storage.svelte.ts"
import { startProgram, type BrowserProgram } from "./program.ts"

export type AppState =
  | { kind: "starting" }
  /** This browser keeps nothing: there is no database. */
  | { kind: "cannot_start"; failure: Error }
  | { kind: "signed_out" }
  | { kind: "ready"; tallybook: Tallybook }

/** The page is painted and its first rows are read before both copies are compared. */
const COMPARE_AFTER_MS = 1_500

type Agency = NonNullable<DeviceSettings["agency"]>

export class App {
  state = $state.raw<AppState>({ kind: "starting" })
  workOffline = $state(false)
  private isChanging = false
  private readonly settings: SettingsStore
  private readonly gate: Gate
  private readonly connection: Connection
  private readonly program: BrowserProgram

  private constructor(settings: SettingsStore) {
    const { workOffline } = settings.read()
    this.settings = settings
    this.workOffline = workOffline
    this.gate = makeGate(workOffline)
    this.connection = connect({ gate: this.gate })
    this.program = startProgram(this.gate)
    settings.subscribe((changed) => this.follow(changed))
  }

  /** Raises where the browser has no database. */
  static async open(): Promise<App> {
    const app = new App(await openDeviceSettings())
    await app.begin()
    return app
  }

  async logIn(email: string, password: string): Promise<LogInOutcome> {
    const reply = await logIn(this.connection, email.trim(), password)
    if (reply.kind !== "signed_in") return outcomeOf(reply)
    return (await this.enterSession()) ? "signed_in" : "no_network"
  }

  /** Raises NotSaved. */
  async turnOffWorkOffline(): Promise<void> {
    await this.settings.change({ workOffline: false })
  }

  /** Whoever was here last starts at once, with or without a network. */
  private async begin(): Promise<void> {
    const { person, agency } = this.settings.read()
    if (person && agency) return this.enter(person, agency)
    const isKnown = (await this.endLeftSession()) && (await this.enterSession())
    if (!isKnown) this.state = { kind: "signed_out" }
  }

  /** What a sign-out without a network left open; whether nothing of it is left. */
  private async endLeftSession(): Promise<boolean> {
    if (!this.settings.read().mustEndSession) return true
    const ended = await logOut(this.connection)
    if (ended.kind !== "ok") return false
    await this.settings.change({ mustEndSession: false })
    return true
  }

  /** Whether the server knows who is here. Whoever gave his password has ended any session before it. */
  private async enterSession(): Promise<boolean> {
    const reply = await readSession(this.connection)
    if (reply.kind !== "ok") return false
    const { person, agency } = reply.value
    await this.change({ person, agency, mustEndSession: false })
    await this.enter(person, agency)
    return true
  }

  private async enter(person: Person, agency: Agency): Promise<void> {
    if (this.state.kind === "ready") return
    const tallybook = await openTallybook(
      { settings: this.settings, gate: this.gate, connection: this.connection, program: this.program },
      person,
      agency,
      () => this.leave(),
    )
    this.state = { kind: "ready", tallybook }
  }

  /** Raises NotSaved where the browser does not keep it: then nothing has ended. */
  private async leave(): Promise<void> {
    if (this.state.kind !== "ready") return
    const { tallybook } = this.state
    this.isChanging = true
    try {
      await this.settings.change({ person: undefined, agency: undefined, mustEndSession: true })
      tallybook.sync.stop()
      tallybook.continuous?.end()
      // With a closed gate or no network it is told later, before anybody is let in here without a password.
      await this.endLeftSession().catch((failure: unknown) => {
        // The server is told once more: no harm.
        if (!(failure instanceof NotSaved)) throw failure
      })
    } finally {
      this.isChanging = false
    }
    tallybook.store.close()
    this.state = { kind: "signed_out" }
  }

  /** Another tab signed somebody in or out: this one follows. What is half-typed here is kept as a draft. */
  private follow({ workOffline, person }: DeviceSettings): void {
    this.workOffline = workOffline
    if (workOffline) this.gate.close()
    else this.gate.open()
    const here = this.state.kind === "ready" ? this.state.tallybook.person.id : undefined
    if (!this.isChanging && this.state.kind !== "starting" && person?.id !== here) location.reload()
  }

  /** A change of who is here that this tab makes itself. */
  private async change(patch: Partial<DeviceSettings>): Promise<void> {
    this.isChanging = true
    try {
      await this.settings.change(patch)
    } finally {
      this.isChanging = false
    }
  }
}

interface Parts {
  settings: SettingsStore
  gate: Gate
  connection: Connection
  program: BrowserProgram
}

async function openTallybook(
  parts: Parts,
  person: Person,
  agency: Agency,
  leave: () => Promise<void>,
): Promise<Tallybook> {
  const { settings, connection, program } = parts
  const journal = openBrowserJournal(person.id)
  const store = await openJournaledStore(await openIndexedDbStore(person.id), journal, {
    whenIdle: (work) => setTimeout(work, COMPARE_AFTER_MS),
  })
  const device = await openDevice({ store, person, app: version })
  const label = labelDevice(navigator.userAgent)
  const continuous = startContinuousBackup(device, store.secondCopy, () =>
    wishForAll(device.store, { agency, label, stranded: store.secondCopy.get().stranded }),
  )
  const sync = startSyncing(parts, device, label)
  const session = followSession(sync)
  return {
    device,
    store,
    secondCopy: store.secondCopy,
    person,
    agency,
    label,
    continuous,
    sync,
    settings,
    connection,
    session,
    program,
    logInAgain: (password) => logInOver(connection, person, password, { session, sync }),
    signOut: leave,
  }
}

async function logInOver(
  connection: Connection,
  { email }: Person,
  password: string,
  { session, sync }: { session: Changeable<{ state: SessionState }>; sync: SyncService },
): Promise<LogInOutcome> {
  const reply = await logIn(connection, email, password)
  if (reply.kind !== "signed_in") return outcomeOf(reply)
  session.replace({ state: "signed_in" })
  void sync.syncNow()
  return "signed_in"
}

/** Where folders can be chosen; begun when nobody waits for the page any more. */
function startContinuousBackup(
  device: Device,
  secondCopy: Tallybook["secondCopy"],
  wishes: () => Promise<BackupWishes>,
): ContinuousBackup | undefined {
  if (!canChooseFolder()) return undefined
  const { id } = device.person
  const continuous = new ContinuousBackup({
    device,
    secondCopy,
    wishes,
    place: openBackupFolderPlace(id),
    environment: browserEnvironment(),
    channel: new BroadcastChannel(`tallybook-continuous-backup-${id}`),
  })
  setTimeout(() => void continuous.start(), COMPARE_AFTER_MS)
  return continuous
}

function startSyncing(
  { gate, settings, connection, program }: Parts,
  device: Device,
  label: string,
): SyncService {
  return startSync({
    device,
    server: serverOver(connection),
    gate,
    settings,
    environment: browserEnvironment(),
    label,
    programIsStored: (isPatient) => program.isStored(isPatient),
    askToKeep,
  })
}

/** A sync is what finds out whether the server still knows this person. */
function followSession(sync: SyncService): Changeable<{ state: SessionState }> {
  const session = changeable<{ state: SessionState }>({ state: "unknown" })
  let heard: SyncSummary | undefined
  sync.state.subscribe(({ last }) => {
    if (last === heard) return // something else of the state changed
    heard = last
    if (last?.outcome.kind === "not_signed_in") session.replace({ state: "expired" })
    else if (last?.outcome.kind === "done") session.replace({ state: "signed_in" })
  })
  return session
}

function outcomeOf({ kind }: Exclude<LogInReply, { kind: "signed_in" }>): LogInOutcome {
  if (kind === "wrong" || kind === "too_many" || kind === "disabled" || kind === "work_offline") return kind
  return kind === "not_signed_in" ? "wrong" : "no_network"
}
