"""Every screen, on a phone and on a desk: axe-core finds nothing, nothing scrolls sideways, and it is pictured."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, ViewportSize, expect

from tests.e2e.conftest import Agency
from tests.support.browser import DESK, PHONE, find_violations, take_pictures
from tests.support.inspector import Inspector
from tests.support.server import running_server

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NUMBER = "SAP 099-614-007"  # contract S of the demonstration
DAY = "2026-10-15"
TALL_PX = 12_000  # a control that is half under a bar that stays would be found too small: so everything is in sight


class Screens:
    """A device of the demonstration with contract S checked out, and the addresses of its screens."""

    def __init__(self, who: Inspector, contract: str, entry: str, item: str, held: str) -> None:
        self.who = who
        self.paths = {
            "contracts": "/contracts",
            "import": "/contracts/import",
            "checkout": "/checkout",
            "attention": "/attention",
            "held": held,
            "storage": "/storage",
            "password": "/password",
            "unclaimed": "/unclaimed",
            "after a restore": "/restores",
            "download a backup": "/backup",
            "restore a backup": "/restore-backup",
            "merge a backup": "/merge-backup",
            "transactions": f"/contracts/{contract}/inspection/{DAY}/transactions",
            "notes": f"/contracts/{contract}/inspection/{DAY}/notes",
            "empty day": f"/contracts/{contract}/inspection/1999-01-03/notes",
            "add note": f"/contracts/{contract}/inspection/{DAY}/notes/add",
            "add transaction": f"/contracts/{contract}/inspection/{DAY}/transactions/add",
            "entry": entry,
            "revise": f"{entry}/revise",
            "item record account": f"/contracts/{contract}/items",
            "item": item,
            "search": f"/contracts/{contract}/search?q=paving",
            "nowhere": "/nowhere",
        }


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory, playwright: Playwright) -> Iterator[Screens]:
    """Ruth of the office sees every screen."""
    folder = tmp_path_factory.mktemp("screens")
    with running_server(folder / "data", before=(("migrate",), ("demo",))) as server:
        agency = Agency(server, playwright, folder)
        ruth = Inspector(playwright, folder / "profile", server.url, "office@tallybook.example")
        ruth.log_in()
        ruth.check_out(NUMBER)
        ruth.open_contract(NUMBER)
        contract = ruth.contract_id()
        yield Screens(
            ruth,
            contract,
            entry=first_link(ruth, f"/contracts/{contract}/search?q=a", "/entries/"),
            item=first_link(ruth, f"/contracts/{contract}/items", "/items/"),
            held=first_held(ruth),
        )
        ruth.close()
        agency.close()


def first_link(who: Inspector, path: str, part: str) -> str:
    """Where the first link of a page leads that has this in its address."""
    who.go(path)
    link = who.page.locator(f"main a[href*='{part}']").first
    link.wait_for()
    return str(link.get_attribute("href"))


def first_held(who: Inspector) -> str:
    """What needs attention; the only one there is opens by itself."""
    who.go("/attention")
    who.page.locator("main h1").wait_for()
    link = who.page.locator("main a[href*='/attention/']")
    return str(link.first.get_attribute("href")) if link.count() > 0 else "/attention"


def settle(page: Page) -> None:
    """A page is there when its title is, and what is on the device a moment later."""
    page.locator("main h1").first.wait_for()
    page.wait_for_timeout(300)


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["360", "1280"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(screens: Screens, viewport: ViewportSize, scheme: str) -> None:
    page, found = screens.who.page, {}
    page.set_viewport_size(ViewportSize(width=viewport["width"], height=TALL_PX))
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")

    for name, path in screens.paths.items():
        screens.who.go(path)
        settle(page)
        violations = find_violations(page)
        width = page.evaluate("() => document.documentElement.scrollWidth")
        if violations or width > viewport["width"]:
            found[name] = [*violations, f"{width} px wide"]

    assert found == {}


def test_the_panel_and_the_menu_of_a_phone(screens: Screens) -> None:
    page = screens.who.page
    page.set_viewport_size(PHONE)
    screens.who.go("/contracts")
    settle(page)
    screens.who.button("User menu").click()
    expect(page.get_by_role("switch", name="Work Offline", exact=True)).to_be_visible()
    assert find_violations(page) == []
    page.keyboard.press("Escape")
    screens.who.button("Menu").click()
    expect(page.get_by_role("link", name="Contract Offline Checkout", exact=True).first).to_be_visible()
    assert find_violations(page) == []
    page.keyboard.press("Escape")


def test_every_screen_is_pictured(screens: Screens, tmp_path: Path) -> None:
    page = screens.who.page
    for name, path in screens.paths.items():
        screens.who.go(path)
        settle(page)
        pictures = take_pictures(page, name)
        assert all(one.stat().st_size > 5_000 for one in pictures)


def test_every_page_is_reached_by_keyboard_alone(screens: Screens) -> None:
    page = screens.who.page
    page.set_viewport_size(DESK)
    screens.who.go("/contracts")
    settle(page)
    reached = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                "() => document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()"
            )
        )

    assert {"Contracts", "Contract Offline Checkout", "Needs Attention", "User menu", NUMBER} <= reached
