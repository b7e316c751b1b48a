"""A private window, which a browser does not own up to: what is typed is saved and sent, and the danger is told."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from scripts.setup import find_chromium
from tests.e2e.conftest import NUMBER, Agency
from tests.support.browser import ACTION_TIMEOUT_MS, FLAGS, LAUNCH_TIMEOUT_MS, find_violations, grant_persistence
from tests.support.device_copies import in_database, in_journal
from tests.support.inspector import Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"


class PrivateInspector(Inspector):
    """Somebody in a private window: nothing is there any more when it is opened again."""

    def open(self) -> None:
        """Start a browser, and a window in it that keeps nothing."""
        chromium = find_chromium()
        assert chromium is not None, "There is no Chromium here. Run: python3 scripts/setup.py --tests"
        self.browser = self.playwright.chromium.launch(
            executable_path=chromium, args=FLAGS, headless=True, timeout=LAUNCH_TIMEOUT_MS
        )
        self.context = self.browser.new_context(viewport=self.viewport, locale="en-US")
        self.context.set_default_timeout(ACTION_TIMEOUT_MS)
        self.page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        grant_persistence(self.page, self.url)  # in vain, as in the field

    def close(self) -> None:
        """Close the window and the browser."""
        super().close()
        self.browser.close()


@pytest.fixture
def ann(agency: Agency) -> Iterator[PrivateInspector]:
    """Ann, signed in in a private window."""
    made = PrivateInspector(agency.playwright, agency.folder / "private", agency.url, "ann@example.org")
    made.log_in()
    yield made
    made.close()


def test_a_private_window_is_warned_of_and_what_is_typed_in_it_reaches_the_office(
    agency: Agency, ann: PrivateInspector
) -> None:
    main = ann.page.locator("main")
    ann.menu("Contract Offline Checkout")
    expect(main).to_contain_text("a private window forgets them as soon as it is closed")
    row = ann.row(NUMBER)
    row.get_by_role("button", name="Check Out", exact=True).click()
    expect(row).to_contain_text("All of it is on this device. The browser does not promise to keep it.")
    ann.open_contract(NUMBER)
    ann.open_day(ann.contract_id(), DAY, "Notes")
    ann.add_note("Typed in a private window.")
    assert len(in_database(ann.page)) == 1
    assert "Typed in a private window." in in_journal(ann.page)
    ann.sync()
    assert "Typed in a private window." in agency.server.run("export-ledger", NUMBER)

    ann.go("/storage")
    ann.button("Ask the browser to keep it").click()
    expect(main).to_contain_text("The browser did not promise it. In a private window it never does")
    expect(main).not_to_contain_text("It stays until you remove it.")
    assert find_violations(ann.page) == []


def test_a_private_window_that_is_opened_again_starts_from_the_beginning(ann: PrivateInspector) -> None:
    ann.check_out(NUMBER)

    ann.reopen()

    ann.log_in()
    ann.menu("Contract Offline Checkout")
    expect(ann.row(NUMBER).get_by_role("button", name="Check Out", exact=True)).to_be_visible()
