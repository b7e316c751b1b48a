"""In WebKit, which has no place for a second copy: out, offline, killed, restarted with the server down, back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NUMBER, Agency
from tests.support.webkit import WebKitInspector, screen

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"
CASTING = "2506.602"


@pytest.fixture
def ann(agency: Agency, tmp_path: Path) -> Iterator[WebKitInspector]:
    """Ann in WebKit; nobody is signed in yet."""
    with screen() as display:
        made = WebKitInspector(tmp_path / "webkit", agency.url, "ann@example.org", display=display)
        yield made
        if made.process.poll() is None:
            made.kill()


def test_the_journey(agency: Agency, ann: WebKitInspector) -> None:
    ann.log_in()
    ann.check_out(NUMBER)
    contract = ann.open_contract(NUMBER)
    agency.server.stop()
    ann.close()
    ann.open()  # the program and the contract come from the device alone
    ann.open_day(contract, DAY, "Transactions")
    for quantity, place in (("1", "18+22"), ("2", "19+04")):
        ann.add_transaction(CASTING, quantity, place)
    ann.add_note("Fog until ten, then clear.")
    ann.kill()  # nothing that stands on the day is missing
    ann.open()
    ann.open_day(contract, DAY, "Notes")
    ann.sees("Fog until ten, then clear.", "Saved on this device")
    ann.add_note("Typed twice.")
    ann.open_entry("Typed twice.")
    ann.press("Void")
    ann.fill({"Reason": "Typed twice."})
    ann.press("Void this entry")
    ann.wait('return Boolean(named("Bring back"))')

    agency.server.start()
    assert "Sent 5" in ann.sync()
    ann.work_offline(on=True)  # before the other one writes: she has not seen it
    second_inspector(agency, ann, contract)
    agency.server.run("verify-ledger", NUMBER)
    ledger = agency.server.run("export-ledger", NUMBER)
    assert ledger.count('"Fog until ten, then clear."') == 1


def second_inspector(agency: Agency, ann: WebKitInspector, contract: str) -> None:
    """Somebody in Chromium revises the same entries: one merges, one is held and decided."""
    bo = agency.person("bo")
    bo.log_in()
    bo.check_out(NUMBER)
    bo.open_contract(NUMBER)
    bo.open_day(contract, DAY, "Transactions")
    merged, disputed = bo.entries_with("18+22", "19+04")
    bo.revise(merged, "Corrected place.", Location="18+22, north side")
    bo.revise(disputed, "Counted again.", Quantity="5")
    bo.sync()
    for path, quantity in ((merged, "3"), (disputed, "4")):
        ann.go(path)
        ann.press("Revise")
        ann.fill({"Quantity": quantity})
        ann.press("Save")
        ann.sees("Saved on this device")
    ann.work_offline(on=False)
    said = ann.sync()
    assert "Merged 1" in said
    assert "Needs attention 1" in said
    ann.go("/attention")
    ann.fill({"Reason": "Counted with the foreman."})
    ann.press("Keep mine")
    ann.sync()
    bo.sync()

    bo.go(disputed)
    expect(bo.page.locator("main")).to_contain_text("4")
    bo.go(merged)
    expect(bo.page.locator("main")).to_contain_text("18+22, north side")
    ann.go(merged)
    ann.sees("18+22, north side", "At the office")
    bo.close()


def test_without_a_place_for_a_second_copy_it_says_so_and_keeps_the_entry(agency: Agency, ann: WebKitInspector) -> None:
    ann.log_in()
    ann.check_out(NUMBER)
    contract = ann.open_contract(NUMBER)
    ann.work_offline(on=True)
    ann.open_day(contract, DAY, "Notes")
    ann.add_note("Kept once.")

    ann.go("/storage")
    ann.sees("1 entry not sent yet", "This browser has no place for a second copy")
    ann.kill()
    ann.open()
    ann.open_day(contract, DAY, "Notes")
    ann.sees("Kept once.", "Saved on this device")
    ann.work_offline(on=False)
    ann.sync()
    assert agency.server.run("export-ledger", NUMBER).count('"Kept once."') == 1
