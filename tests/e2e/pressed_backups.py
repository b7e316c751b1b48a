"""Downloading and restoring a backup as a person does it: by the menu, the switches and the buttons of the screens."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.e2e.made_backups import choose
from tests.support.browser import take_download
from tests.support.inspector import Inspector

# Automation cannot click the browser's own windows.
WITHOUT_PICKERS = "delete window.showSaveFilePicker"
SENT_TIMEOUT_MS = 30_000
LEFT_UNLOCKED = """async () => {
    const root = await navigator.storage.getDirectory()
    const folder = await root.getDirectoryHandle("unlocked")
    const names = []
    for await (const name of folder.keys()) names.push(name)
    return names
}"""


def open_backup(who: Inspector) -> None:
    """By the menu, as a person goes."""
    who.button("User menu").click()
    who.link("Download Offline Backup").click()
    who.button("Download").wait_for()


def download(who: Inspector, folder: Path) -> Path:
    """Press Download on the page; return the file."""
    return save_download(who, who.button("Download"), folder)


def save_download(who: Inspector, button: Locator, folder: Path) -> Path:
    """Press what makes a download, until the page says that it is there; return the file."""
    if who.engine == "firefox":
        button.click()
        path = take_download(who.profile, folder)
    else:
        with who.page.expect_download() as started:
            button.click()
        path = folder / started.value.suggested_filename
        started.value.save_as(path)
    expect(who.page.get_by_text("The backup is downloaded.")).to_be_visible()
    return path


def lock_with(who: Inspector, passphrase: str) -> None:
    """On the page that downloads: the file is to be locked."""
    who.page.get_by_role("switch", name="Lock the file with a passphrase").click()
    who.field("Passphrase").fill(passphrase)
    who.field("The same once more").fill(passphrase)


def open_restore(who: Inspector) -> None:
    """By the menu, as a person goes."""
    who.button("User menu").click()
    who.link("Restore Backup").click()
    expect(who.page.locator("main h1")).to_have_text("Restore Backup")


def restore(who: Inspector, file: Path, passphrase: str = "") -> None:
    """From the menu to what was restored."""
    open_restore(who)
    restore_here(who, file, passphrase)


def restore_here(who: Inspector, file: Path, passphrase: str = "") -> None:
    """On the page that restores, from the file to what was restored."""
    choose(who, file)
    if passphrase:
        who.fill(Passphrase=passphrase)
        who.page.keyboard.press("Enter")
    who.button("Restore").click()
    expect(who.page.get_by_role("heading", name="What was restored")).to_be_focused()


def left_unlocked(who: Inspector) -> list[str]:
    """What stayed on the device of a file that a passphrase opened: nothing may."""
    return list(who.page.evaluate(LEFT_UNLOCKED))


def sees_nothing_waiting(who: Inspector) -> None:
    """The arrows tell that the office has all."""
    arrows = who.page.get_by_role("button", name=re.compile("^Sync,"))
    expect(arrows).to_have_accessible_name(re.compile("^Sync, nothing waiting"), timeout=SENT_TIMEOUT_MS)
