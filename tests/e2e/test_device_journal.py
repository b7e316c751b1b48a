"""Two copies of what is typed: killed at any moment nothing is missing, and each copy repairs the other."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import time

import pytest
from playwright.sync_api import Error, expect

from tests.e2e.conftest import NUMBER, Agency
from tests.support.browser_processes import browser_process
from tests.support.device_copies import (
    COMPARED_WITHIN_S,
    KILLS,
    count_journal_files,
    damage_journal,
    in_database,
    in_journal,
    lose_database,
    lose_journal,
    wait_until_equal,
)
from tests.support.inspector import PASSWORD, Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

DAY = "2026-11-19"
TABS = 9  # more than are left as files of their own

# As a browser does in the field: the connection to its database is lost, and again after it was opened anew.
BREAK_WRITES = """() => {
    window.unbroken = IDBDatabase.prototype.transaction
    IDBDatabase.prototype.transaction = function (tables, mode, options) {
        if (mode === "readwrite") throw new DOMException("Connection to Indexed Database server lost.", "UnknownError")
        return window.unbroken.call(this, tables, mode, options)
    }
}"""
MEND_WRITES = "() => { IDBDatabase.prototype.transaction = window.unbroken }"


@pytest.fixture
def ann(agency: Agency) -> Inspector:
    """Ann with the contract checked out, working offline at its page."""
    made = agency.person("ann")
    made.log_in()
    made.check_out(NUMBER)
    made.open_contract(NUMBER)
    made.work_offline(on=True)
    return made


def type_until_killed(ann: Inspector, contract: str, run: int, count: int) -> list[str]:
    """Save so many notes, and kill the browser while it saves one more; return the notes that said *Saved*."""
    said: list[str] = []
    process = browser_process(ann.profile)
    ann.open_day(contract, DAY, "Notes")
    for number in range(count + 1):
        text = f"Run {run} note {number}."
        ann.button_or_link("Add Note").click()
        ann.fill(Note=text)
        if number == count:
            # Pressed, and killed some milliseconds later: before, during or after the write.
            ann.page.evaluate("() => void document.querySelector('form button[type=submit]').click()")
            time.sleep(random.uniform(0, 0.03))
            os.kill(process, signal.SIGKILL)
            break
        ann.button("Save").click()
        row = ann.page.locator("main a[href*='/entries/']").filter(has_text=text)
        expect(row).to_contain_text("Saved on this device")
        said.append(text)
    return said


def open_again(ann: Inspector) -> None:
    """After a kill: a new browser on the same profile."""
    with contextlib.suppress(Error):  # it was killed: there may be nothing left to close
        ann.context.close()
    for name in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
        (ann.profile / name).unlink(missing_ok=True)
    ann.open()


def test_killed_while_saving_nothing_that_said_saved_is_missing(agency: Agency, ann: Inspector) -> None:
    contract, said = ann.contract_id(), list[str]()
    counts_of_runs = [(run + 1) % 3 for run in range(KILLS)]
    for run, count in enumerate(counts_of_runs):
        said += type_until_killed(ann, contract, run, count)
        open_again(ann)
        ann.open_day(contract, DAY, "Notes")
        database = "\n".join(in_database(ann.page))
        assert [text for text in said if text not in database] == []
        wait_until_equal(ann.page)
    assert len(said) == sum(counts_of_runs)

    ann.work_offline(on=False)
    if "sign-in has ended" in ann.sync():
        sign_in_again(ann)  # a browser keeps cookies in memory for a while: that one is gone with it
    ledger = agency.server.run("export-ledger", NUMBER)
    counts = {text: ledger.count(f'"{text}"') for text in said}
    assert {text: count for text, count in counts.items() if count != 1} == {}
    ann.close()


def sign_in_again(ann: Inspector) -> None:
    """Over the page that she is on, and send what waits."""
    ann.button("Sign in").click()
    dialog = ann.page.get_by_role("dialog")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Log in", exact=True).click()
    expect(dialog).to_be_hidden()
    ann.sync()


def add_two_notes(ann: Inspector) -> str:
    """Two notes that only this device has; return the contract."""
    contract = ann.contract_id()
    ann.open_day(contract, DAY, "Notes")
    for text in ("Paving began at seven.", "Rain at three."):
        ann.add_note(text)
    wait_until_equal(ann.page)
    return contract


def test_a_lost_journal_is_filled_from_the_database(ann: Inspector) -> None:
    contract = add_two_notes(ann)
    ann.close()
    lose_journal(ann.profile)

    ann.open()
    ann.open_day(contract, DAY, "Notes")

    wait_until_equal(ann.page)
    expect(ann.page.get_by_text("Saved on this device")).to_have_count(2)
    ann.close()


def test_a_lost_database_is_filled_from_the_journal_and_everything_is_sent_once(agency: Agency, ann: Inspector) -> None:
    contract = add_two_notes(ann)
    before = sorted(in_database(ann.page))
    ann.work_offline(on=False)
    ann.sync()
    ann.work_offline(on=True)
    ann.add_note("Not sent yet.")
    ann.close()
    lose_database(ann.profile)

    ann.open()
    ann.go("/")  # who was here last is lost with the databases; the session's cookie is not
    ann.button("User menu").wait_for()
    ann.sync()
    ann.open_day(contract, DAY, "Notes")

    for text in ("Paving began at seven.", "Rain at three.", "Not sent yet."):
        expect(ann.page.locator("main").get_by_text(text)).to_have_count(1)
    expect(ann.page.get_by_text("At the office")).to_have_count(3)
    assert set(before) <= set(in_database(ann.page))
    ledger = agency.server.run("export-ledger", NUMBER).splitlines()
    notes = [line for line in ledger if '"note"' in line]
    assert len([line for line in notes if "Not sent yet." in line]) == 1
    assert len([line for line in notes if "Rain at three." in line]) == 1
    # The same device goes on: the office does not see a second one.
    assert len({line.partition('"device":"')[2][:36] for line in notes}) == 1
    ann.close()


def test_a_database_that_cannot_be_written_loses_no_entry(ann: Inspector) -> None:
    contract = ann.contract_id()
    ann.open_day(contract, DAY, "Notes")
    ann.page.evaluate(BREAK_WRITES)
    ann.add_note("Into the journal alone.")
    expect(ann.page.get_by_text("1 entry is saved in this device's second copy")).to_be_visible()
    assert "Into the journal alone." in in_journal(ann.page)
    assert "Into the journal alone." not in "".join(in_database(ann.page))

    ann.page.evaluate(MEND_WRITES)
    expect(ann.page.get_by_text("Into the journal alone.")).to_be_visible()
    expect(ann.page.get_by_text("is saved in this device's second copy")).to_be_hidden()
    ann.page.evaluate(BREAK_WRITES)
    ann.add_note("And the browser was closed.")
    ann.reopen()
    ann.open_day(contract, DAY, "Notes")

    for text in ("Into the journal alone.", "And the browser was closed."):
        row = ann.page.locator("main a[href*='/entries/']").filter(has_text=text)
        expect(row).to_contain_text("Saved on this device", timeout=COMPARED_WITHIN_S * 1_000)
    numbers = [re.findall(r'"number":(\d+)', one)[0] for one in in_database(ann.page)]
    assert sorted(numbers) == ["1", "2"]
    ann.close()


def test_many_tabs_write_and_their_files_become_one_when_they_are_gone(ann: Inspector) -> None:
    contract = ann.contract_id()
    first, address = ann.page, f"{ann.url}/contracts/{contract}/inspection/{DAY}/notes"
    for number in range(TABS):
        ann.page = ann.context.new_page()
        ann.page.goto(address)
        ann.add_note(f"From tab {number}.")
        ann.page.close()
    ann.page = first
    assert count_journal_files(ann.page) > TABS
    ann.page.goto(address)

    deadline = time.monotonic() + COMPARED_WITHIN_S
    while count_journal_files(ann.page) > 2:  # what was united, and this tab's own
        assert time.monotonic() < deadline, count_journal_files(ann.page)
        time.sleep(0.2)
    journal = in_journal(ann.page)
    assert [number for number in range(TABS) if journal.count(f"From tab {number}.") != 1] == []
    ann.close()


def test_a_damaged_journal_is_read_around_and_told_in_storage(ann: Inspector) -> None:
    add_two_notes(ann)
    ann.close()
    damage_journal(ann.profile, "Paving began at seven.")

    ann.open()
    ann.go("/storage")

    expect(ann.page.locator("main")).to_contain_text("of it could not be read and was passed over")
    expect(ann.page.locator("main")).to_contain_text("1 entry was in one copy only, and is in both again")
    wait_until_equal(ann.page)
    ann.close()
