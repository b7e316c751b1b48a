"""In WebKit, which has no place for a second copy: out, offline, killed, restarted, back; backups made and restored."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NUMBER, Agency
from tests.e2e.made_backups import PASSPHRASE
from tests.e2e.office_once import is_at_the_office_once, operations_of
from tests.support.browser import take_download
from tests.support.webkit import WebKitInspector, screen

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"
CASTING = "2506.602"
IN_MEMORY_BYTES_MAX = 500 * 1024**2


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


def test_backups_of_both_kinds_come_back_on_a_new_device(agency: Agency, ann: WebKitInspector, tmp_path: Path) -> None:
    ann.log_in()
    ann.check_out(NUMBER)
    contract = ann.open_contract(NUMBER)
    ann.work_offline(on=True)
    agency.server.stop()
    ann.open_day(contract, DAY, "Notes")
    ann.add_note("Fog until ten, then clear.")
    plain = download(ann, tmp_path)
    ann.open_day(contract, DAY, "Transactions")
    ann.add_transaction(CASTING, "2", "18+22")
    ann.sees("Last backup: downloaded just now, 1 entry since.")
    locked = download(ann, tmp_path, PASSPHRASE)
    ann.close()
    shutil.rmtree(ann.profile)

    agency.server.start()
    ann.open()
    restores_both(ann, plain, locked)
    cannot_be_unlocked_in_memory(ann, large_one(locked, tmp_path))
    for tab in ("Notes", "Transactions"):
        ann.open_day(contract, DAY, tab)
        ann.sees("At the office")
    kept = operations_of(locked, contract, PASSPHRASE)
    assert [one["type"] for one in kept] == ["note", "item_transaction"]
    assert operations_of(plain, contract) == kept[:1]
    is_at_the_office_once(agency.server, kept)


def download(ann: WebKitInspector, folder: Path, passphrase: str = "") -> Path:
    """By the menu, locked where there is a passphrase; return the file."""
    ann.press("User menu")
    ann.press("Download Offline Backup")
    if passphrase:
        ann.turn("Lock the file with a passphrase", on=True)
        ann.fill({"Passphrase": passphrase, "The same once more": passphrase})
    ann.press("Download")
    ann.sees("The backup is downloaded.")
    return take_download(ann.profile, folder)


def restores_both(ann: WebKitInspector, plain: Path, locked: Path) -> None:
    """On a new device the older file and the newer, which has one entry more: each brings one."""
    ann.log_in()
    ann.press("User menu")
    ann.press("Restore Backup")
    ann.choose("Choose the backup file", plain)
    ann.press("Restore")
    ann.sees("1 entry restored.")
    ann.press("Restore another file")
    ann.choose("Choose the backup file", locked)
    ann.fill({"Passphrase": PASSPHRASE})
    ann.press("Open")
    ann.press("Restore")
    ann.sees("1 entry restored. 1 was here already.")


def large_one(locked: Path, folder: Path) -> Path:
    """One more byte than is unlocked in memory, which is all there is here; few of them take room on the disk."""
    made = folder / "large.tallybook.age"
    shutil.copyfile(locked, made)
    os.truncate(made, IN_MEMORY_BYTES_MAX + 1)
    return made


def cannot_be_unlocked_in_memory(ann: WebKitInspector, large: Path) -> None:
    """The page says what can be done."""
    ann.press("Restore another file")
    ann.choose("Choose the backup file", large)
    ann.fill({"Passphrase": PASSPHRASE})
    ann.press("Open")
    ann.sees("This browser has no room to unlock a file of this size.", "age -d -o backup.tallybook FILE")
