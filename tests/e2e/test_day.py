"""The Inspection page: several tabs, the address bar, half-typed forms, what is wrong said at the field."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NUMBER, Agency
from tests.support.browser import PHONE
from tests.support.inspector import Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def ann(agency: Agency) -> Inspector:
    """Ann with the contract checked out, at today's page."""
    made = agency.person("ann")
    made.log_in()
    made.check_out(NUMBER)
    made.open_contract(NUMBER)
    return made


def test_what_one_tab_saves_the_other_shows_within_a_second(ann: Inspector) -> None:
    other = ann.context.new_page()
    other.goto(ann.page.url)
    other.get_by_role("tab", name="Transactions", exact=True).wait_for()

    ann.add_transaction("2357.506", "186", Station_from="12+50", Station_to="31+00", Side="RT")

    expect(other.locator("main")).to_contain_text("186", timeout=1_000)
    expect(other.locator("main")).to_contain_text("Bituminous tack coat", timeout=1_000)
    ann.close()


def test_two_tabs_save_at_once_and_nothing_is_lost_or_numbered_twice(agency: Agency, ann: Inspector) -> None:
    contract = ann.contract_id()
    other = ann.context.new_page()
    add = f"{ann.url}/contracts/{contract}/inspection/2026-11-20/notes/add"
    for page, text in ((ann.page, "From the first tab."), (other, "From the second tab.")):
        page.goto(add)
        page.get_by_label("Note", exact=True).fill(text)

    for page in (ann.page, other):
        page.evaluate(
            "() => [...document.querySelectorAll('button')].find((one) => one.textContent.trim() === 'Save').click()"
        )
    for page in (ann.page, other):
        page.get_by_role("tab", name="Notes", exact=True).wait_for()
    ann.sync()

    lines = agency.server.run("export-ledger", NUMBER).splitlines()
    notes = [line for line in lines if '"note"' in line]
    assert len([one for one in notes if "From the first tab." in one]) == 1
    assert len([one for one in notes if "From the second tab." in one]) == 1
    ann.close()


def test_a_double_click_saves_once(ann: Inspector) -> None:
    ann.tab("Notes").click()
    ann.button_or_link("Add Note").click()
    ann.fill(Note="Only once.")
    ann.button("Save").dblclick()
    ann.tab("Notes").wait_for()
    ann.page.wait_for_timeout(500)

    expect(ann.page.get_by_text("Only once.")).to_have_count(1)
    ann.close()


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(ann: Inspector) -> None:
    ann.button_or_link("Add Transaction").click()
    ann.choose_item("2360.509")
    ann.fill(Quantity="412.655", Date="2026-02-30", Location="Northbound, right lane")
    ann.button("Save").click()

    quantity, date = ann.field("Quantity"), ann.field("Date")
    expect(quantity).to_have_attribute("aria-invalid", "true")
    expect(date).to_have_attribute("aria-invalid", "true")
    expect(quantity).to_have_value("412.655")
    expect(date).to_have_value("2026-02-30")
    expect(ann.field("Location")).to_have_value("Northbound, right lane")
    ann.page.get_by_role("button", name=re.compile("412.66")).click()
    expect(quantity).to_have_value("412.66")
    expect(ann.field("Documentation")).to_have_value(re.compile(r"412\.655"))
    ann.fill(Date="2026-11-19")
    ann.button("Save").click()
    expect(ann.page.locator("main")).to_contain_text("412.66")
    assert "/inspection/2026-11-19/transactions" in ann.page.url
    ann.close()


def test_an_empty_note_is_not_saved(ann: Inspector) -> None:
    ann.tab("Notes").click()
    ann.button_or_link("Add Note").click()
    ann.fill(Note="   ")
    ann.button("Save").click()

    expect(ann.field("Note")).to_have_attribute("aria-invalid", "true")
    expect(ann.field("Note")).to_be_focused()
    ann.close()


def test_a_half_typed_form_survives_a_closed_tab_and_a_closed_browser(ann: Inspector) -> None:
    ann.button_or_link("Add Transaction").click()
    ann.choose_item("2357.506")
    ann.fill(Quantity="18", Location="Half-typed, then the")
    address = ann.page.url
    ann.page.close()

    ann.page = ann.context.new_page()
    ann.page.goto(address)
    expect(ann.field("Quantity")).to_have_value("18")
    ann.page.wait_for_timeout(400)
    ann.reopen()
    ann.page.goto(address)
    expect(ann.field("Location")).to_have_value("Half-typed, then the")
    ann.button("Save").click()
    ann.tab("Transactions").wait_for()
    ann.page.goto(address)
    expect(ann.field("Quantity")).to_have_value("")
    ann.close()


def test_back_and_forward_do_what_one_expects_offline_too(ann: Inspector) -> None:
    ann.context.set_offline(True)
    contract = ann.contract_id()
    ann.open_day(contract, "2026-11-19", "Transactions")
    ann.tab("Notes").click()
    expect(ann.page).to_have_url(re.compile("/2026-11-19/notes$"))
    ann.add_note("Paving began at seven.")
    ann.page.get_by_text("Paving began at seven.").click()
    expect(ann.page).to_have_url(re.compile("/entries/"))
    entry = ann.page.url

    ann.page.go_back()
    expect(ann.page).to_have_url(re.compile("/2026-11-19/notes$"))
    ann.page.go_forward()
    expect(ann.page).to_have_url(entry)
    expect(ann.page.locator("main")).to_contain_text("Paving began at seven.")
    ann.page.reload()
    expect(ann.page.locator("main")).to_contain_text("Paving began at seven.")
    ann.close()


def test_a_phone_does_it_too(agency: Agency) -> None:
    bo = agency.person("bo", viewport=PHONE)
    bo.log_in()
    bo.check_out(NUMBER)
    bo.open_contract(NUMBER)
    bo.add_transaction("2506.602", "2", Location="At 18+22 and 24+70")
    expect(bo.page.get_by_text("Saved on this device").or_(bo.page.get_by_text("At the office")).first).to_be_visible()
    bo.add_note("Centerline castings adjusted.")
    said = bo.sync()

    assert "Needs attention 0" in said
    width = bo.page.evaluate("() => document.documentElement.scrollWidth")
    assert width <= 360
    bo.close()


def test_text_of_people_is_never_markup(ann: Inspector) -> None:
    ann.page.add_init_script("window.alert = () => { window.hacked = true }")
    text = "<img src=x onerror=alert(1)><b>not bold</b>"
    ann.tab("Notes").click()
    ann.add_note(text, Station="<i>12</i>")
    for path in ("", "search?q=onerror"):
        if path:
            ann.go(f"/contracts/{ann.contract_id()}/{path}")
        expect(ann.page.locator("main")).to_contain_text(text)
        assert ann.page.locator("main img[src=x], main b:has-text('not bold')").count() == 0
    ann.page.locator("main a[href*='/entries/']").first.click()
    expect(ann.page.locator("main")).to_contain_text(text)
    assert ann.page.evaluate("() => window.hacked") is None
    ann.close()


def test_an_items_own_page_leads_to_a_form_with_the_item(ann: Inspector) -> None:
    ann.menu("Item Record Account")
    ann.page.get_by_role("link", name="Bituminous tack coat").first.click()
    ann.button_or_link("Add Transaction").click()

    expect(ann.page.get_by_role("combobox", name="Item", exact=True)).to_have_value(re.compile("Bituminous tack coat"))
    ann.fill(Quantity="20")
    ann.button("Save").click()

    expect(ann.page.locator("main")).to_contain_text("Bituminous tack coat")
    ann.close()
