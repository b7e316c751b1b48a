"""Somebody at work in a browser: signs in, checks out, types, syncs, by the names that a person reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import BrowserContext, Locator, Page, Playwright, ViewportSize, expect

from tests.support.browser import DESK, Engine, grant_persistence, open_profile, page_of

PASSWORD = "orange barrel 42"
CHECK_OUT_TIMEOUT_MS = 60_000
SYNC_TIMEOUT_MS = 60_000


class Inspector:
    """One person on one device; the device stays when the browser is closed."""

    def __init__(
        self,
        playwright: Playwright,
        profile: Path,
        url: str,
        email: str,
        *,
        viewport: ViewportSize = DESK,
        flags: Sequence[str] = (),
        engine: Engine = "chromium",
    ) -> None:
        """Open the browser; nobody is signed in yet."""
        self.playwright, self.profile, self.url, self.email = playwright, profile, url, email
        self.viewport, self.flags, self.engine = viewport, flags, engine
        self.errors: list[str] = []
        self.context: BrowserContext
        self.page: Page
        self.open()

    def open(self) -> None:
        """Start the browser on this profile, as after a night."""
        self.context = open_profile(
            self.playwright, self.profile, viewport=self.viewport, flags=self.flags, engine=self.engine
        )
        self.page = page_of(self.context)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        keeps = self.url.startswith(("https:", "http://127.0.0.1"))  # elsewhere browsers keep nothing for good
        if keeps and self.engine == "chromium":
            grant_persistence(self.page, self.url)

    def close(self) -> None:
        """Close the browser; nothing in the pages may have failed."""
        self.context.close()
        assert not self.errors, self.errors

    def reopen(self) -> None:
        """Close the browser and open it again."""
        self.close()
        self.open()

    def go(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.url + path)

    def log_in(self, password: str = PASSWORD) -> None:
        """From the address of the program to the list of contracts."""
        self.go("/")
        self.page.get_by_label("Email", exact=True).fill(self.email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Log in").click()
        self.button("User menu").wait_for()

    def button(self, name: str) -> Locator:
        """A button by its whole name."""
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        """A link by its whole name, wherever it is in sight."""
        return self.page.get_by_role("link", name=name, exact=True).locator("visible=true").first

    def field(self, name: str) -> Locator:
        """A field by its label, which is its whole name."""
        return self.page.get_by_label(name, exact=True)

    def menu(self, name: str) -> None:
        """Go to a place of the left menu, or of the bar that a phone has instead."""
        self.button("User menu").wait_for()
        link = self.page.get_by_role("link", name=name, exact=True).locator("visible=true")
        if link.count() == 0:
            self.button("Menu").click()
        link.first.click()

    def row(self, number: str) -> Locator:
        """A contract's row of the table to check out from."""
        rows = self.page.get_by_role("row").or_(self.page.get_by_role("listitem"))
        return rows.filter(has=self.page.get_by_role("link", name=number, exact=True)).first

    def check_out(self, number: str) -> None:
        """Check a contract out, and wait for the button to say so."""
        self.menu("Contract Offline Checkout")
        row = self.row(number)
        row.get_by_role("button", name="Check Out", exact=True).click()
        expect(row.get_by_role("button", name="Checked Out", exact=True)).to_be_visible(timeout=CHECK_OUT_TIMEOUT_MS)

    def work_offline(self, on: bool) -> None:
        """Turn the switch."""
        self.button("User menu").click()
        switch = self.page.get_by_role("switch", name="Work Offline", exact=True)
        if switch.is_checked() != on:
            switch.click()
        expect(switch).to_be_checked(checked=on)
        self.page.keyboard.press("Escape")

    def open_contract(self, number: str) -> None:
        """From anywhere to a contract's Inspection page."""
        self.menu("Contracts")
        self.link(number).click()
        self.tab("Transactions").wait_for()

    def open_day(self, contract: str, date: str, tab: str) -> None:
        """A day by its address, without a load of the page: as a link does it."""
        self.go(f"/contracts/{contract}/inspection/{date}/{tab.lower()}")
        self.tab(tab).wait_for()

    def tab(self, name: str) -> Locator:
        """A tab of the day."""
        return self.page.get_by_role("tab", name=name, exact=True)

    def contract_id(self) -> str:
        """The contract that the address is about."""
        found = re.search(r"/contracts/([0-9a-f-]{36})", self.page.url)
        assert found, self.page.url
        return found[1]

    def add_note(self, text: str, **fields: str) -> None:
        """Type a note on the day in sight, and save it."""
        self.tab("Notes").click()
        self.button_or_link("Add Note").click()
        self.fill(Note=text, **fields)
        self.button("Save").click()
        self.tab("Notes").wait_for()

    def add_transaction(self, item: str, quantity: str, **fields: str) -> None:
        """Type a transaction on the day in sight, and save it."""
        self.tab("Transactions").click()
        self.button_or_link("Add Transaction").click()
        self.choose_item(item)
        self.fill(Quantity=quantity, **fields)
        self.button("Save").click()
        self.tab("Transactions").wait_for()

    def choose_item(self, words: str) -> None:
        """Find an item by line, number or words, and take the first that is found."""
        box = self.page.get_by_role("combobox", name="Item", exact=True)
        box.fill(words)
        self.page.get_by_role("option").filter(has_text=words).first.click()

    def fill(self, **fields: str) -> None:
        """Fill fields by their labels; `Station_from` is *Station from*."""
        for name, value in fields.items():
            field = self.field(name.replace("_", " "))
            if field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def revise(self, path: str, reason: str = "", **fields: str) -> None:
        """Change an entry; another person's asks for a reason."""
        self.go(path)
        self.button_or_link("Revise").click()
        self.fill(**fields)
        if reason:
            self.fill(Reason=reason)
        self.button("Save").click()
        expect(self.page).to_have_url(re.compile(r"/entries/[^/]+$"))
        expect(self.page.get_by_text("Saved on this device").first).to_be_visible()

    def void(self, reason: str) -> None:
        """Void the entry in sight."""
        self.button_or_link("Void").click()
        self.fill(Reason=reason)
        self.page.get_by_role("dialog").get_by_role("button", name="Void this entry").click()
        self.button_or_link("Bring back").wait_for()

    def entries(self) -> list[str]:
        """The addresses of the entries of the day and the tab in sight."""
        links = self.page.locator("main a[href*='/entries/']")
        links.first.wait_for()
        return [str(link.get_attribute("href")) for link in links.all()]

    def entries_with(self, *texts: str) -> list[str]:
        """The addresses of the transactions of the day in sight, each by a text that only it has."""
        self.tab("Transactions").click()
        rows = self.page.locator("main a[href*='/entries/']")
        return [str(rows.filter(has_text=text).get_attribute("href")) for text in texts]

    def button_or_link(self, name: str) -> Locator:
        """What adds an entry: a button, or a link that looks like one."""
        return (
            self.page.get_by_role("button", name=name, exact=True)
            .or_(self.page.get_by_role("link", name=name, exact=True))
            .locator("visible=true")
            .first
        )

    def sync(self) -> str:
        """Press the green arrows; return the summary."""
        self.page.get_by_role("button", name=re.compile("^Sync")).click()
        status = self.page.get_by_role("status").filter(has_text=re.compile("Sent|not|Not|ended"))
        status.first.wait_for(timeout=SYNC_TIMEOUT_MS)
        said = status.first.inner_text()
        self.button("Close").first.click()
        return said

    def sees_waiting(self, count: int) -> None:
        """The arrows tell how many operations wait."""
        arrows = self.page.get_by_role("button", name=re.compile("^Sync,"))
        expect(arrows).to_have_accessible_name(re.compile(rf"^Sync, {count} waiting\b"))
