/** Letters that act while nobody types: J and K step, E edits, R takes the last reason. */

const TYPING =
  "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable], [role=dialog], dialog"

/**
 * The letter of a key that is free to act; undefined where it belongs to somebody else: to a field, to
 * the browser (with Ctrl and the like), to another part of the page, or where it is only held down.
 */
export function freeLetter(event: KeyboardEvent, within: Element | null | undefined): string | undefined {
  if (event.defaultPrevented || event.repeat || event.isComposing) return undefined
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return undefined
  const target = event.target
  if (!(target instanceof Element) || !within?.contains(target) || target.closest(TYPING)) return undefined
  return event.key.length === 1 ? event.key.toLowerCase() : undefined
}

/** The way that a key steps: J on, K back. */
export function stepOf(letter: string | undefined): 1 | -1 | undefined {
  return letter === "j" ? 1 : letter === "k" ? -1 : undefined
}
