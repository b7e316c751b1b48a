"""Signing in and out in the browser: wrong passwords, an ended session, Work Offline, two people on one device."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Agency
from tests.e2e.looked_at import look_at
from tests.support.browser import DESK, PHONE, find_violations, take_picture
from tests.support.inspector import PASSWORD, Inspector
from tests.support.witness import witness_before

pytestmark = pytest.mark.browser

REFUSING = """
const open = IDBFactory.prototype.open
IDBFactory.prototype.open = function (name, version) {
  if (window.refusesDatabase?.(name)) throw new DOMException("It is broken.", "UnknownError")
  return open.call(this, name, version)
}
"""


def test_a_wrong_password_is_said_and_the_right_one_lets_in(agency: Agency) -> None:
    ann = agency.person("ann")

    ann.go("/")
    ann.field("Email").fill("ann@example.org")
    ann.field("Password").fill("not this one")
    ann.button("Log in").click()
    expect(ann.page.get_by_role("alert")).to_contain_text("not right")
    expect(ann.field("Email")).to_have_value("ann@example.org")
    ann.field("Password").fill(PASSWORD)
    ann.page.keyboard.press("Enter")

    expect(ann.button("User menu")).to_be_visible()
    ann.close()


def test_axe_finds_nothing_on_the_page_to_sign_in(agency: Agency) -> None:
    ann = agency.person("ann")
    ann.go("/")
    ann.button("Log in").click()  # with the sentence that says what is missing
    found = []
    for viewport in (PHONE, DESK):
        for scheme in ("light", "dark"):
            take_picture(ann.page, agency.folder / f"{scheme}.png", viewport, scheme)
            found += find_violations(ann.page)

    assert found == []
    ann.close()


def test_signing_out_ends_it_in_every_tab(agency: Agency) -> None:
    ann = agency.person("ann")
    ann.log_in()
    other = ann.context.new_page()
    other.goto(agency.url)
    other.get_by_role("button", name="User menu").wait_for()

    ann.button("User menu").click()
    ann.button("Sign out").click()

    expect(ann.button("Log in")).to_be_visible()
    expect(other.get_by_role("button", name="Log in")).to_be_visible()
    ann.page.reload()
    expect(ann.button("Log in")).to_be_visible()
    ann.close()


def sign_out_without_a_network(agency: Agency) -> Inspector:
    """Ann's device, which has its network again."""
    ann = agency.person("ann")
    ann.log_in()
    ann.context.set_offline(True)
    ann.button("User menu").click()
    ann.button("Sign out").click()
    expect(ann.button("Log in")).to_be_visible()
    ann.context.set_offline(False)
    return ann


def test_signing_out_without_a_network_is_told_to_the_server_later(agency: Agency) -> None:
    ann = sign_out_without_a_network(agency)

    ann.page.reload()

    # The server's own cookie was still good; the program ends the session instead of using it.
    expect(ann.button("Log in")).to_be_visible()
    assert ann.page.evaluate("fetch('/api/v1/session').then((answer) => answer.status)") == 401
    ann.close()


def test_after_signing_out_without_a_network_the_first_right_password_lets_in(agency: Agency) -> None:
    ann = sign_out_without_a_network(agency)

    ann.field("Email").fill("bo@example.org")
    ann.field("Password").fill(PASSWORD)
    ann.button("Log in").click()

    ann.button("User menu").click()
    expect(ann.page.get_by_text("Bo Keller")).to_be_visible()
    assert ann.page.evaluate("fetch('/api/v1/session').then((answer) => answer.status)") == 200
    ann.page.reload()
    expect(ann.button("User menu")).to_be_visible()
    ann.close()


def test_a_database_that_does_not_open_is_said_where_one_signs_in(agency: Agency) -> None:
    ann = agency.person("ann")
    ann.context.add_init_script(REFUSING)
    ann.go("/")
    ann.page.evaluate("window.refusesDatabase = (name) => name !== 'tallybook-device'")
    ann.field("Email").fill("ann@example.org")
    ann.field("Password").fill(PASSWORD)
    ann.button("Log in").click()

    expect(ann.page.get_by_role("alert")).to_contain_text("This device's records could not be read.")
    expect(ann.button("Log in")).not_to_have_attribute("aria-disabled", "true")
    look_at(ann, "records not opened while signing in")
    ann.page.reload()
    expect(ann.button("User menu")).to_be_visible()
    ann.close()


def test_what_the_browser_does_not_keep_is_not_changed_and_says_so(agency: Agency) -> None:
    ann = agency.person("ann")
    ann.context.add_init_script(REFUSING)
    ann.log_in()
    ann.page.wait_for_timeout(2_500)  # continuous backup has read its folder, and looks no more
    ann.page.evaluate("window.refusesDatabase = (name) => name === 'tallybook-device'")
    ann.button("User menu").click()
    switch = ann.page.get_by_role("switch", name="Work Offline", exact=True)
    switch.click()
    expect(ann.page.get_by_text("That is not changed.")).to_be_visible()
    expect(switch).to_be_checked(checked=False)
    ann.button("Sign out").click()
    dialog = ann.page.get_by_role("dialog", name="You are still signed in.")
    expect(dialog).to_contain_text("could not keep")
    look_at(ann, "still signed in")
    dialog.get_by_role("button", name="Close").click()
    look_at(ann, "a switch that is not changed")
    assert "Sent" in ann.sync()  # nothing was stopped

    ann.page.evaluate("window.refusesDatabase = undefined")
    ann.work_offline(on=True)
    expect(ann.page.get_by_text("That is not changed.")).to_be_hidden()
    ann.button("User menu").click()
    ann.button("Sign out").click()
    expect(ann.button("Log in")).to_be_visible()
    ann.close()


def test_an_ended_session_blocks_nothing_and_is_mended_in_place(agency: Agency) -> None:
    ann = agency.person("ann")
    ann.log_in()
    ann.context.clear_cookies()

    ann.page.get_by_role("button", name=re.compile("^Sync")).click()
    strip = ann.page.get_by_text("Your sign-in has ended.").first
    expect(strip).to_be_visible()
    ann.button("Sign in").click()
    ann.field("Password").fill(PASSWORD)
    ann.button("Log in").click()

    expect(ann.page.get_by_role("dialog")).to_be_hidden()
    assert ann.page.evaluate("fetch('/api/v1/session').then((answer) => answer.status)") == 200
    ann.close()


def test_work_offline_asks_the_network_for_nothing(agency: Agency) -> None:
    with witness_before(agency.server.port) as witness:
        ann = agency.person("ann", url=witness.url)
        ann.log_in()
        ann.check_out("SP 027-609-012")
        ann.work_offline(on=True)
        ann.page.wait_for_timeout(500)
        witness.forget()

        ann.page.reload()
        ann.open_contract("SP 027-609-012")
        ann.add_note("Nothing leaves this device.")
        ann.page.get_by_role("button", name=re.compile("^Sync")).click()
        ann.menu("Item Record Account")
        ann.menu("Needs Attention")
        ann.menu("Contract Offline Checkout")
        ann.reopen()
        ann.go("/")
        ann.menu("Contracts")
        ann.page.wait_for_timeout(3_000)  # a worker that looks for a newer one does it a second after a page

        assert witness.asked == []
        ann.work_offline(on=False)
        ann.sync()
        assert any(one.startswith("POST") for one in witness.asked)
        ann.close()
