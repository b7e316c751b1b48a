"""Needs Attention with a hundred held entries: stepped through and decided by keyboard alone, and nothing is lost."""

from __future__ import annotations

import re
import statistics
import time

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import NUMBER, Agency
from tests.support.browser import DESK, PHONE, find_violations, take_pictures
from tests.support.held_conflicts import ALL_PAGES, MINE, THEIRS, FieldDevice, hold_conflicts
from tests.support.inspector import Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

HUNDRED = 100
ITEM = "2506.602"
EDITED = "7"
WANTED = (THEIRS, MINE, EDITED)  # in turn, by the place in the list
DECIDED = ("Kept Ann's", "Kept yours", "Saved what you typed")
AT_TITLE = """([place, said]) => document.activeElement?.tagName === 'H1'
    && document.querySelector('nav[aria-label^=Step]')?.textContent.includes(place)
    && document.querySelector('p.unseen[role=status]').textContent.includes(said)"""


def held_of_bo(agency: Agency, count: int) -> tuple[Inspector, FieldDevice]:
    """Bo with the contract checked out, and so many of his quantities held against Ann's."""
    device = hold_conflicts(agency.server, count, item=ITEM, theirs="ann@example.org", mine="bo@example.org")
    bo = agency.person("bo")
    bo.log_in()
    bo.check_out(NUMBER)
    bo.work_offline(on=True)
    return bo, device


def wait_for_step(page: Page, at: int, all_: int, left: int, said: str = "") -> None:
    """The case is there, says its place and what was decided before, and its title has the focus."""
    page.wait_for_function(AT_TITLE, arg=[f"{at + 1} of {all_} · {left} left", said])


def decide_by_keyboard(page: Page, at: int, *, is_first: bool) -> None:
    """Choose, say why, save: theirs, mine or something else in turn."""
    keys = page.keyboard
    keys.press("ArrowDown")
    if at % 3 == 2:
        keys.press("e")
        keys.press("Control+A")
        keys.type(EDITED)
        keys.press("Tab")
        keys.type("Measured together.")
    else:
        keys.press("1" if at % 3 == 0 else "2")
        if is_first:
            keys.press("ArrowDown")
            keys.type("Counted again.")
        else:
            keys.press("r")
    keys.press("Enter")


def tell(what: str, seconds: list[float]) -> None:
    """How long a step took, in the log."""
    middle, longest = statistics.median(seconds) * 1000, max(seconds) * 1000
    print(f"{what}: {len(seconds)} times, {middle:.0f} ms in the middle, {longest:.0f} ms at the most")


def step_to_the_last(page: Page) -> None:
    """J until there is no further one."""
    stepped = []
    for at in range(1, HUNDRED):
        began = time.monotonic()
        page.keyboard.press("j")
        wait_for_step(page, at, HUNDRED, HUNDRED)
        stepped.append(time.monotonic() - began)
    tell("A step by J", stepped)


def decide_all(page: Page) -> None:
    """From the last one, each leads to the next by itself."""
    order = [HUNDRED - 1, *range(HUNDRED - 1)]  # after the last one it begins at the top
    decided = []
    for done, at in enumerate(order):
        decide_by_keyboard(page, at, is_first=done == 0)
        began = time.monotonic()
        said = f"{DECIDED[at % 3]}: Adjust manhole casting"
        if done + 1 < HUNDRED:
            wait_for_step(page, order[done + 1], HUNDRED, HUNDRED - done - 1, said)
            expect(page.locator(".keys")).to_contain_text("R same reason as before")
        else:
            expect(page.locator("p.unseen[role=status]")).to_contain_text(said)
        decided.append(time.monotonic() - began)
    tell("From Enter to the next one", decided)


def test_a_hundred_are_decided_by_keyboard_alone(agency: Agency) -> None:
    bo, device = held_of_bo(agency, HUNDRED)
    page = bo.page
    bo.go("/attention")
    rows = page.locator("a[data-case]")
    expect(rows).to_have_count(HUNDRED)
    listed = [device.held[str(row.get_attribute("data-case"))]["held"]["record"] for row in rows.all()]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    wait_for_step(page, 0, HUNDRED, HUNDRED)
    # There is no reason yet to take again: only keys that do something are told of.
    expect(page.locator(".keys")).to_contain_text("J next, K previous, E type something else")
    expect(page.locator(".keys")).not_to_contain_text("same reason")
    step_to_the_last(page)
    decide_all(page)
    expect(page.locator("main")).to_contain_text("Nothing needs attention.")
    bo.sees_waiting(HUNDRED)

    bo.work_offline(on=False)
    bo.sync()

    expect(page.locator("a[data-case]")).to_have_count(0)
    device.pull(pages=ALL_PAGES)
    assert device.held == {}
    kept = {record: device.images[record]["fields"]["quantity"] for record in listed}
    assert kept == {record: WANTED[at % 3] for at, record in enumerate(listed)}
    bo.close()


