/** The second tap of a gloved thumb on a button that has gone: it is none for what stands there now. */

const SECOND_PRESS_MS = 400

/** For a moment, touches where `button` is now do nothing. Call before it goes. */
export function ignoreSecondPress(button: Element): void {
  const { left, right, top, bottom } = button.getBoundingClientRect()
  const stop = (event: MouseEvent): void => {
    const { clientX: x, clientY: y } = event
    const isTouch = "pointerType" in event && event.pointerType !== "mouse" && event.detail > 0
    if (!isTouch || x < left || x > right || y < top || y > bottom) return
    event.preventDefault()
    event.stopPropagation()
  }
  document.addEventListener("click", stop, { capture: true })
  setTimeout(() => document.removeEventListener("click", stop, { capture: true }), SECOND_PRESS_MS)
}
