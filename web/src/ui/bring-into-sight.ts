/** What appears by itself beyond the edge of the window, or under a bar, is brought into sight: nobody has to look for it. */

/** Room for the bar on top and for the one at the thumb. */
const MARGIN = "calc(var(--bar) + var(--s2)) calc(var(--nav) + env(safe-area-inset-bottom) + var(--s2))"

/** To be attached to an element: `{@attach bringIntoSight}`. What is in sight stays where it is. */
export function bringIntoSight(element: HTMLElement): void {
  element.style.scrollMarginBlock = MARGIN
  element.scrollIntoView({ block: "nearest" })
}

/** The same for what is under way, with its *Cancel*: where a line appears above it meanwhile, it stays in sight. */
export function keepInSight(element: HTMLElement): () => void {
  const watch = new ResizeObserver(() => bringIntoSight(element))
  watch.observe(document.body)
  bringIntoSight(element)
  return () => watch.disconnect()
}
