/** Signing in and out, and who is signed in, as the server says. */
export interface SignedIn {
  person: { id: string; email: string; name: string; initials: string; role: string }
  agency: { id: string; name: string }
}

export type SignInOutcome = "signed_in" | "wrong" | "too_many" | "no_network"

const SESSION = "/api/v1/session"
const SIGN_IN = "/_allauth/browser/v1/auth"

/** Who is signed in; undefined: nobody. Sets the CSRF cookie. Throws without a network. */
export async function readSession(): Promise<SignedIn | undefined> {
  const response = await fetch(SESSION)
  return response.ok ? ((await response.json()) as SignedIn) : undefined
}

export async function logIn(email: string, password: string): Promise<SignInOutcome> {
  try {
    await readSession()
    const response = await send("POST", "login", { email, password })
    if (response.ok) return "signed_in"
    return response.status === 429 || (await response.text()).includes("too_many") ? "too_many" : "wrong"
  } catch {
    return "no_network"
  }
}

export async function logOut(): Promise<void> {
  await send("DELETE", "session")
}

async function send(method: string, address: string, body?: object): Promise<Response> {
  const token = /(?:^|; )csrftoken=([^;]*)/.exec(document.cookie)?.[1] ?? ""
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token }
  return fetch(`${SIGN_IN}/${address}`, { method, headers, body: body ? JSON.stringify(body) : null })
}
