"""New versions of the program: none takes a form away, an old one harms nothing, a broken one goes."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from tests.e2e.conftest import NUMBER, Agency, running_agency
from tests.e2e.looked_at import look_at
from tests.support.device_copies import in_database, in_journal
from tests.support.inspector import Inspector
from tests.support.server import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"
WITHIN_S = 20
VERSION = """async () =>
    (await indexedDB.databases()).find(({ name }) => /^tallybook-[0-9a-f]{8}-/.test(name)).version
"""
KEPT = """async () => [
    (await navigator.serviceWorker.getRegistrations()).length,
    (await caches.keys()).length,
]"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """The program of a server of its own, so that a newer one can be put in its place."""
    folder = tmp_path / "program"
    shutil.copytree(ROOT / "server", folder / "server", ignore=shutil.ignore_patterns("__pycache__"))
    # Without the compressed twins, which would go on telling of the program of before.
    twins = shutil.ignore_patterns("*.br", "*.gz")
    shutil.copytree(ROOT / "web" / "dist", folder / "web" / "dist", ignore=twins)
    return folder


@pytest.fixture
def county(playwright: Playwright, template: Path, tmp_path: Path, program: Path) -> Iterator[Agency]:
    """An agency that is served by that program."""
    with running_agency(playwright, template, tmp_path, env={"PYTHONPATH": str(program / "server")}) as made:
        yield made


@pytest.fixture(scope="module")
def newer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The next version, built: it keeps a table more in the device's database, and has a mark in the page."""
    web = tmp_path_factory.mktemp("newer") / "web"
    shutil.copytree(ROOT / "web", web, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (web / "node_modules").symlink_to(ROOT / "web" / "node_modules")
    step = '  (database) => void database.createObjectStore("of_next_version", { keyPath: "id" }),\n]'
    replace_once(web / "src" / "store" / "schema.ts", "\n]", f"\n{step}")
    replace_once(web / "index.html", "</head>", '<meta name="newer" content="yes"></head>')
    npx = shutil.which("npx")
    assert npx is not None
    subprocess.run([npx, "vite", "build"], cwd=web, check=True, capture_output=True)
    return web / "dist"


def replace_once(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, path
    path.write_text(text.replace(old, new), encoding="utf-8")


def put_newer(newer: Path, program: Path) -> None:
    """In the place of what is served: the old version's files are gone."""
    dist = program / "web" / "dist"
    before = {path.name for path in (dist / "assets").glob("ImportScreen-*.js")}
    shutil.rmtree(dist)
    shutil.copytree(newer, dist)
    assert before.isdisjoint(path.name for path in (dist / "assets").iterdir())


def at_work(agency: Agency, name: str) -> Inspector:
    """Somebody on a day's notes, with the program stored."""
    made = agency.person(name)
    made.log_in()
    made.menu("Contract Offline Checkout")
    if made.email.startswith("ann"):
        made.check_out(NUMBER)
    made.open_contract(NUMBER)
    made.open_day(made.contract_id(), DAY, "Notes")
    return made


def is_newer(page: Page) -> bool:
    return page.locator("meta[name=newer]").count() == 1


def test_a_new_program_waits_for_a_half_typed_form_and_old_files_stay_while_a_tab_uses_them(
    county: Agency, program: Path, newer: Path
) -> None:
    dana = at_work(county, "dana")
    dana.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    dana.button_or_link("Add Note").click()
    dana.fill(Note="Half typed when the new program came.")
    put_newer(newer, program)
    county.server.restart()
    other = dana.context.new_page()
    other.goto(dana.url)  # a start looks for a newer program

    for page in (dana.page, other):
        expect(page.get_by_text("A newer Tallybook is ready.")).to_be_visible(timeout=WITHIN_S * 1_000)
        expect(page.get_by_text("A form is half typed.")).to_be_visible()
        assert page.get_by_role("button", name="Reload", exact=True).count() == 0
    expect(dana.field("Note")).to_have_value("Half typed when the new program came.")
    dana.button("Save").click()
    dana.tab("Notes").wait_for()
    other.get_by_role("button", name="Reload", exact=True).click()
    expect(other.locator("meta[name=newer]")).to_have_count(1)

    assert not is_newer(dana.page)
    dana.link("Contracts").click()
    dana.page.get_by_role("link", name="Import a Contract").or_(dana.button("Import a Contract")).first.click()
    expect(dana.page.locator("input[type=file]")).to_be_attached()  # a part that is loaded when it is wanted
    dana.button("Reload").click()
    expect(dana.page.locator("meta[name=newer]")).to_have_count(1)
    dana.close()


def test_a_half_typed_form_is_there_when_the_new_program_starts_with_the_next_opening(
    county: Agency, program: Path, newer: Path
) -> None:
    ann = at_work(county, "ann")
    ann.button_or_link("Add Note").click()
    ann.fill(Note="Half typed over night.")
    address = ann.page.url
    put_newer(newer, program)
    county.server.restart()
    other = ann.context.new_page()
    other.goto(ann.url)
    expect(other.get_by_text("A newer Tallybook is ready.")).to_be_visible(timeout=WITHIN_S * 1_000)
    ann.reopen()

    ann.page.goto(address)

    expect(ann.page.locator("meta[name=newer]")).to_have_count(1)
    expect(ann.field("Note")).to_have_value("Half typed over night.")
    ann.close()


def test_a_tab_with_an_old_program_cannot_harm_a_newer_ones_records(county: Agency, program: Path, newer: Path) -> None:
    ann = at_work(county, "ann")
    ann.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    ann.work_offline(on=True)
    ann.button_or_link("Add Note").click()
    ann.fill(Note="Typed in the old tab.")
    version = ann.page.evaluate(VERSION)
    put_newer(newer, program)
    county.server.restart()
    other = reload_from_the_network(ann)
    assert (other.evaluate(VERSION), ann.page.evaluate(VERSION)) == (version + 1, version + 1)

    ann.button("Save").click()

    expect(ann.page.get_by_text("This is not saved: a newer Tallybook is open in another tab.")).to_be_visible()
    expect(ann.field("Note")).to_have_value("Typed in the old tab.")
    assert in_database(ann.page) == []
    assert in_journal(ann.page).strip() == ""
    ann.page.reload()
    expect(ann.page.get_by_text("A newer Tallybook keeps this device's records now, and")).to_be_visible()
    county.server.stop()
    ann.button("Load the newer Tallybook").click()
    expect(ann.page.get_by_text("The newer Tallybook did not come.")).to_be_visible(timeout=WITHIN_S * 1_000)
    look_at(ann, "program too old")
    county.server.start()
    ann.button("Load the newer Tallybook").click()
    expect(ann.page.locator("meta[name=newer]")).to_have_count(1, timeout=WITHIN_S * 1_000)
    expect(ann.field("Note")).to_have_value("Typed in the old tab.")
    ann.button("Save").click()
    ann.sees_waiting(1)
    ann.close()


def reload_from_the_network(who: Inspector) -> Page:
    """As Ctrl+Shift+R in another tab does: past the service worker, which still has the program of before."""
    other = who.context.new_page()
    session = who.context.new_cdp_session(other)
    session.send("Network.enable")
    session.send("Network.setBypassServiceWorker", {"bypass": True})
    other.goto(who.url)
    expect(other.locator("meta[name=newer]")).to_have_count(1)
    other.get_by_role("link", name=NUMBER, exact=True).first.wait_for()
    return other


def test_the_service_worker_is_switched_off_from_the_server_and_on_again(agency: Agency) -> None:
    ann = at_work(agency, "ann")
    ann.work_offline(on=True)
    ann.add_note("Only here.")
    ann.work_offline(on=False)
    agency.server.env["TALLYBOOK_SERVICE_WORKER"] = "off"
    agency.server.restart()
    ann.page.reload()

    wait_for(ann.page, [0, 0])
    agency.server.env["TALLYBOOK_SERVICE_WORKER"] = "on"
    agency.server.restart()
    assert len(in_database(ann.page)) == 1
    assert "Only here." in in_journal(ann.page)
    ann.page.reload()
    wait_for(ann.page, [1, 1])
    ann.close()


def wait_for(page: Page, wanted: list[int]) -> None:
    """So many service workers, and so many caches."""
    deadline = time.monotonic() + WITHIN_S
    while page.evaluate(KEPT) != wanted:
        assert time.monotonic() < deadline, page.evaluate(KEPT)
        time.sleep(0.2)
