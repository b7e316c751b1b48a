"""A thumb that presses twice, and an eye that does not scroll: for pages whose buttons go and whose outcome comes."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.support.inspector import Inspector

# The second click of a double click lands on whatever button stands there by then: on *Cancel* at the worst.
PRESS_TWICE = """async (button) => {
    const { left, top } = button.getBoundingClientRect()
    const second = { bubbles: true, cancelable: true, detail: 2, clientX: left + 5, clientY: top + 5 }
    const find = () => [...document.querySelectorAll("main button")].findLast((one) => one.innerText === "Cancel")
    const before = find()
    button.click()
    for (let tries = 0; tries < 200; tries++) {
        await new Promise((resolve) => setTimeout(resolve))
        const cancel = find()
        if (cancel && cancel !== before) return cancel.dispatchEvent(new MouseEvent("click", second)) ? "heard" : "none"
    }
    return "nothing to cancel"
}"""
# By what is drawn there: bars lie over the page.
IS_IN_SIGHT = """(element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect()
    return [[left + 12, top + 2], [right - 12, bottom - 2]].every(([x, y]) => {
        const there = document.elementFromPoint(x, y)
        return there !== null && (element.contains(there) || there.contains(element))
    })
}"""


def press_twice(who: Inspector, name: str) -> None:
    """A double click on a button that gives way to *Cancel*: the second one is none."""
    assert who.button(name).evaluate(PRESS_TWICE) == "none"


def is_in_sight(what: Locator) -> bool:
    """Whether all of it is seen where the page stands now, under no bar."""
    seen: bool = what.evaluate(IS_IN_SIGHT)
    return seen
