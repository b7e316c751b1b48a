/** The second press of a gloved thumb or a hasty mouse on a button that has gone: it is none for what stands there now. */

const SECOND_PRESS_MS = 400

/** For a moment, touches and double clicks where `button` is now do nothing. Call before it goes. */
export function ignoreSecondPress(button: Element): void {
  const { left, right, top, bottom } = button.getBoundingClientRect()
  const stop = (event: MouseEvent): void => {
    const { clientX: x, clientY: y } = event
    const isTouch = "pointerType" in event && event.pointerType !== "mouse" && event.detail > 0
    const isSecond = isTouch || event.detail > 1 // the browser counts the clicks of a mouse, and none of a key
    if (!isSecond || x < left || x > right || y < top || y > bottom) return
    event.preventDefault()
    event.stopPropagation()
  }
  document.addEventListener("click", stop, { capture: true })
  setTimeout(() => document.removeEventListener("click", stop, { capture: true }), SECOND_PRESS_MS)
}
