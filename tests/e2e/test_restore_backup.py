"""Restore Backup: a file brings back what was typed, online and offline, once; what cannot be taken is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import NUMBER, Agency
from tests.e2e.hasty_thumb import press_twice
from tests.e2e.looked_at import look_at
from tests.e2e.made_backups import PASSPHRASE, Office, choose
from tests.e2e.pressed_backups import sees_nothing_waiting
from tests.support.backup_files import flip, lock, place_of
from tests.support.inspector import Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


@pytest.fixture
def office(agency: Agency, tmp_path: Path) -> Office:
    """Whose files can be made."""
    return Office(agency, tmp_path)


def log_in_at_restore(agency: Agency, name: str) -> Inspector:
    """Somebody on a new device who looks for the way to restore his backup."""
    who = agency.person(name)
    who.log_in()
    who.page.get_by_role("link", name=NUMBER, exact=True).first.wait_for()
    who.go("/restore-backup")
    return who


def test_a_locked_file_is_restored_without_a_connection_and_goes_to_the_office_later(
    agency: Agency, office: Office
) -> None:
    ann = log_in_at_restore(agency, "ann")
    main = ann.page.locator("main")
    look_at(ann, "restore empty")
    ann.work_offline(on=True)

    file = office.file(lock(office.writer("ann", 12, others="bo").write(), PASSPHRASE), "a.tallybook.age")
    choose(ann, file)
    expect(ann.field("Passphrase")).to_be_focused()
    ann.fill(Passphrase="wrong")
    ann.page.keyboard.press("Enter")
    expect(main.get_by_text("This passphrase does not open the backup.").first).to_be_visible()
    expect(ann.field("Passphrase")).to_be_focused()
    look_at(ann, "restore locked")
    ann.fill(Passphrase=PASSPHRASE)
    ann.page.keyboard.press("Enter")
    expect(main).to_contain_text("12 new here.")
    expect(main).to_contain_text("1 typed by somebody else: left out.")
    look_at(ann, "restore preview")
    sees_nothing_waiting(ann)

    ann.button("Restore").click()
    expect(main).to_contain_text("12 entries restored.")
    expect(main).to_contain_text("goes to the office when you turn Work Offline off")
    expect(main).to_contain_text("Left out: what others typed")
    look_at(ann, "restore done")
    ann.sees_waiting(12)
    expect(ann.page.get_by_text(re.compile("^Last backup: .* nothing since"))).to_be_visible()
    ann.work_offline(on=False)
    sees_nothing_waiting(ann)
    expect(main).to_contain_text("All of it is at the office.")
    expect(ann.button("Sync now")).to_have_count(0)
    ann.close()


def test_the_same_file_twice_is_here_already(agency: Agency, office: Office) -> None:
    ann = log_in_at_restore(agency, "ann")
    main = ann.page.locator("main")
    file = office.file(office.writer("ann", 3).write())
    choose(ann, file)
    expect(main).to_contain_text("The office has none of them yet.")
    press_twice(ann, "Restore")
    expect(main).to_contain_text("3 entries restored.")
    expect(main).to_contain_text("All of it is at the office.")
    ann.button("Restore another file").click()

    choose(ann, file)

    expect(main).to_contain_text("Everything in this file is here already.")
    expect(main).to_contain_text("The office has all of them already.")
    look_at(ann, "restore all here")
    ann.link("Contracts").click()
    ann.close()


def test_of_a_damaged_file_what_is_whole_is_taken_and_the_rest_only_when_asked_for(
    agency: Agency, office: Office
) -> None:
    ann = log_in_at_restore(agency, "ann")
    main = ann.page.locator("main")
    content = office.writer("ann", 40, compression=0).write()
    name = f"contracts/{office.contract}/operations.ndjson"
    place = content.index(b"Note 30", place_of(content, name))
    choose(ann, office.file(flip(content, place)))

    expect(main).to_contain_text("Parts of this file are not as they were written.")
    expect(main).to_contain_text("Damaged: left out, unless you take what can be read.")
    look_at(ann, "restore damaged")
    ann.button("Restore").click()
    expect(main).to_contain_text("Nothing new was restored. 40 entries of damaged contracts were left out.")
    expect(main.get_by_role("listitem")).to_contain_text(["Damaged: 40 entries left out", "Entries of "])
    look_at(ann, "restore left out")
    ann.button("Restore another file").click()
    choose(ann, office.file(flip(content, place)))
    ann.page.get_by_role("switch", name="Take what can be read of damaged contracts, too").click()
    ann.button("Restore").click()

    expect(main).to_contain_text("40 entries restored.")
    ann.close()


def test_what_is_no_backup_of_this_agency_is_refused_in_plain_words(agency: Agency, office: Office) -> None:
    ann = log_in_at_restore(agency, "ann")
    main = ann.page.locator("main")
    other = {"id": "00000000-0000-7000-8000-00000000aaaa", "name": "Elm County"}
    files = {
        "This file is empty.": b"",
        "This is not a Tallybook backup.": b"Dear Ann",
        "This backup belongs to another agency: Elm County.": office.writer("ann", 1, agency=other).write(),
        "This backup was made by a newer version of Tallybook.": office.writer(
            "ann", 1, manifest_changes={"format_version": 2}
        ).write(),
    }

    for title, content in files.items():
        choose(ann, office.file(content))
        expect(main.get_by_role("alert").filter(has_text=title)).to_contain_text("Nothing was changed on this device.")

    look_at(ann, "restore refused")
    sees_nothing_waiting(ann)
    ann.close()