def test_filters_are_kept_in_the_address(agency: Agency) -> None:
    bo, _ = held_of_bo(agency, 3)
    page, main = bo.page, bo.page.locator("main")
    bo.go("/attention")
    bo.fill(What_happened="Two people changed the same", Typed_by="Bo Keller")
    expect(page).to_have_url(re.compile(r"\?reason=conflict&person=[0-9a-f-]{36}$"))
    page.reload()
    expect(bo.field("What happened")).to_have_value("conflict")
    take_pictures(page, "attention list of three")
    assert find_violations(page) == []

    page.locator("a[data-case]").nth(1).click()
    wait_for_step(page, 1, 3, 3)
    bo.button("Next").click()
    wait_for_step(page, 2, 3, 3)
    expect(bo.button("Next")).to_be_disabled()
    expect(page).to_have_url(re.compile(r"/attention/[^/]+\?reason=conflict&person="))
    bo.field("Reason").press_sequentially("jk")  # nobody steps while he types
    expect(main).to_contain_text("3 of 3 · 3 left")
    bo.fill(Reason="Ann is right.")
    bo.button("Keep Ann's").click()
    wait_for_step(page, 0, 3, 2)
    for viewport in (PHONE, DESK):
        page.set_viewport_size(viewport)
        assert page.evaluate("() => document.documentElement.scrollWidth") <= viewport["width"]
        assert find_violations(page) == []
    take_pictures(page, "attention case after a decision")
    page.go_back()
    expect(page.locator("a[data-case]")).to_have_count(3)
    bo.close()


def test_a_decision_is_changed_again(agency: Agency) -> None:
    bo, _ = held_of_bo(agency, 3)
    page, main = bo.page, bo.page.locator("main")
    bo.go("/attention")
    page.locator("a[data-case]").nth(2).click()
    bo.fill(Reason="Ann is right.")
    bo.button("Keep Ann's").click()
    wait_for_step(page, 0, 3, 2)

    bo.link("Change this again").click()
    expect(main).to_contain_text("What there was to choose from")
    expect(main.get_by_role("group", name="Quantity")).to_contain_text(THEIRS)
    take_pictures(page, "changing a decision again")
    main.get_by_role("textbox", name="Quantity").fill("5")
    bo.fill(Reason="Counted together.")
    bo.button("Save").click()
    expect(page).to_have_url(re.compile(r"/entries/[^/]+$"))
    bo.go("/attention?person=nobody")
    expect(main).to_contain_text("Nothing here fits what you chose to see.")
    bo.link("Show everything (2 more)").click()
    expect(page.locator("a[data-case]")).to_have_count(3)
    bo.work_offline(on=False)
    bo.sync()
    expect(page.locator("a[data-case]")).to_have_count(2)
    bo.close()


def test_what_came_without_a_right_is_taken_off_the_list_and_shown_again(agency: Agency) -> None:
    ann = agency.person("ann", viewport=PHONE)
    ann.log_in()
    ann.check_out(NUMBER)
    ann.open_contract(NUMBER)
    ann.work_offline(on=True)
    ann.add_note("Paving began at dawn.")
    agency.server.run("revoke", "ann@example.org", NUMBER)
    ann.work_offline(on=False)
    ann.page.get_by_role("button", name=re.compile("^Sync")).click()
    ann.go("/attention")
    main = ann.page.locator("main")
    expect(main).to_contain_text("The right on this contract was missing")

    ann.button("Take it off my list").click()

    expect(main).to_contain_text("Nothing needs attention.")
    expect(ann.page.locator("p.unseen[role=status]")).to_contain_text("Off your list: ")
    main.get_by_text("Dismissed (1)").click()
    assert find_violations(ann.page) == []
    assert ann.page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    take_pictures(ann.page, "dismissed")
    ann.button("Show it again").click()
    expect(ann.button("Take it off my list")).to_be_visible()
    ann.close()
