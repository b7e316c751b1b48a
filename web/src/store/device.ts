/** Who types, where: what every action needs beside what was typed. */
import { RANDOM_BYTES, uuidV7 } from "../core/uuid.ts"
import type { Store } from "./store.ts"

export interface Person {
  id: string
  email: string
  name: string
  initials: string
  role: "admin" | "office" | "inspector" | "viewer"
}

/** One person's database in one browser profile. */
export interface Device {
  id: string
  store: Store
  person: Person
  /** Version of the client, kept with each operation. */
  app: string
  now(): Date
  newId(): string
}

export interface DeviceParts {
  store: Store
  person: Person
  app: string
  now?: () => Date
  random?: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array
}

export const DEVICE_ID = "device_id"

/**
 * Return the device of a person's database; its id is made when it is asked for first. Two people on
 * one browser are two devices, so that neither takes the other's checkout, and each counts from 1.
 */
export async function openDevice(parts: DeviceParts): Promise<Device> {
  const now = parts.now ?? (() => new Date())
  const random = parts.random ?? ((bytes) => crypto.getRandomValues(bytes))
  const newId = (): string => uuidV7(now().getTime(), random(new Uint8Array(RANDOM_BYTES)))
  const proposed = newId()
  const id = await parts.store.write(["settings"], async (write) => {
    const known = await write.get("settings", DEVICE_ID)
    if (typeof known?.value === "string") return known.value
    write.put("settings", { key: DEVICE_ID, value: proposed })
    return proposed
  })
  return { id, store: parts.store, person: parts.person, app: parts.app, now, newId }
}
