"""Two people on one contract, and one person on two devices: merged, held, decided, told."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NUMBER, Agency
from tests.support.browser import PHONE
from tests.support.inspector import Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"


def out_with_it(agency: Agency, name: str) -> Inspector:
    """Somebody with the contract checked out, at its page."""
    who = agency.person(name)
    who.log_in()
    who.check_out(NUMBER)
    who.open_contract(NUMBER)
    return who


def test_both_see_everything_of_both(agency: Agency) -> None:
    ann, bo = out_with_it(agency, "ann"), out_with_it(agency, "bo")
    contract = ann.contract_id()
    for who, text in ((ann, "Ann saw paving."), (bo, "Bo saw milling.")):
        who.work_offline(on=True)
        who.open_day(contract, DAY, "Notes")
        who.add_note(text)
    for who in (ann, bo, ann):
        who.work_offline(on=False)
        who.sync()

    for who in (ann, bo):
        who.open_day(contract, DAY, "Notes")
        expect(who.page.locator("main")).to_contain_text("Ann saw paving.")
        expect(who.page.locator("main")).to_contain_text("Bo saw milling.")
        expect(who.page.get_by_text("At the office")).to_have_count(2)
        who.close()


def test_a_decision_to_keep_theirs_leaves_no_trace_in_the_sums(agency: Agency) -> None:
    ann, bo = out_with_it(agency, "ann"), out_with_it(agency, "bo")
    contract = ann.contract_id()
    ann.open_day(contract, DAY, "Transactions")
    ann.add_transaction("2506.602", "1", Location="18+22")
    ann.sync()
    bo.sync()
    ann.open_day(contract, DAY, "Transactions")
    path = str(ann.page.locator("main a[href*='/entries/']").first.get_attribute("href"))
    for who, quantity in ((ann, "3"), (bo, "2")):
        who.work_offline(on=True)
        who.go(path)
        who.button_or_link("Revise").click()
        who.fill(Quantity=quantity)
        if who is bo:
            who.fill(Reason="I counted two.")
        who.button("Save").click()
        expect(who.page.get_by_text("Saved on this device").first).to_be_visible()
    for who in (ann, bo):
        who.work_offline(on=False)
        who.sync()

    bo.menu("Needs Attention")
    main = bo.page.locator("main")
    for value in ("1", "3", "2"):  # base, theirs, mine
        expect(main).to_contain_text(value)
    bo.fill(Reason="Ann is right.")
    bo.button("Keep Ann's").click()
    bo.sync()
    ann.sync()

    for who in (ann, bo):
        who.menu("Needs Attention")
        expect(who.page.locator("main")).to_contain_text("Nothing needs attention")
        who.go(f"/contracts/{contract}/items")
        row = who.page.get_by_role("row").filter(has_text="2506.602")
        expect(row).to_contain_text("3")
        who.close()


def test_who_else_has_it_out_is_in_sight(agency: Agency) -> None:
    ann, bo = out_with_it(agency, "ann"), out_with_it(agency, "bo")

    ann.menu("Contract Offline Checkout")
    ann.page.reload()

    expect(ann.row(NUMBER)).to_contain_text("Bo")
    for who in (ann, bo):
        who.close()


def test_check_in_is_refused_with_unsent_entries(agency: Agency) -> None:
    ann = out_with_it(agency, "ann")
    agency.server.stop()
    ann.add_note("Not at the office yet.")

    ann.menu("Contract Offline Checkout")
    ann.row(NUMBER).get_by_role("button", name="Check In", exact=True).click()
    expect(ann.page.locator("main")).to_contain_text(re.compile("1 entry|unsent|only on this device"))
    agency.server.start()
    ann.sync()
    ann.row(NUMBER).get_by_role("button", name="Check In", exact=True).click()

    expect(ann.row(NUMBER).get_by_role("button", name="Check Out", exact=True)).to_be_visible()
    ann.close()


def test_signing_out_is_stopped_while_something_is_only_here(agency: Agency) -> None:
    ann = out_with_it(agency, "ann")
    ann.work_offline(on=True)
    ann.add_note("Only here.")

    ann.button("User menu").click()
    ann.button("Sign out").click()
    expect(ann.page.get_by_role("dialog")).to_contain_text("1 entry")
    ann.button("Sync now").click()
    expect(ann.page.get_by_role("status").filter(has_text="Sent 1")).to_be_visible()
    ann.button("User menu").click()
    ann.button("Sign out").click()

    expect(ann.button("Log in")).to_be_visible()
    ann.close()


def test_one_person_on_a_phone_and_on_a_desk(agency: Agency) -> None:
    desk = out_with_it(agency, "ann")
    phone = agency.person("ann", device="-phone", viewport=PHONE)
    phone.log_in()
    phone.check_out(NUMBER)
    phone.open_contract(NUMBER)
    phone.add_transaction("2357.506", "186")
    phone.sync()

    desk.sync()
    desk.menu("Item Record Account")

    expect(desk.page.get_by_role("row").filter(has_text="2357.506")).to_contain_text("186")
    for who in (desk, phone):
        who.close()


def test_the_server_dies_in_the_middle_of_a_sync(agency: Agency) -> None:
    ann = out_with_it(agency, "ann")
    ann.work_offline(on=True)
    for number in range(3):
        ann.add_note(f"Note {number}.")
    agency.server.kill()
    ann.work_offline(on=False)
    said = ann.sync()
    assert "cannot be reached" in said
    assert "safe" in said

    agency.server.start()
    said = ann.sync()

    assert "Sent 3" in said or "Sent 0" in said  # it may have gone by itself a moment before
    lines = agency.server.run("export-ledger", NUMBER).splitlines()
    assert len([line for line in lines if '"note"' in line and '"create"' in line]) == 3
    ann.close()
