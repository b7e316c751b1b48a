"""In Firefox: out and back, restarts, merges, decisions; each copy repairs the other; backups made and restored."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NUMBER, Agency
from tests.e2e.made_backups import PASSPHRASE
from tests.e2e.office_once import is_at_the_office_once, operations_of
from tests.e2e.pressed_backups import (
    download,
    left_unlocked,
    lock_with,
    open_backup,
    restore,
    restore_here,
    save_download,
)
from tests.support.device_copies import in_database, lose_database, lose_journal, wait_until_equal
from tests.support.inspector import Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"
CASTING = "2506.602"


def out_with_it(agency: Agency, name: str) -> Inspector:
    """Somebody with the contract checked out, at its page."""
    who = agency.person(name, engine="firefox")
    who.log_in()
    who.check_out(NUMBER)
    who.open_contract(NUMBER)
    return who


def test_the_journey(agency: Agency) -> None:
    ann = out_with_it(agency, "ann")
    contract = ann.contract_id()
    agency.server.stop()
    ann.reopen()  # the program and the contract come from the device alone
    ann.open_day(contract, DAY, "Transactions")
    for quantity, place in (("1", "18+22"), ("2", "19+04"), ("7", "20+11")):
        ann.add_transaction(CASTING, quantity, Location=place)
    ann.add_note("Fog until ten, then clear.", Type="Weather")
    ann.sees_waiting(4)
    merged, disputed, mistaken = ann.entries_with("18+22", "19+04", "20+11")
    ann.go(mistaken)
    ann.void("Typed twice.")
    ann.reopen()
    ann.go("/")
    ann.sees_waiting(5)

    agency.server.start()
    assert "Sent 5" in ann.sync()
    second_inspector(agency, ann, merged, disputed)
    agency.server.run("verify-ledger", NUMBER)
    ledger = agency.server.run("export-ledger", NUMBER).splitlines()
    assert len([line for line in ledger if '"item_transaction"' in line and '"create"' in line]) == 3


def second_inspector(agency: Agency, ann: Inspector, merged: str, disputed: str) -> None:
    """Overlapping revises: what does not touch is merged, what does is held and decided."""
    bo = out_with_it(agency, "bo")
    for who in (ann, bo):
        who.work_offline(on=True)
    ann.revise(merged, Quantity="3")
    bo.revise(merged, "Corrected place.", Location="18+22, north side")
    ann.revise(disputed, Quantity="4")
    bo.revise(disputed, "Counted again.", Quantity="5")
    for who in (ann, bo):
        who.work_offline(on=False)
    ann.sync()
    said = bo.sync()
    assert "Merged 1" in said
    assert "Needs attention 1" in said
    bo.menu("Needs Attention")
    bo.fill(Reason="Counted with the foreman.")
    bo.button("Keep mine").click()
    bo.sync()
    ann.sync()

    for who in (ann, bo):
        who.go(merged)
        expect(who.page.locator("main")).to_contain_text("18+22, north side")
        who.go(disputed)
        expect(who.page.locator("main")).to_contain_text("5")
        expect(who.page.get_by_text("At the office").first).to_be_visible()
        who.close()


def test_each_copy_repairs_the_other(agency: Agency) -> None:
    ann = out_with_it(agency, "ann")
    contract = ann.contract_id()
    ann.work_offline(on=True)
    ann.open_day(contract, DAY, "Notes")
    for text in ("Paving began at seven.", "Rain at three."):
        ann.add_note(text)
    wait_until_equal(ann.page)
    typed = sorted(in_database(ann.page))

    ann.close()
    lose_journal(ann.profile)
    ann.open()
    ann.open_day(contract, DAY, "Notes")
    wait_until_equal(ann.page)

    ann.close()
    lose_database(ann.profile)
    ann.open()
    ann.go("/")
    ann.button("User menu").wait_for()
    ann.sync()

    assert sorted(in_database(ann.page)) == typed
    ann.open_day(contract, DAY, "Notes")
    expect(ann.page.get_by_text("At the office")).to_have_count(2)
    ledger = agency.server.run("export-ledger", NUMBER)
    assert [ledger.count(f'"{text}"') for text in ("Paving began at seven.", "Rain at three.")] == [1, 1]
    ann.close()


def test_a_backup_is_asked_for_after_a_day_and_both_kinds_come_back(agency: Agency, tmp_path: Path) -> None:
    ann = out_with_it(agency, "ann")
    contract = ann.contract_id()
    ann.work_offline(on=True)
    agency.server.stop()
    ann.page.clock.install(time=dt.datetime.now(dt.UTC) - dt.timedelta(days=1, minutes=5))
    ann.open_day(contract, DAY, "Notes")
    ann.add_note("Fog until ten, then clear.")
    expect(ann.page.get_by_text("Never backed up: 1 entry only on this device.")).to_be_visible()
    expect(ann.button("Download a backup")).to_have_count(0)

    ann.page.clock.fast_forward("24:05:00")
    plain = save_download(ann, ann.button("Download a backup"), tmp_path)
    expect(ann.page.get_by_text("This browser lets no page write into a folder by itself.")).to_be_visible()
    expect(ann.button("Download a backup")).to_have_count(0)
    ann.open_day(contract, DAY, "Transactions")
    ann.add_transaction(CASTING, "2", Location="18+22")
    expect(ann.page.get_by_text("Last backup: downloaded just now, 1 entry since.")).to_be_visible()
    open_backup(ann)
    lock_with(ann, PASSPHRASE)
    locked = download(ann, tmp_path)
    ann.close()
    shutil.rmtree(ann.profile)

    agency.server.start()
    ann.open()
    restores_both(ann, plain, locked)
    for tab in ("Notes", "Transactions"):
        ann.open_day(contract, DAY, tab)
        expect(ann.page.get_by_text("At the office")).to_have_count(1)
    ann.close()
    kept = operations_of(locked, contract, PASSPHRASE)
    assert [one["type"] for one in kept] == ["note", "item_transaction"]
    assert operations_of(plain, contract) == kept[:1]
    is_at_the_office_once(agency.server, kept)


def restores_both(ann: Inspector, plain: Path, locked: Path) -> None:
    """On a new device the older file and the newer, which has one entry more: each brings one."""
    ann.log_in()
    main = ann.page.locator("main")
    restore(ann, plain)
    expect(main).to_contain_text("1 entry restored.")
    ann.button("Restore another file").click()
    restore_here(ann, locked, PASSPHRASE)
    expect(main).to_contain_text("1 entry restored.")
    expect(main).to_contain_text("1 was here already")
    assert left_unlocked(ann) == []
