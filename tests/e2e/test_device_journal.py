"""Two copies of what is typed: killed at any moment nothing is missing, and each copy repairs the other."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from pathlib import Path

import pytest
from playwright.sync_api import Error, expect

from tests.e2e.conftest import NUMBER, Agency
from tests.support.device_copies import KILLS, in_database, in_journal, lose_database, lose_journal
from tests.support.inspector import PASSWORD, Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

DAY = "2026-11-19"
COMPARED_WITHIN_S = 15


@pytest.fixture
def ann(agency: Agency) -> Inspector:
    """Ann with the contract checked out, working offline at its page."""
    made = agency.person("ann")
    made.log_in()
    made.check_out(NUMBER)
    made.open_contract(NUMBER)
    made.work_offline(on=True)
    return made


def browser_process(profile: Path) -> int:
    """The browser's own process: the one with this profile that is nobody's renderer."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in words and not any(one.startswith(b"--type=") for one in words):
            return int(entry.name)
    raise AssertionError(f"no browser has {profile}")


def type_until_killed(ann: Inspector, contract: str, run: int, after_s: float) -> list[str]:
    """Save note after note, and kill the browser in the middle; return the notes that said *Saved*."""
    said: list[str] = []
    process, deadline = browser_process(ann.profile), time.monotonic() + after_s
    ann.open_day(contract, DAY, "Notes")
    for number in range(100):
        text = f"Run {run} note {number}."
        ann.button_or_link("Add Note").click()
        ann.fill(Note=text)
        if time.monotonic() > deadline:
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
    for run in range(KILLS):
        said += type_until_killed(ann, contract, run, random.uniform(0, 1))
        open_again(ann)
        ann.open_day(contract, DAY, "Notes")
        database = "\n".join(in_database(ann.page))
        assert [text for text in said if text not in database] == []
        wait_until_equal(ann)
    assert len(said) >= KILLS / 2  # else it was killed before anything

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


def wait_until_equal(ann: Inspector) -> None:
    """The comparison at start has run: every operation is in both copies."""
    deadline = time.monotonic() + COMPARED_WITHIN_S
    while True:
        operations, journal = in_database(ann.page), in_journal(ann.page)
        missing = [one for one in operations if one not in journal]
        if operations and not missing:
            return
        assert time.monotonic() < deadline, f"{len(missing)} of {len(operations)} are not in the journal"
        time.sleep(0.2)


def add_two_notes(ann: Inspector) -> str:
    """Two notes that only this device has; return the contract."""
    contract = ann.contract_id()
    ann.open_day(contract, DAY, "Notes")
    for text in ("Paving began at seven.", "Rain at three."):
        ann.add_note(text)
    wait_until_equal(ann)
    return contract


def test_a_lost_journal_is_filled_from_the_database(ann: Inspector) -> None:
    contract = add_two_notes(ann)
    ann.close()
    lose_journal(ann.profile)

    ann.open()
    ann.open_day(contract, DAY, "Notes")

    wait_until_equal(ann)
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
