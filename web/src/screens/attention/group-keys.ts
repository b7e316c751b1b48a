/** The keys of a decision: up and down step between groups, 1 chooses theirs, 2 mine; Enter is the form's own. */

const GROUP = "[data-group]"

/** Letters of a key never act but where the focus is in a group, so that nobody chooses while he types. */
export function steerGroups(event: KeyboardEvent, form: HTMLElement): void {
  if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey) return
  const groups = [...form.querySelectorAll<HTMLElement>(GROUP)]
  const target = event.target instanceof Element ? event.target : undefined
  const at = groups.findIndex((one) => target && one.contains(target))
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const to = stepFrom(groups, at, event.key === "ArrowDown" ? 1 : -1, target, form)
    if (!to) return
    event.preventDefault()
    to.focus()
  }
  const group = groups[at]
  if (group && (event.key === "1" || event.key === "2")) {
    event.preventDefault()
    const radio = radiosOf(group)[event.key === "1" ? 0 : 1]
    radio?.focus()
    radio?.click()
  }
}

function stepFrom(
  groups: readonly HTMLElement[],
  at: number,
  step: number,
  target: Element | undefined,
  form: HTMLElement,
): HTMLElement | undefined {
  const reason = form.querySelector<HTMLElement>("input[aria-required]")
  if (at >= 0) return entryOf(groups[at + step]) ?? (step > 0 ? (reason ?? undefined) : undefined)
  if (target === reason) return step < 0 ? entryOf(groups.at(-1)) : undefined
  // From the page's title, or from nowhere; what has arrow keys of its own keeps them.
  const isElsewhere = target?.closest("input, textarea, select, button, a, [role]:not([role=group])") ?? null
  return step > 0 && isElsewhere === null ? entryOf(groups[0]) : undefined
}

function entryOf(group: HTMLElement | undefined): HTMLElement | undefined {
  if (!group) return undefined
  const radios = radiosOf(group)
  return radios.find((one) => one.checked) ?? radios[0]
}

const radiosOf = (group: HTMLElement): HTMLInputElement[] => [
  ...group.querySelectorAll<HTMLInputElement>("input[type=radio]"),
]
