/** Whether what a file says has the shape of what it claims to be: no line is believed before. */
import { canonicalJson } from "../core/canonical-json.ts"
import type { FieldValue, HeldOperation, Image, Operation } from "../core/operation.ts"
import { UUID, type Manifest } from "./backup-format.ts"

const WHOLE_UUID = new RegExp(`^${UUID}$`)
const WHOLE_SHA256 = /^[0-9a-f]{64}$/
const VERBS = new Set<unknown>(["create", "revise", "decide"])
/** A number of an operation beyond this is no count of anything that was typed. */
const NUMBER_MAX = 2 ** 31 - 1

type Named = Record<string, unknown>

const isNamed = (value: unknown): value is Named =>
  typeof value === "object" && value !== null && !Array.isArray(value)
const isText = (value: unknown): value is string => typeof value === "string"
const isId = (value: unknown): value is string => isText(value) && WHOLE_UUID.test(value)
const isCount = (value: unknown, most = Number.MAX_SAFE_INTEGER): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most
const areTexts = (value: Named, names: readonly string[]): boolean =>
  names.every((name) => isText(value[name]))

/** A line out of its text; undefined where it is no JSON, or one that nothing can spell again. */
export function readLine(text: string): { value: unknown; isCanonical: boolean } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return { value, isCanonical: canonicalJson(value as FieldValue) === text }
  } catch (failure) {
    // Not JSON; or nested so deep that it cannot be spelled.
    if (failure instanceof SyntaxError || failure instanceof RangeError) return undefined
    throw failure
  }
}

export function isOperationOf(contract: string, value: unknown): value is Operation {
  if (!isNamed(value) || value["contract"] !== contract) return false
  const { id, device, number, record, verb, set, schema } = value
  if (!isId(id) || !isId(device) || !isId(record) || !isId(value["author"])) return false
  if (!isCount(number, NUMBER_MAX) || number === 0 || !isCount(schema) || !VERBS.has(verb)) return false
  return isNamed(set) && areTexts(value, ["type", "made_at", "app"])
}

export function isImage(value: unknown): value is Image {
  if (!isNamed(value) || !isId(value["record"]) || !isNamed(value["fields"])) return false
  if (!isCount(value["seq"]) || !isCount(value["revision"])) return false
  const byField = value["by_field"]
  if (!isNamed(byField) || !Object.values(byField).every(isText)) return false
  return areTexts(value, ["type", "by", "author", "made_at", "received_at"])
}

/** A held line of the feed: `{"seq","held","reason","detail"}`. */
export function readHeldOf(contract: string, value: unknown): HeldOperation | undefined {
  if (!isNamed(value) || !isCount(value["seq"]) || !isText(value["reason"])) return undefined
  const { seq, held, reason, detail } = value
  if (!isOperationOf(contract, held) || (detail !== undefined && !isNamed(detail))) return undefined
  return {
    seq,
    operation: held,
    reason,
    ...(detail && { detail: detail as HeldOperation["detail"] & object }),
  }
}

/** What a manifest of any version says. */
export function readVersion(value: unknown): { format: string; version: number } | undefined {
  if (!isNamed(value) || !isText(value["format"]) || !isCount(value["format_version"])) return undefined
  return { format: value["format"], version: value["format_version"] }
}

export function isManifest(value: unknown): value is Manifest {
  if (!isNamed(value) || !areTexts(value, ["program", "made_at"]) || !isCount(value["schema"])) return false
  const { agency, device, person, contracts, members } = value
  if (!isNamed(agency) || !isId(agency["id"]) || !isText(agency["name"])) return false
  if (!isNamed(device) || !isId(device["id"]) || !isText(device["label"])) return false
  if (!isNamed(person) || !isId(person["id"]) || !areTexts(person, ["email", "name", "initials"]))
    return false
  return (
    Array.isArray(contracts) &&
    contracts.every(isContract) &&
    Array.isArray(members) &&
    members.every(isMember)
  )
}

const COUNTS = [
  "cursor",
  "whole",
  "known",
  "records",
  "revisions",
  "operations",
  "unanswered",
  "held",
  "photos",
]
const OPTIONAL_TEXTS = ["prime_contractor", "first_made_at", "last_made_at"]

function isContract(value: unknown): boolean {
  if (!isNamed(value) || !isId(value["id"])) return false
  if (!areTexts(value, ["number", "name", "status", "right", "chain"])) return false
  const areOptional = OPTIONAL_TEXTS.every((name) => value[name] === undefined || isText(value[name]))
  return areOptional && COUNTS.every((name) => isCount(value[name]))
}

function isMember(value: unknown): boolean {
  if (!isNamed(value) || !isText(value["name"]) || !isCount(value["size"])) return false
  return isText(value["sha256"]) && WHOLE_SHA256.test(value["sha256"])
}
