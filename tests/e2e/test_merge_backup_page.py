"""Merge a backup: the office's computer takes the entries out of a file; each counts once, whoever brings it."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Route, expect

from tests.e2e.conftest import Agency
from tests.e2e.hasty_thumb import press_twice
from tests.e2e.looked_at import look_at
from tests.e2e.made_backups import PASSPHRASE, Office, choose
from tests.support.backup_files import flip, lock, place_of
from tests.support.inspector import Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def office(agency: Agency, tmp_path: Path) -> Office:
    """Whose files can be made."""
    return Office(agency, tmp_path)


@pytest.fixture
def dana(agency: Agency) -> Inspector:
    """An administrator at the page."""
    who = agency.person("dana")
    who.log_in()
    who.menu("Merge a backup")
    return who


def test_a_locked_file_is_merged_and_the_second_time_everything_is_known(
    agency: Agency, office: Office, dana: Inspector
) -> None:
    main = dana.page.locator("main")
    look_at(dana, "merge empty")
    file = office.file(lock(office.writer("ann", 2_300, others="bo").write(), PASSPHRASE), "a.tallybook.age")

    choose(dana, file)
    dana.fill(Passphrase="wrong")
    press_twice(dana, "Open")
    expect(main.get_by_text("This passphrase does not open the backup.").first).to_be_visible()
    expect(dana.field("Passphrase")).to_be_focused()
    dana.fill(Passphrase=PASSPHRASE)
    dana.page.keyboard.press("Enter")
    expect(main).to_contain_text("2,301 new.", timeout=60_000)
    look_at(dana, "merge preview")
    press_twice(dana, "Merge")
    expect(main).to_contain_text("2,301 entries merged.", timeout=120_000)
    expect(main).to_contain_text("New by Ann Lindqvist (2,300) and Bo Keller (1)")
    expect(main).to_contain_text("Keep the file of a device that is gone until the server has been backed up")
    look_at(dana, "merge done")
    uploads = agency.server.data_dir / "backups"
    assert [path for path in uploads.rglob("*") if path.is_file()] == []

    dana.button("Merge another file").click()
    choose(dana, file)
    dana.fill(Passphrase=PASSPHRASE)
    dana.page.keyboard.press("Enter")
    expect(main).to_contain_text("The office has everything of this file already.", timeout=60_000)
    dana.close()


def test_a_line_that_is_lost_while_it_merges_goes_on_where_it_was(office: Office, dana: Inspector) -> None:
    main = dana.page.locator("main")
    choose(dana, office.file(office.writer("ann", 5).write()))
    expect(main).to_contain_text("5 new.")
    dana.page.route("**/merge", lambda route: route.abort())

    dana.button("Merge").click()
    expect(main).to_contain_text("The office did not answer.")
    look_at(dana, "merge broken off")
    dana.page.unroute("**/merge")
    dana.button("Go on").click()

    expect(main).to_contain_text("5 entries merged.")
    dana.close()


def test_the_page_is_left_while_it_merges_and_the_end_is_told_on_coming_back(office: Office, dana: Inspector) -> None:
    main = dana.page.locator("main")
    choose(dana, office.file(office.writer("ann", 5).write()))
    expect(main).to_contain_text("5 new.")
    kept: list[Route] = []

    def keep(route: Route) -> None:  # Playwright takes no method of a list
        kept.append(route)

    dana.page.route("**/merge", keep)

    dana.button("Merge").click()
    expect(main).to_contain_text("It goes on when you leave this page.")
    look_at(dana, "merge under way")
    dana.menu("Contracts")
    kept[0].continue_()
    dana.menu("Merge a backup")

    expect(main).to_contain_text("5 entries merged.")
    dana.menu("Contracts")
    dana.menu("Merge a backup")
    expect(main.get_by_role("heading", name="1. The file")).to_be_visible()
    dana.close()


def test_damaged_and_foreign_files_are_said_in_plain_words(office: Office, dana: Inspector) -> None:
    main = dana.page.locator("main")
    content = office.writer("ann", 40, compression=0).write()
    name = f"contracts/{office.contract}/operations.ndjson"
    choose(dana, office.file(flip(content, content.index(b"Note 30", place_of(content, name)))))
    expect(main).to_contain_text("Damaged: left out, unless you take what can be read.")
    look_at(dana, "merge damaged")
    dana.button("Merge").click()
    expect(main).to_contain_text("Nothing new was merged. 40 entries of damaged contracts were left out.")
    expect(main.get_by_role("listitem")).to_contain_text(["Damaged: 40 entries left out", "Entries of "])
    look_at(dana, "merge left out")
    dana.button("Merge another file").click()
    choose(dana, office.file(b"Dear Dana"))
    expect(main).to_contain_text("This is not a Tallybook backup.")
    look_at(dana, "merge refused")
    dana.page.locator("main input[type=file]").set_input_files(
        {"name": "empty.tallybook", "mimeType": "application/octet-stream", "buffer": b""}
    )
    expect(main).to_contain_text("This file is empty.")
    dana.close()


def test_an_inspector_is_sent_to_restore_his_own(agency: Agency) -> None:
    ann = agency.person("ann")
    ann.log_in()
    ann.go("/merge-backup")

    expect(ann.page.locator("main")).to_contain_text("Backups are merged by the office.")
    look_at(ann, "merge by an inspector")
    ann.link("Restore Backup").click()
    expect(ann.page.locator("main h1")).to_have_text("Restore Backup")
    ann.close()
