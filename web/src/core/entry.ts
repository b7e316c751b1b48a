/** An entry as a person sees it on this device. */
import type { Fields, Image, Operation } from "./operation.ts"

/** Saved on this device; At the office; Needs attention. */
export type Whereabouts = "device" | "office" | "attention"

export interface Entry {
  contract: string
  record: string
  type: string
  fields: Fields
  revision: number
  /** Who made the revision that is shown, and when by that device's clock. */
  author: string
  madeAt: string
  voided: boolean
  where: Whereabouts
  /** By field the operation that wrote what is shown; a field that was cleared is named as well. */
  writers: Record<string, string>
  /** Operations about it that are not in `fields`: held ones of anybody, and own ones that no longer fit. */
  beside: Operation[]
  /** As it stands at the office, as far as this device was told; absent while it is only here. */
  image?: Image
  /** There is no such record: it stands on the screen by operations alone that are held or do not fit. */
  isImagined?: true
}
