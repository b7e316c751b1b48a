"""Several tabs of one person: one syncs, a frozen or a dead one is passed over, and nothing is sent twice."""

from __future__ import annotations

import contextlib
import gzip
import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Error, Page, Request, expect

from tests.e2e.conftest import NUMBER, Agency
from tests.support.browser import frozen
from tests.support.witness import Witness, witness_before

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"
WITHIN_S = 20
PUSH = "/operations"
GZIP = b"\x1f\x8b"


class Tabs:
    """Two tabs of Ann on a day's notes, and who of them pushed which notes."""

    def __init__(self, agency: Agency, witness: Witness) -> None:
        """Everything is sent, nothing typed."""
        self.agency, self.witness = agency, witness
        self.pushes: list[tuple[Page, list[str]]] = []
        self.ann = agency.person("ann", url=witness.url)
        self.first = self.ann.page
        self.ann.log_in()
        self.ann.check_out(NUMBER)
        self.ann.open_contract(NUMBER)
        self.ann.open_day(self.ann.contract_id(), DAY, "Notes")
        self.second = self.ann.context.new_page()
        self.second.on("pageerror", lambda error: self.ann.errors.append(str(error)))
        self.second.goto(self.first.url)
        self.second.get_by_role("tab", name="Notes", exact=True).wait_for()
        for page in (self.first, self.second):
            page.on("request", self.hear)

    def hear(self, request: Request) -> None:
        """Remember which tab it was, and what it sent."""
        if is_push(f"{request.method} {request.url}"):
            body = request.post_data_buffer or b""
            operations = json.loads(gzip.decompress(body) if body.startswith(GZIP) else body)["operations"]
            self.pushes.append((request.frame.page, [one["set"]["text"] for one in operations]))

    def other_than(self, page: Page) -> Page:
        """The other one."""
        return self.second if page is self.first else self.first

    def sent(self) -> Counter[str]:
        """How often each note is in the ledger."""
        lines = map(json.loads, self.agency.server.run("export-ledger", NUMBER).splitlines())
        operations = [one["operation"] for one in lines if one.get("operation", {}).get("type") == "note"]
        return Counter(one["set"]["text"] for one in operations)


@pytest.fixture
def tabs(agency: Agency) -> Iterator[Tabs]:
    """Both open, and closed at the end without a fault in either."""
    with witness_before(agency.server.port) as witness:
        made = Tabs(agency, witness)
        yield made
        made.ann.close()


def is_push(asked: str) -> bool:
    """Whether operations were sent, or a sign of life."""
    return asked.startswith("POST ") and asked.endswith(PUSH)


def add_note(page: Page, text: str) -> None:
    """Type a note in this tab, and save it."""
    add = page.get_by_role("link", name="Add Note", exact=True).or_(
        page.get_by_role("button", name="Add Note", exact=True)
    )
    add.locator("visible=true").first.click()
    page.get_by_label("Note", exact=True).fill(text)
    page.get_by_role("button", name="Save", exact=True).click()
    sees(page, text)


def sees(page: Page, text: str) -> None:
    """The note is in the list of the day."""
    expect(page.locator("main a[href*='/entries/']").filter(has_text=text)).to_be_visible()


def sees_nothing_waiting(page: Page) -> None:
    """The arrows tell that all of it is at the office."""
    arrows = page.get_by_role("button", name=re.compile("^Sync"))
    expect(arrows).to_have_accessible_name("Sync, nothing waiting", timeout=WITHIN_S * 1_000)


def wait_for(page: Page, is_so: Callable[[], object], what: str) -> None:
    """Until it is so, while the page's events are heard."""
    deadline = time.monotonic() + WITHIN_S
    while not is_so():
        assert time.monotonic() < deadline, what
        page.wait_for_timeout(50)


def test_two_tabs_write_one_syncs_and_everything_arrives_once(tabs: Tabs) -> None:
    tabs.witness.forget()

    add_note(tabs.first, "From the first tab.")
    add_note(tabs.second, "From the second tab.")

    for page, text in ((tabs.first, "From the second tab."), (tabs.second, "From the first tab.")):
        sees(page, text)
        sees_nothing_waiting(page)
    tabs.first.wait_for_timeout(3_000)  # longer than either waits after a save
    assert sorted(text for _, texts in tabs.pushes for text in texts) == ["From the first tab.", "From the second tab."]
    assert len([one for one in tabs.witness.asked if is_push(one)]) == len(tabs.pushes)
    assert tabs.sent() == {"From the first tab.": 1, "From the second tab.": 1}


def begin_a_push(tabs: Tabs, text: str) -> Page:
    """A note that is on its way and gets no further; return the tab that sends it."""
    tabs.pushes.clear()
    tabs.witness.hold(PUSH)
    add_note(tabs.first, text)
    wait_for(tabs.first, lambda: tabs.witness.held and tabs.pushes, "no tab sends")
    return tabs.pushes[-1][0]


def test_a_tab_that_froze_in_the_middle_of_a_sync_is_passed_over(tabs: Tabs) -> None:
    leader = begin_a_push(tabs, "Typed before one tab froze.")
    other = tabs.other_than(leader)
    with frozen(leader):
        tabs.witness.let_go()  # it arrives at the office, and nobody hears the answer
        add_note(other, "Typed while it was frozen.")
        sees_nothing_waiting(other)
        assert tabs.sent() == {"Typed before one tab froze.": 1, "Typed while it was frozen.": 1}
    sees(leader, "Typed while it was frozen.")
    sees_nothing_waiting(leader)
    add_note(leader, "Typed when it woke.")
    for page in (leader, other):
        sees(page, "Typed when it woke.")
        sees_nothing_waiting(page)
    assert set(tabs.sent().values()) == {1}
    assert len(tabs.sent()) == 3


def test_a_tab_that_crashed_in_the_middle_of_a_sync_is_replaced(tabs: Tabs) -> None:
    leader = begin_a_push(tabs, "Typed before one tab crashed.")
    other = tabs.other_than(leader)
    with contextlib.suppress(Error):  # there is no page to go to any more
        leader.goto("chrome://crash")
    tabs.witness.let_go()
    add_note(other, "Typed after the crash.")
    sees_nothing_waiting(other)
    assert tabs.sent() == {"Typed before one tab crashed.": 1, "Typed after the crash.": 1}
