"""What a device keeps when it is full, shared, or left: nothing typed is lost, and nobody sees another's."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Download, Page, expect

from tests.e2e.conftest import NUMBER, Agency
from tests.e2e.looked_at import look_at
from tests.support.browser import PHONE, find_violations, limit_quota
from tests.support.device_copies import forget_who_was_here, in_database, in_journal
from tests.support.held_conflicts import MINE, hold_conflicts
from tests.support.inspector import Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"
FULL_BYTES = 1_000


@pytest.fixture
def ann(agency: Agency) -> Inspector:
    """Ann with the contract checked out, working offline on a day's notes."""
    made = agency.person("ann")
    made.log_in()
    made.check_out(NUMBER)
    made.open_contract(NUMBER)
    made.work_offline(on=True)
    made.open_day(made.contract_id(), DAY, "Notes")
    return made


def download(page: Page, button: str) -> str:
    """Press a button that offers a file; return what is in it."""
    with page.expect_download() as started:
        page.get_by_role("button", name=button, exact=True).click()
    file: Download = started.value
    return file.path().read_text(encoding="utf-8")


def test_a_full_device_keeps_the_form_and_offers_the_entry_as_a_file(ann: Inspector) -> None:
    contract = ann.contract_id()
    ann.reopen()
    full = limit_quota(ann.page, ann.url, FULL_BYTES)  # before anything is asked of it: Chromium remembers for a while
    ann.open_day(contract, DAY, "Notes")
    ann.button_or_link("Add Note").click()
    ann.fill(Note="Typed on a full device. " * 200, Station="18+22")
    ann.button("Save").click()

    expect(ann.page.get_by_text("This is not saved: there is no room left on this device.")).to_be_visible()
    expect(ann.field("Note")).to_have_value(re.compile("^Typed on a full device"))
    entry = json.loads(download(ann.page, "Download this entry"))
    assert entry["fields"]["text"].startswith("Typed on a full device.")
    assert (entry["type"], entry["date"], entry["fields"]["station"]) == ("note", DAY, "18+22")
    assert entry["contract"] == contract
    assert find_violations(ann.page) == []

    full.detach()
    ann.button("Save").click()
    ann.tab("Notes").wait_for()
    expect(ann.page.get_by_text("Typed on a full device.").first).to_be_visible()
    assert len([one for one in in_database(ann.page) if "Typed on a full device." in one]) == 1
    ann.close()


def test_a_full_device_offers_a_voiding_as_a_file(ann: Inspector) -> None:
    ann.add_note("Written twice.")
    ann.page.get_by_text("Written twice.").first.click()
    ann.button("Void").wait_for()
    address = ann.page.url.removeprefix(ann.url)
    ann.reopen()
    full = limit_quota(ann.page, ann.url, FULL_BYTES)
    ann.go(address)
    ann.button("Void").click()
    dialog = ann.page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("The same as the one before. " * 60)
    dialog.get_by_role("button", name="Void").click()

    expect(dialog).to_contain_text("This is not saved: there is no room left on this device.")
    expect(dialog).not_to_contain_text("NotSaved")
    act = json.loads(download(ann.page, "Download what you typed"))
    assert act["act"] == "void"
    assert address == f"/contracts/{act['contract']}/entries/{act['record']}"
    assert act["reason"].startswith("The same as the one before.")
    look_at(ann, "a voiding that is not saved")
    full.detach()
    ann.close()


def test_a_full_device_offers_a_decision_as_a_file(agency: Agency) -> None:
    hold_conflicts(agency.server, 1, item="2506.602", theirs="ann@example.org", mine="bo@example.org")
    bo = agency.person("bo")
    bo.log_in()
    bo.check_out(NUMBER)
    bo.work_offline(on=True)
    bo.reopen()
    full = limit_quota(bo.page, bo.url, FULL_BYTES)
    bo.go("/attention")  # the only case opens by itself
    bo.page.get_by_label("Reason").fill("Counted again. " * 100)
    bo.button("Keep mine").click()

    expect(bo.page.locator("main")).to_contain_text("This is not saved: there is no room left on this device.")
    act = json.loads(download(bo.page, "Download this decision"))
    assert (act["act"], act["choice"], act["typed_by"]) == ("decide", "apply", "bo@example.org")
    assert act["fields"]["quantity"] == MINE
    assert act["reason"].startswith("Counted again.")
    look_at(bo, "a decision that is not saved")
    full.detach()
    bo.close()


def test_another_person_on_the_same_browser_neither_sees_nor_harms_what_is_unsent(
    agency: Agency, ann: Inspector
) -> None:
    ann.add_note("Ann's alone.")
    forget_who_was_here(ann.page)
    bo = ann  # the same browser
    bo.email = "bo@example.org"
    bo.log_in()
    bo.check_out(NUMBER)
    bo.open_contract(NUMBER)
    bo.open_day(bo.contract_id(), DAY, "Notes")
    expect(bo.page.get_by_text("No notes on this day yet")).to_be_visible()
    bo.add_note("Bo's own.")
    bo.sync()
    bo.button("User menu").click()
    bo.button("Sign out").click()
    assert "Ann's alone." not in agency.server.run("export-ledger", NUMBER)

    ann.email = "ann@example.org"
    ann.log_in()
    ann.sync()  # or it has gone by itself a moment before

    notes = [json.loads(line) for line in agency.server.run("export-ledger", NUMBER).splitlines() if '"note"' in line]
    typed = {one["operation"]["set"]["text"]: one["operation"] for one in notes}
    assert sorted(typed) == ["Ann's alone.", "Bo's own."]
    assert typed["Ann's alone."]["author"] != typed["Bo's own."]["author"]
    assert typed["Ann's alone."]["device"] != typed["Bo's own."]["device"]
    ann.close()


def test_storage_tells_what_is_only_here_and_that_it_is_kept_twice(agency: Agency, ann: Inspector) -> None:
    ann.add_note("Only here.")
    assert "Only here." in in_journal(ann.page)
    agency.server.stop()  # what keeps the second copy is part of the program that is stored
    ann.reopen()

    ann.go("/storage")

    main = ann.page.locator("main")
    for sentence in (
        "1 entry not sent yet; the oldest was typed",
        "less than an hour ago",
        "Last sync",
        "Every entry is kept twice",
        "Nothing that Tallybook needs is missing.",
    ):
        expect(main).to_contain_text(sentence)
    assert find_violations(ann.page) == []
    ann.page.set_viewport_size(PHONE)
    assert ann.page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    ann.close()


def test_a_browser_without_a_place_for_a_second_copy_saves_and_says_so(agency: Agency) -> None:
    bo = agency.person("bo")
    # As WebKit here and some private windows do: the worker may not open its file.
    bo.context.route("**/assets/journal-worker-*.js", lambda route: route.abort())
    bo.log_in()
    bo.go("/storage")

    expect(bo.page.locator("main")).to_contain_text("This browser has no place for a second copy")
    expect(bo.page.locator("main")).to_contain_text("It has no file system for pages")
    bo.menu("Contracts")
    bo.link(NUMBER).click()
    bo.tab("Notes").click()
    bo.add_note("Kept once.")
    assert in_journal(bo.page) == ""
    assert len(in_database(bo.page)) == 1
    bo.close()
