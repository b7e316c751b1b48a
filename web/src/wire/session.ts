/** Signing in and out, another password, and who is signed in, as the server says. */
import type { DeviceSettings } from "../store/device-settings.ts"
import type { Person } from "../store/device.ts"
import type { Connection } from "./connection.ts"
import type { Failure, Reply } from "./replies.ts"

export interface SignedIn {
  person: Person
  agency: NonNullable<DeviceSettings["agency"]>
}

/** `disabled`: the password is right, and the account is switched off. */
export type LogInReply =
  { kind: "signed_in" } | { kind: "wrong" } | { kind: "too_many" } | { kind: "disabled" } | Failure

/** `problems`: the server's own sentences, of what is wrong with which field. */
export type ChangePasswordReply =
  | { kind: "changed" }
  | { kind: "refused"; problems: { field: "current" | "next"; sentence: string }[] }
  | Failure

const SIGN_IN = "/_allauth/browser/v1"

/** Who is signed in; sets the CSRF cookie as well. */
export function readSession(connection: Connection): Promise<Reply<SignedIn>> {
  return connection.request({
    method: "GET",
    path: "/api/v1/session",
    read: async (response) => ({ kind: "ok", value: (await response.json()) as SignedIn }),
  })
}

export async function logIn(connection: Connection, email: string, password: string): Promise<LogInReply> {
  await readSession(connection)
  const tried = await tryLogIn(connection, email, password)
  if (tried.kind !== "failed" || tried.status !== 409) return tried
  // Somebody is signed in already: another person, or this one in another tab.
  await logOut(connection)
  return tryLogIn(connection, email, password)
}

async function tryLogIn(connection: Connection, email: string, password: string): Promise<LogInReply> {
  const reply = await connection.request<Exclude<LogInReply, Failure>["kind"]>({
    method: "POST",
    path: `${SIGN_IN}/auth/login`,
    json: { email, password },
    read: async () => ({ kind: "ok", value: "signed_in" }),
    readRefusal: async (response) => {
      const codes = (await readErrors(response)).map((error) => error.code)
      if (response.status === 429 || codes.includes("too_many_login_attempts"))
        return { kind: "ok", value: "too_many" }
      if (response.status === 401 && codes.length === 0) return { kind: "ok", value: "disabled" }
      return response.status === 400 || response.status === 401 ? { kind: "ok", value: "wrong" } : undefined
    },
  })
  return reply.kind === "ok" ? { kind: reply.value } : reply
}

/** The server answers 401 when it is done: nobody is signed in any more. */
export async function logOut(connection: Connection): Promise<Reply<null>> {
  return connection.request<null>({
    method: "DELETE",
    path: `${SIGN_IN}/auth/session`,
    read: async () => ({ kind: "ok", value: null }),
    readRefusal: async (response) => (response.status === 401 ? { kind: "ok", value: null } : undefined),
  })
}

export async function changePassword(
  connection: Connection,
  current: string,
  next: string,
): Promise<ChangePasswordReply> {
  const reply = await connection.request<ChangePasswordReply>({
    method: "POST",
    path: `${SIGN_IN}/account/password/change`,
    json: { current_password: current, new_password: next },
    read: async () => ({ kind: "ok", value: { kind: "changed" } }),
    readRefusal: async (response) => {
      if (response.status !== 400) return undefined
      const problems = (await readErrors(response)).map(({ param, message }) => ({
        field: param === "current_password" ? ("current" as const) : ("next" as const),
        sentence: message,
      }))
      return { kind: "ok", value: { kind: "refused", problems } }
    },
  })
  return reply.kind === "ok" ? reply.value : reply
}

interface SignInError {
  code: string
  message: string
  param?: string
}

async function readErrors(response: Response): Promise<SignInError[]> {
  try {
    const body = (await response.json()) as { errors?: SignInError[] } | null
    return Array.isArray(body?.errors) ? body.errors : []
  } catch (notJson) {
    if (!(notJson instanceof SyntaxError)) throw notJson
    return []
  }
}
