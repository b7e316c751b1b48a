"""Downloading a backup, being told when the last one was, and a folder that gets one by itself."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import ITEMS, NUMBER, Agency, import_contract
from tests.e2e.hasty_thumb import is_in_sight, press_twice
from tests.e2e.pressed_backups import WITHOUT_PICKERS, download, open_backup
from tests.support.browser import PHONE, find_violations, limit_quota, take_pictures
from tests.support.inspector import Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"
FOLDER = "FIELD USB"
LONG_NAME = "Reconstruction of the intersection of Trunk Highway 610 with Donaudampfschifffahrtsgesellschaftskanal"
FULL_BYTES = 1_000
ONE_MINUTE_MS = 60_000
WRITTEN_TIMEOUT_MS = 30_000

# Automation cannot click the browser's own windows. A folder of the page's own storage is as real a folder.
CHOOSES_FOLDER = f"""
window.showDirectoryPicker = async () => {{
    const root = await navigator.storage.getDirectory()
    return root.getDirectoryHandle({FOLDER!r}, {{ create: true }})
}}
"""
CHOOSES_FILE = """
window.showSaveFilePicker = async ({ suggestedName }) => {
    if (window.isCancelled) throw new DOMException("Closed.", "AbortError")
    const root = await navigator.storage.getDirectory()
    return root.getFileHandle(suggestedName, { create: true })
}
"""
# Names and sizes of a folder of the page's own storage; none where it is not there.
LIST = """async (folder) => {
    const root = await navigator.storage.getDirectory()
    const found = {}
    try {
        const place = folder ? await root.getDirectoryHandle(folder) : root
        for await (const one of place.values()) {
            if (one.kind === "file") found[one.name] = (await one.getFile()).size
        }
    } catch (failure) {
        if (failure.name !== "NotFoundError") throw failure
    }
    return found
}"""
REMOVE = """async (folder) => (await navigator.storage.getDirectory()).removeEntry(folder, { recursive: true })"""


@pytest.fixture
def ann(agency: Agency) -> Inspector:
    """Ann with the contract checked out, working offline on a day's notes; her browser has no window to save by."""
    made = agency.person("ann")
    made.context.add_init_script(WITHOUT_PICKERS)
    made.context.add_init_script(CHOOSES_FOLDER)
    made.log_in()
    made.check_out(NUMBER)
    made.open_contract(NUMBER)
    made.work_offline(on=True)
    made.open_day(made.contract_id(), DAY, "Notes")
    return made


def line(page: Page) -> Locator:
    """The line around every page."""
    return page.get_by_text(re.compile("^(Last backup:|Never backed up:)")).first


def manifest_of(path: Path) -> dict[str, Any]:
    """What the file says of itself; the ZIP is whole."""
    with zipfile.ZipFile(path) as opened:
        assert opened.testzip() is None
        manifest: dict[str, Any] = json.loads(opened.read("manifest.json"))
    return manifest


def test_a_backup_is_downloaded_offline_and_the_line_counts_from_it(
    agency: Agency, ann: Inspector, tmp_path: Path
) -> None:
    assert line(ann.page).count() == 0  # nothing is unsent: nobody is nagged
    ann.add_note("Only here, one.")
    ann.add_note("Only here, two.")
    expect(line(ann.page)).to_contain_text("Never backed up: 2 entries only on this device.")
    agency.server.stop()

    open_backup(ann)
    assert find_violations(ann.page) == []
    take_pictures(ann.page, "backup before")
    path = download(ann, tmp_path)

    assert re.fullmatch(r"tallybook-backup-ann-\d{4}-\d\d-\d\d-\d{4}\.tallybook", path.name)
    [contract] = manifest_of(path)["contracts"]
    assert (contract["number"], contract["operations"], contract["unanswered"]) == (NUMBER, 2, 2)
    expect(line(ann.page)).to_contain_text("Last backup: downloaded just now, nothing since.")
    assert find_violations(ann.page) == []
    take_pictures(ann.page, "backup downloaded")

    ann.page.go_back()
    ann.add_note("Only here, three.")
    expect(line(ann.page)).to_contain_text("1 entry since.")
    ann.reopen()
    ann.go("/")
    expect(line(ann.page)).to_contain_text("1 entry since.")
    ann.close()


