/** Reading what a restored server lacks of other people: kept here for the office. */
import type { Image } from "../../core/operation.ts"
import type { Store } from "../store.ts"
import type { TableName } from "../tables.ts"
import { byNumber } from "./contracts.ts"

export const KEPT_ASIDE_TABLES: readonly TableName[] = ["kept_aside", "contracts"]

/** Of one contract, whether it is still on this device or not. */
export interface KeptAside {
  contract: string
  number: string
  images: Image[]
}

/** By the contract's number; contracts of which nothing was lost are not among them. */
export function readKeptAside(store: Store): Promise<KeptAside[]> {
  return store.read(KEPT_ASIDE_TABLES, async (read) => {
    const imagesByContract = new Map<string, Image[]>()
    for (const { contract, image } of await read.list("kept_aside", { prefix: [] })) {
      const images = imagesByContract.get(contract)
      if (images) images.push(image)
      else imagesByContract.set(contract, [image])
    }
    const kept = await Promise.all(
      [...imagesByContract].map(async ([contract, images]) => {
        const row = await read.get("contracts", contract)
        return { contract, number: row?.number ?? "", images }
      }),
    )
    return kept.sort((one, other) => byNumber.compare(one.number, other.number))
  })
}
