/** Every address is read as it is spelled, and what nobody spells is unknown. */
import fc from "fast-check"
import { expect, test } from "vitest"
import { contractOf, pathTo, readRoute } from "./routes.ts"

const id = fc.oneof(
  fc.uuid(),
  fc.string({ minLength: 1 }).filter((text) => text !== "." && text !== ".."),
)

test("what is spelled is read back", () => {
  fc.assert(
    fc.property(id, id, fc.constantFrom("notes", "transactions"), (contract, key, tab) => {
      fc.pre(contract !== "import" && key !== "add")
      expect(readRoute(pathTo.day(contract, key, tab))).toEqual({ name: "day", contract, date: key, tab })
      expect(readRoute(pathTo.add(contract, key, tab))).toEqual({ name: "add", contract, date: key, tab })
      expect(readRoute(pathTo.entry(contract, key))).toEqual({ name: "entry", contract, record: key })
      expect(readRoute(pathTo.revise(contract, key))).toEqual({ name: "revise", contract, record: key })
      expect(readRoute(pathTo.item(contract, key))).toEqual({ name: "item", contract, item: key })
      expect(readRoute(pathTo.items(contract))).toEqual({ name: "items", contract })
      expect(readRoute(pathTo.search(contract))).toEqual({ name: "search", contract })
      expect(readRoute(pathTo.attention(key))).toEqual({ name: "attention", operation: key })
    }),
  )
})

test.each([
  ["/", { name: "contracts" }],
  ["/contracts", { name: "contracts" }],
  ["/contracts/import", { name: "import" }],
  ["/checkout", { name: "checkout" }],
  ["/attention", { name: "attention" }],
  ["/storage", { name: "storage" }],
  ["/password", { name: "password" }],
  ["/unclaimed", { name: "unclaimed" }],
  ["/restores", { name: "restores" }],
  ["/backup", { name: "backup" }],
  ["/restore-backup", { name: "restore-backup" }],
  ["/merge-backup", { name: "merge-backup" }],
  ["/contracts/c", { name: "day", contract: "c", tab: "transactions" }],
  ["/contracts/c/inspection", { name: "day", contract: "c", tab: "transactions" }],
  [
    "/contracts/c/inspection/2026-11-19",
    { name: "day", contract: "c", date: "2026-11-19", tab: "transactions" },
  ],
])("%s", (path, route) => {
  expect(readRoute(path)).toEqual(route)
})

test.each([
  "/nowhere",
  "/checkout/more",
  "/unclaimed/more",
  "/restores/more",
  "/contracts/import/more",
  "/contracts/c/inspection/2026-11-19/weather",
  "/contracts/c/inspection/2026-11-19/notes/remove",
  "/contracts/c/entries",
  "/contracts/c/entries/r/void",
  "/contracts/c/items/i/more",
  "/contracts/c/search/words",
])("%s is no address", (path) => {
  expect(readRoute(path)).toEqual({ name: "unknown" })
})

test("an address that is spelled wrong is read, not failed on", () => {
  expect(readRoute("/contracts/%E0%A4%A/items")).toEqual({ name: "items", contract: "%E0%A4%A" })
})

test("an address knows its contract", () => {
  expect(contractOf(readRoute(pathTo.items("c")))).toBe("c")
  expect(contractOf(readRoute(pathTo.checkout()))).toBeUndefined()
})