def check_out_long(agency: Agency, ann: Inspector, folder: Path) -> None:
    """A second contract, whose number and name have more than a line on a phone."""
    number, items = "SAP-2026-0004711-BRIDGEREPLACEMEN/PHASE2", folder / "items.csv"
    items.write_text(ITEMS, encoding="utf-8")
    import_contract(agency.server, items, number, LONG_NAME)
    ann.work_offline(on=False)
    ann.sync()
    ann.page.set_viewport_size(PHONE)
    ann.check_out(number)
    take_pictures(ann.page, "checkout long names")
    ann.work_offline(on=True)


def test_a_locked_file_needs_the_passphrase_typed_twice_and_forgets_it(
    agency: Agency, ann: Inspector, tmp_path: Path
) -> None:
    ann.add_note("Only here.")
    check_out_long(agency, ann, tmp_path)
    open_backup(ann)
    assert ann.page.evaluate("() => document.documentElement.scrollWidth") <= PHONE["width"]
    ann.page.get_by_role("switch", name="Lock the file with a passphrase").click()
    expect(ann.page.get_by_text("Nobody can open the file without it: not your office either.")).to_be_visible()
    ann.field("Passphrase").fill("four orange barrels")
    ann.field("The same once more").fill("four orange barrel")
    ann.button("Download").click()
    expect(ann.page.get_by_text("The two are not the same.")).to_be_visible()
    expect(ann.field("The same once more")).to_be_focused()
    assert is_in_sight(ann.field("The same once more"))
    take_pictures(ann.page, "backup passphrase")
    assert find_violations(ann.page) == []

    ann.field("The same once more").fill("four orange barrels")
    path = download(ann, tmp_path)

    assert is_in_sight(ann.page.locator(".outcome .banner"))
    assert path.name.endswith(".tallybook.age")
    assert path.read_bytes().startswith(b"age-encryption.org/v1\n-> scrypt ")
    expect(ann.field("Passphrase")).to_have_count(0)
    press_twice(ann, "Download")
    expect(ann.page.get_by_text("The backup is downloaded.")).to_be_visible()
    ann.close()


def test_a_chosen_file_is_written_whole_or_not_at_all(agency: Agency) -> None:
    ann = agency.person("ann")
    ann.context.add_init_script(CHOOSES_FILE)
    ann.log_in()
    ann.check_out(NUMBER)
    ann.open_contract(NUMBER)
    ann.work_offline(on=True)
    ann.open_day(ann.contract_id(), DAY, "Notes")
    ann.add_note("Only here. " * 400)
    open_backup(ann)
    ann.page.evaluate("window.isCancelled = true")
    ann.button("Download").click()
    expect(ann.page.get_by_text("Cancelled. No file was made")).to_be_visible()
    expect(line(ann.page)).to_contain_text("Never backed up")

    ann.page.evaluate("window.isCancelled = false")
    ann.button("Download").click()
    expect(ann.page.get_by_text("The backup is saved.")).to_be_visible()
    expect(line(ann.page)).to_contain_text("Last backup: just now, nothing since.")
    [size] = ann.page.evaluate(LIST, "").values()
    assert size > 0
    ann.close()


def test_a_full_device_still_gives_a_download(ann: Inspector, tmp_path: Path) -> None:
    ann.add_note("Only here. " * 400)
    ann.reopen()
    ann.context.add_init_script(WITHOUT_PICKERS)
    full = limit_quota(ann.page, ann.url, FULL_BYTES)  # before anything is asked of it
    ann.go("/backup")
    assert manifest_of(download(ann, tmp_path))["contracts"][0]["operations"] == 1
    full.detach()
    ann.close()


def test_what_a_killed_tab_left_is_cleared(ann: Inspector, tmp_path: Path) -> None:
    ann.add_note("Only here.")
    open_backup(ann)
    download(ann, tmp_path)
    assert len(ann.page.evaluate(LIST, "downloads")) == 1
    ann.reopen()
    ann.context.add_init_script(WITHOUT_PICKERS)
    ann.go("/backup")
    download(ann, tmp_path)

    assert len(ann.page.evaluate(LIST, "downloads")) == 1

    download(ann, tmp_path)  # in the same tab

    assert len(ann.page.evaluate(LIST, "downloads")) == 1
    ann.close()


def test_sign_out_is_stopped_and_offers_the_whole_backup(ann: Inspector, tmp_path: Path) -> None:
    ann.add_note("Only here.")
    ann.button("User menu").click()
    ann.button("Sign out").click()
    expect(ann.page.get_by_role("dialog")).to_contain_text("1 entry of yours is only on this device")
    with ann.page.expect_download() as started:
        ann.page.get_by_role("dialog").get_by_role("button", name="Download Offline Backup").click()
    started.value.save_as(tmp_path / "backup.tallybook")

    assert manifest_of(tmp_path / "backup.tallybook")["contracts"][0]["operations"] == 1
    expect(ann.page.get_by_text("The backup is downloaded.")).to_be_visible()
    ann.close()


