"""The whole journey on a real contract: out, offline, forty real postings, back, and a second inspector."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Agency, import_contract
from tests.support.inspector import Inspector
from tests.support.postings import Posting, read_postings

pytestmark = [pytest.mark.browser, pytest.mark.real_data, pytest.mark.slow, pytest.mark.timeout(600)]

NUMBER = "1070I"
POSTINGS = 40
DAY = "2023-07-31"  # of a note, a revise and a void


def type_posting(ann: Inspector, contract: str, posting: Posting) -> None:
    """As a person does: the day, Add Transaction, the form, Save."""
    ann.open_day(contract, posting.work_date, "Transactions")
    ann.add_transaction(posting.item, posting.quantity, Location=posting.location)


def test_the_journey(agency: Agency, real_data: Path) -> None:
    folder = real_data / "progress_payments"
    import_contract(
        agency.server, folder / "1070I_contract_items.csv", NUMBER, "Street and sewer work", "--accuracy", "6"
    )
    postings = read_postings(folder, NUMBER, POSTINGS)
    ann = agency.person("ann")
    ann.log_in()
    ann.check_out(NUMBER)
    ann.open_contract(NUMBER)
    contract = ann.contract_id()

    agency.server.stop()
    ann.work_offline(on=True)
    ann.reopen()
    for posting in postings[: POSTINGS // 2]:
        type_posting(ann, contract, posting)
    ann.reopen()  # a night between
    for posting in postings[POSTINGS // 2 :]:
        type_posting(ann, contract, posting)
    write_notes(ann, contract)
    made = POSTINGS + 3
    ann.sees_waiting(made)
    revise_and_void(ann, contract)
    made += 2
    see_account(ann, contract, postings)

    agency.server.start()
    ann.work_offline(on=False)
    said = ann.sync()
    assert f"Sent {made}" in said
    assert "Needs attention 0" in said
    ann.open_day(contract, DAY, "Transactions")
    expect(ann.page.get_by_text("At the office").first).to_be_visible()
    expect(ann.page.get_by_text("Saved on this device")).to_have_count(0)
    see_account(ann, contract, postings)

    second_inspector(agency, ann, contract)
    see_ledger(agency, made)
    ann.close()


def write_notes(ann: Inspector, contract: str) -> None:
    """A day's notes."""
    for text, kind in (
        ("Two manholes set on Sloat Blvd.", "Work performed"),
        ("<img src=x onerror=alert(1)> is what the foreman's tablet showed.", "General"),
        ("Fog until ten, then clear.", "Weather"),
    ):
        ann.open_day(contract, DAY, "Notes")
        ann.add_note(text, Type=kind)
    expect(ann.page.get_by_text("<img src=x onerror=alert(1)>", exact=False)).to_be_visible()


def revise_and_void(ann: Inspector, contract: str) -> None:
    """The note on the weather says more; a note that should not be is void."""
    ann.open_day(contract, DAY, "Notes")
    ann.page.get_by_text("Fog until ten").click()
    ann.button_or_link("Revise").click()
    ann.fill(Note="Fog until eleven, then clear.")
    ann.button("Save").click()
    expect(ann.page).to_have_url(re.compile(r"/entries/[^/]+$"))
    ann.open_day(contract, DAY, "Notes")
    ann.page.get_by_text("Two manholes set").click()
    ann.void("Written twice.")
    ann.open_day(contract, DAY, "Notes")
    expect(ann.page.get_by_text("Fog until eleven")).to_be_visible()
    expect(ann.page.get_by_text("Void", exact=True)).to_be_visible()


def see_account(ann: Inspector, contract: str, postings: list[Posting]) -> None:
    """The Item Record Account adds up what was typed, wherever it is."""
    used: dict[str, Decimal] = {}
    for posting in postings:
        used[posting.item] = used.get(posting.item, Decimal()) + Decimal(posting.quantity)
    ann.go(f"/contracts/{contract}/items")
    for item, quantity in used.items():
        row = ann.page.get_by_role("row").filter(has_text=re.compile(rf"(?<!_){re.escape(item)}(?!\d)")).first
        shown = f"{quantity.normalize():,f}"
        expect(row).to_contain_text(shown)


def second_inspector(agency: Agency, ann: Inspector, contract: str) -> None:
    """Overlapping revises: what does not touch is merged, what does is held and decided."""
    bo = agency.person("bo")
    bo.log_in()
    bo.check_out(NUMBER)
    for one in (ann, bo):
        one.work_offline(on=True)
    entries = entries_of(ann, contract)
    merged, disputed = entries[:2]

    ann.revise(merged, Quantity="3")
    bo.revise(merged, "Corrected place.", Location="Sloat Blvd, north side")
    ann.revise(disputed, Quantity="4")
    bo.revise(disputed, "Counted again.", Quantity="5")
    ann.work_offline(on=False)
    ann.sync()
    bo.work_offline(on=False)
    said = bo.sync()
    assert "Merged 1" in said
    assert "Needs attention 1" in said
    ann.sync()
    for one in (ann, bo):
        one.go(merged)
        expect(one.page.locator("main")).to_contain_text("Sloat Blvd, north side")
        expect(one.page.locator("main")).to_contain_text("3")
    decide_mine(bo)
    bo.sync()
    ann.sync()
    for one in (ann, bo):
        one.go(disputed)
        expect(one.page.locator("main")).to_contain_text("5")
        expect(one.page.get_by_text("At the office").first).to_be_visible()
    bo.close()


def entries_of(ann: Inspector, contract: str) -> list[str]:
    """The addresses of a day's transactions."""
    ann.open_day(contract, DAY, "Transactions")
    return ann.entries()


def decide_mine(bo: Inspector) -> None:
    """All three versions are in sight, and one's own is chosen."""
    bo.menu("Needs Attention")
    page = bo.page.locator("main")
    expect(page).to_contain_text("4")
    expect(page).to_contain_text("5")
    bo.fill(Reason="Counted with the foreman.")
    bo.button("Keep mine").click()


def see_ledger(agency: Agency, made: int) -> None:
    """Every entry once, and the ledger proves itself."""
    assert "SP" not in agency.server.run("verify-ledger", NUMBER)
    lines = [json.loads(line) for line in agency.server.run("export-ledger", NUMBER).splitlines()]
    own = [line["operation"]["id"] for line in lines if line["operation"].get("app") != ""]
    typed = [one for one in lines if one["operation"]["type"] in ("note", "item_transaction")]
    created = [one for one in typed if one["operation"]["verb"] == "create"]
    assert len(own) == len(set(own))
    assert len(created) == POSTINGS + 3
    assert len(typed) == made + 4 + 1  # four revises of two people, one decision
