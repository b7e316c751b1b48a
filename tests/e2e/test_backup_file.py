"""A backup file as the client really writes it, locked or not: opened by the server, by other tools, by a browser."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest
from playwright.sync_api import Page, ViewportSize
from pyrage import passphrase as age

from tallybook.sync.backup_reading import read_backup

from scripts import setup
from scripts.bundle import bundle
from tests.support.browser import DESK, PHONE, browser_profile, find_violations, page_of, take_pictures

AGENCY = UUID("01890000-0000-7000-8000-0000000000aa")  # of the sample, as the ids below
CONTRACT = UUID("01890000-0000-7000-8000-0000000000c1")
PASSPHRASE = "Brücke 12, three spans"
WRITER = "src/backup/testing/write-sample.ts"
NOTES = 30
PHOTOS = 2  # stand-ins


@pytest.fixture(scope="module")
def writer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The client's own code as one program."""
    return bundle(WRITER, tmp_path_factory.mktemp("writer") / "write-sample.mjs")


def write(writer: Path, path: Path, *passphrase: str) -> Path:
    """Let the client write sample work to a path."""
    node, _ = setup.require_node()
    subprocess.run([node, str(writer), str(path), *passphrase], check=True, capture_output=True)
    return path


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE], ids=["plain", "locked"])
def test_the_server_and_other_tools_open_it(writer: Path, tmp_path: Path, passphrase: str) -> None:
    file = write(writer, tmp_path / "written.tallybook", *filter(None, [passphrase]))

    (folder := tmp_path / "read").mkdir()
    read = read_backup(file, folder, agency_id=AGENCY, passphrase=passphrase)
    plain = tmp_path / "plain.zip"
    plain.write_bytes(age.decrypt(file.read_bytes(), passphrase) if passphrase else file.read_bytes())

    assert read.findings == []
    assert [(one.id, one.is_damaged) for one in read.contracts] == [(CONTRACT, False)]
    assert read.contracts[0].lines.operations > NOTES
    assert subprocess.run(["unzip", "-t", str(plain)], check=False, capture_output=True).returncode == 0
    names = zipfile.ZipFile(plain).namelist()
    photos = [name.removeprefix("photos/") for name in names if name.startswith("photos/")]
    assert [names[-PHOTOS - 2], names[-1]] == ["view.html", "manifest.json"]
    assert photos == [sha256(zipfile.ZipFile(plain).read(f"photos/{name}")).hexdigest() for name in photos]
    assert len(photos) == PHOTOS


@pytest.fixture
def view(writer: Path, tmp_path: Path) -> Iterator[Page]:
    """Its page, from the disk, in a browser without a network."""
    with zipfile.ZipFile(write(writer, tmp_path / "written.tallybook")) as opened:
        opened.extract("view.html", tmp_path)
    with browser_profile(tmp_path / "profile") as context:
        context.set_offline(True)
        page = page_of(context)
        page.goto((tmp_path / "view.html").as_uri())
        yield page


def test_its_page_is_read_in_any_browser(view: Page) -> None:
    assert view.title() == "Notes and transactions"
    assert view.locator(".entry").count() == NOTES + 3
    assert view.locator("main script, main b:not(.what)").count() == 0
    view.get_by_role("navigation").get_by_role("link").first.click()
    assert view.url.endswith(f"#c-{CONTRACT}")
    for viewport in (PHONE, DESK):
        for scheme in ("light", "dark"):
            view.set_viewport_size(ViewportSize(width=viewport["width"], height=viewport["height"]))
            view.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            assert find_violations(view) == []
            assert view.evaluate("() => document.documentElement.scrollWidth") <= viewport["width"]
    assert all(one.stat().st_size > 5_000 for one in take_pictures(view, "backup view"))