def choose_folder(ann: Inspector) -> None:
    """Begin continuous backup."""
    open_backup(ann)
    ann.button("Choose a folder").click()
    expect(ann.page.get_by_text(f"On: last written into “{FOLDER}”")).to_be_visible(timeout=WRITTEN_TIMEOUT_MS)


def write_now(ann: Inspector, files: int) -> set[str]:
    """One more file; return the names when there are as many as they should be."""
    before = set(ann.page.evaluate(LIST, FOLDER))
    ann.button("Write it now").click()
    ann.page.wait_for_function(
        f"async ([folder, before, count]) => {{ const now = Object.keys(await ({LIST})(folder));"
        " return now.length === count && now.some((name) => !before.includes(name)) }",
        arg=[FOLDER, sorted(before), files],
        timeout=WRITTEN_TIMEOUT_MS,
    )
    expect(ann.button("Write it now")).not_to_have_attribute("aria-disabled", "true")
    return set(ann.page.evaluate(LIST, FOLDER))


def test_a_folder_gets_a_file_after_a_save_keeps_three_and_none_that_is_not_ours_goes(ann: Inspector) -> None:
    ann.page.evaluate(
        f"""async () => {{
            const root = await navigator.storage.getDirectory()
            const folder = await root.getDirectoryHandle({FOLDER!r}, {{ create: true }})
            for (const name of ["tallybook-backup-ann-2026-01-01-0800.tallybook", "photos.zip"])
                await folder.getFileHandle(name, {{ create: true }})
        }}"""
    )
    theirs = set(ann.page.evaluate(LIST, FOLDER))
    ann.add_note("Only here.")
    choose_folder(ann)
    expect(line(ann.page)).to_contain_text("Last backup: just now, nothing since.")
    [first] = set(ann.page.evaluate(LIST, FOLDER)) - theirs
    write_now(ann, len(theirs) + 2)
    write_now(ann, len(theirs) + 3)

    kept = write_now(ann, len(theirs) + 3)

    assert theirs < kept
    assert first not in kept
    take_pictures(ann.page, "backup folder")
    assert find_violations(ann.page) == []
    ann.button("Stop").click()
    ann.button("Choose a folder").wait_for()
    assert set(ann.page.evaluate(LIST, FOLDER)) == kept
    ann.close()


def test_a_drive_that_is_gone_is_told_of_quietly_and_caught_up_when_it_is_back(ann: Inspector) -> None:
    ann.page.clock.install()
    ann.page.reload()
    ann.add_note("Only here, one.")
    choose_folder(ann)
    ann.page.evaluate(REMOVE, FOLDER)
    ann.page.go_back()
    ann.add_note("Only here, two.")
    ann.page.clock.fast_forward(2 * ONE_MINUTE_MS)

    expect(line(ann.page)).to_contain_text(f"“{FOLDER}” is not there now.", timeout=WRITTEN_TIMEOUT_MS)
    expect(line(ann.page)).to_contain_text("1 entry since")
    take_pictures(ann.page, "backup drive gone")
    ann.page.evaluate("window.showDirectoryPicker()")
    ann.page.clock.fast_forward(2 * ONE_MINUTE_MS)

    expect(line(ann.page)).to_contain_text("nothing since", timeout=WRITTEN_TIMEOUT_MS)
    expect(line(ann.page)).not_to_contain_text("not there")
    assert len(ann.page.evaluate(LIST, FOLDER)) == 1
    ann.close()


def test_after_a_day_the_line_asks_once_and_one_press_makes_one(ann: Inspector) -> None:
    ann.page.set_viewport_size(PHONE)
    ann.page.clock.install()
    ann.page.reload()
    ann.add_note("Only here.")
    expect(line(ann.page)).to_contain_text("Never backed up")
    assert ann.button("Download a backup").count() == 0
    ann.page.clock.fast_forward(25 * 60 * ONE_MINUTE_MS)
    take_pictures(ann.page, "backup due")

    with ann.page.expect_download():
        ann.button("Download a backup").click()

    expect(ann.page.get_by_text("The backup is downloaded.")).to_be_visible()
    expect(ann.button("Download a backup")).to_have_count(0)
    ann.close()
