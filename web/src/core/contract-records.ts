/** What the office writes, as screens read it: items, projects, people. */
import type { FieldValue, Image } from "./operation.ts"
import { VOIDED } from "./record-types.ts"

export type Right = "inspection" | "office" | "view"

export interface ContractItem {
  record: string
  project: string
  line: string
  itemNumber: string
  description: string
  unit: string
  quantity: string
  unitPrice: string
  /** Decimals that a quantity of it takes. */
  accuracy: number
  category?: string
  voided: boolean
}

export interface Project {
  record: string
  number: string
  title: string
  primary: boolean
  voided: boolean
}

export interface ContractPerson {
  record: string
  name: string
  initials: string
  right: string
  voided: boolean
}

const text = (value: FieldValue | undefined): string => (typeof value === "string" ? value : "")

export function readContractItem({ record, fields }: Image): ContractItem {
  const accuracy = fields["accuracy"]
  return {
    record,
    project: text(fields["project"]),
    line: text(fields["line"]),
    itemNumber: text(fields["item_number"]),
    description: text(fields["description"]),
    unit: text(fields["unit"]),
    quantity: text(fields["quantity"]) || "0",
    unitPrice: text(fields["unit_price"]) || "0",
    accuracy: typeof accuracy === "number" ? accuracy : 0,
    ...(fields["category"] ? { category: text(fields["category"]) } : {}),
    voided: fields[VOIDED] === true,
  }
}

export function readProject({ record, fields }: Image): Project {
  return {
    record,
    number: text(fields["number"]),
    title: text(fields["title"]),
    primary: fields["primary"] === true,
    voided: fields[VOIDED] === true,
  }
}

export function readContractPerson({ record, fields }: Image): ContractPerson {
  return {
    record,
    name: text(fields["name"]),
    initials: text(fields["initials"]),
    right: text(fields["right"]),
    voided: fields[VOIDED] === true,
  }
}

/** Lines of a contract in the order people expect: `2` before `10`. */
export function compareLines(one: ContractItem, other: ContractItem): number {
  return byLine.compare(one.line, other.line) || (one.record < other.record ? -1 : 1)
}

const byLine = new Intl.Collator("en", { numeric: true })
