"""What arrived without a right: the office reads it, hands it over or sets it aside; and an entry's history."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NUMBER, Agency
from tests.e2e.looked_at import look_at
from tests.support.inspector import PASSWORD, Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"
ANN = "ann@example.org"


def type_offline(agency: Agency, *texts: str) -> tuple[Inspector, str]:
    """Ann with these notes on her device alone."""
    ann = agency.person("ann")
    ann.log_in()
    ann.check_out(NUMBER)
    ann.open_contract(NUMBER)
    contract = ann.contract_id()
    ann.work_offline(on=True)
    ann.open_day(contract, DAY, "Notes")
    for text in texts:
        ann.add_note(text)
    return ann, contract


def bring_without_a_right(agency: Agency) -> tuple[Inspector, str]:
    """Ann types offline, and has no right any more when it arrives."""
    ann, contract = type_offline(agency, "Paving began at dawn.", "Typed <b>twice</b>.")
    agency.server.run("revoke", ANN, NUMBER)
    ann.work_offline(on=False)
    ann.button_or_link("Sync")
    ann.page.get_by_role("button", name="Sync").click()
    expect(
        ann.page.get_by_text("kept for the office").or_(ann.page.get_by_text("Needs attention")).first
    ).to_be_visible()
    return ann, contract


def act(who: Inspector, opens: str, confirms: str, reason: str) -> None:
    """Answer the one question that is asked before something is done."""
    who.button(opens).click()
    dialog = who.page.get_by_role("dialog")
    dialog.get_by_role("button", name=confirms, exact=True).click()
    expect(dialog).to_contain_text("Say why.")
    who.field("Reason").fill(reason)
    dialog.get_by_role("button", name=confirms, exact=True).click()


def test_the_office_deals_with_what_came_without_a_right(agency: Agency) -> None:
    ann, contract = bring_without_a_right(agency)
    dana = agency.person("dana")
    dana.log_in()

    dana.menu("Unclaimed")
    main = dana.page.locator("main")
    expect(main.get_by_role("heading", name=f"Ann Lindqvist · {NUMBER}")).to_be_visible()
    expect(dana.page.locator("nav em").first).to_have_attribute("data-drawn", "2")
    dana.button("Show").click()
    expect(main).to_contain_text("Typed <b>twice</b>.")
    look_at(dana, "unclaimed")
    main.get_by_role("checkbox").nth(1).check()
    act(dana, "Set aside 1 chosen", "Set aside", "She typed it twice.")
    expect(main.get_by_role("status")).to_contain_text("Set aside 1 entry.")
    expect(main.get_by_role("checkbox")).to_have_count(1)
    act(dana, "Hand over", "Hand over", "She was on the job.")
    expect(main.get_by_role("status")).to_contain_text("Handed over 1 entry. 1 counts now.")
    expect(main).to_contain_text("Nothing is unclaimed")
    dana.link("Set aside").click()
    expect(main).to_contain_text("Set aside by Dana Whitfield")
    expect(main).to_contain_text("She typed it twice.")
    look_at(dana, "unclaimed set aside")

    agency.server.run("assign", ANN, NUMBER, "--right", "inspection")
    ann.menu("Contracts")
    ann.page.reload()
    ann.sync()
    ann.open_day(contract, DAY, "Notes")
    handed = ann.page.get_by_role("listitem").filter(has_text="Paving began at dawn.")
    expect(handed).to_contain_text("At the office")
    ann.page.get_by_role("link").filter(has_text="Paving began at dawn.").first.click()
    ann.button("Show the history").click()
    expect(ann.page.locator("main")).to_contain_text("brought by Dana Whitfield")
    look_at(ann, "history of what was handed over")
    ann.work_offline(on=True)
    ann.page.reload()
    expect(ann.page.locator("main")).to_contain_text("Turn Work Offline off to see it.")
    for who in (ann, dana):
        who.close()


def test_what_a_disabled_person_typed_is_received_and_he_is_told_so(agency: Agency) -> None:
    ann, _ = type_offline(agency, "Paving began at dawn.")
    agency.server.run("disable-user", ANN)
    ann.work_offline(on=False)

    ann.page.get_by_role("button", name=re.compile("^Sync")).first.click()

    expect(ann.page.get_by_text("This account is switched off.").first).to_be_visible()
    expect(ann.page.get_by_text("What you typed was delivered").first).to_be_visible()
    look_at(ann, "account switched off")
    dana = agency.person("dana")
    dana.log_in()
    dana.menu("Unclaimed")
    dana.button("Show").click()
    expect(dana.page.locator("main")).to_contain_text("Paving began at dawn.")
    again = agency.person("ann", device="-elsewhere")
    again.go("/")
    again.fill(Email=ANN, Password=PASSWORD)
    again.button("Log in").click()
    expect(again.page.get_by_text("This account is switched off. Ask your office.")).to_be_visible()
    for who in (ann, dana, again):
        who.close()


def test_the_page_says_that_it_needs_a_connection(agency: Agency) -> None:
    dana = agency.person("dana")
    dana.log_in()
    dana.menu("Unclaimed")
    expect(dana.page.locator("main")).to_contain_text("Nothing is unclaimed")

    dana.work_offline(on=True)

    expect(dana.page.locator("main")).to_contain_text("This page needs a connection.")
    look_at(dana, "unclaimed offline")
    dana.button("Turn Work Offline off").click()
    expect(dana.page.locator("main")).to_contain_text("Nothing is unclaimed")
    dana.close()


def test_an_inspector_has_no_such_place(agency: Agency) -> None:
    ann = agency.person("ann")
    ann.log_in()

    expect(ann.link("Contracts")).to_be_visible()
    expect(ann.page.get_by_role("link", name="Unclaimed", exact=True)).to_have_count(0)
    ann.go("/unclaimed")
    expect(ann.page.locator("main")).to_contain_text("Nothing is unclaimed")
    ann.close()
