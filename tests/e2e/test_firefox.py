"""In Firefox: out, offline, restarted with the server down, back, merged, decided; and each copy repairs the other."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NUMBER, Agency
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
