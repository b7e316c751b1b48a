"""A device is lost and comes back: whichever way its backup was taken, each entry is at the office once."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, expect

from tests.e2e.conftest import NUMBER, Agency, running_agency
from tests.e2e.looked_at import look_at
from tests.e2e.made_backups import PASSPHRASE, choose
from tests.e2e.office_once import is_at_the_office_once, operations_of
from tests.e2e.pressed_backups import (
    WITHOUT_PICKERS,
    download,
    left_unlocked,
    lock_with,
    open_backup,
    restore,
    sees_nothing_waiting,
)
from tests.support.inspector import CHECK_OUT_TIMEOUT_MS, Inspector

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

DAY = "2026-11-19"
ITEM = "2506.602"
SENT, UNSENT, PLACE = "At the office before.", "Only on the device.", "Manhole 7, north side"
AFTERWARDS, FOUND = "Typed on the new device.", "Typed when the old one was found."


class LostDevice:
    """Ann's device as it fell into a ditch, and the backups that she had downloaded from it an hour before."""

    def __init__(self, agency: Agency, folder: Path) -> None:
        """A day of work, both files, and the browser closed for the last time."""
        self.agency, self.folder = agency, folder
        ann = agency.person("ann")
        ann.context.add_init_script(WITHOUT_PICKERS)
        ann.log_in()
        ann.check_out(NUMBER)
        ann.open_contract(NUMBER)
        self.contract = ann.contract_id()
        ann.open_day(self.contract, DAY, "Notes")
        ann.add_note(SENT)
        ann.sync()
        ann.work_offline(on=True)
        ann.add_note(UNSENT)
        ann.add_transaction(ITEM, "2", Location=PLACE)
        open_backup(ann)
        self.file = download(ann, folder)
        lock_with(ann, PASSPHRASE)
        self.locked = download(ann, folder)
        ann.close()
        ann.profile.rename(folder / "ditch")
        agency.server.stop()
        shutil.copytree(agency.server.data_dir, folder / "office")

    def begin_anew(self) -> None:
        """The office as it was when the device was lost."""
        self.agency.server.stop()
        shutil.rmtree(self.agency.server.data_dir)
        shutil.copytree(self.folder / "office", self.agency.server.data_dir)
        self.agency.server.start()

    def new_device(self, name: str) -> Inspector:
        """Somebody at a browser that has never been here."""
        who = self.agency.person(name, device=f"-{len(self.agency.opened)}")
        who.log_in()
        return who

    def found(self) -> Inspector:
        """The device comes back as it was, still working offline."""
        device = f"-found-{len(self.agency.opened)}"
        shutil.copytree(self.folder / "ditch", self.agency.folder / f"profile-ann{device}")
        return self.agency.person("ann", device=device)

    def is_at_the_office_once(self, *more: str) -> None:
        """Every entry of the file, and as many more as there are texts."""
        kept = operations_of(self.file, self.contract)
        assert len(kept) == 3
        is_at_the_office_once(self.agency.server, kept, *more)

    def is_seen_once(self, who: Inspector, *notes: str) -> None:
        """On the day, every note and the transaction."""
        who.open_day(self.contract, DAY, "Notes")
        main = who.page.locator("main")
        for text in (SENT, UNSENT, *notes):
            expect(main.get_by_text(text, exact=True)).to_have_count(1)
        expect(main.locator("a[href*='/entries/']")).to_have_count(2 + len(notes))
        who.tab("Transactions").click()
        expect(main.locator("a[href*='/entries/']")).to_have_count(1)
        expect(main).to_contain_text(PLACE)

    def goes_on(self, who: Inspector) -> None:
        """On the new device an entry is typed offline and sent; then the old device comes back and syncs as well."""
        who.work_offline(on=True)
        who.open_day(self.contract, DAY, "Notes")
        who.add_note(AFTERWARDS)
        who.work_offline(on=False)
        sees_nothing_waiting(who)
        self.is_seen_once(who, AFTERWARDS)
        self.is_at_the_office_once(AFTERWARDS)

        old = self.found()
        old.open_day(self.contract, DAY, "Notes")
        old.add_note(FOUND)
        old.work_offline(on=False)
        sees_nothing_waiting(old)

        self.is_at_the_office_once(AFTERWARDS, FOUND)
        who.sync()
        for one in (old, who):
            self.is_seen_once(one, AFTERWARDS, FOUND)
            one.close()


@pytest.fixture(scope="module")
def ditch(tmp_path_factory: pytest.TempPathFactory, template: Path, playwright: Playwright) -> Iterator[LostDevice]:
    """One day of work and one loss, which every test goes on from by itself."""
    folder = tmp_path_factory.mktemp("lost")
    with running_agency(playwright, template, folder) as agency:
        yield LostDevice(agency, folder)


@pytest.fixture
def lost(ditch: LostDevice) -> LostDevice:
    """Nobody has done anything about it yet."""
    ditch.begin_anew()
    return ditch


def test_restored_in_another_browser(lost: LostDevice) -> None:
    ann = lost.new_device("ann")

    restore(ann, lost.file)

    main = ann.page.locator("main")
    expect(main).to_contain_text("3 entries restored.")
    expect(main).to_contain_text("Not checked out: the browser may clear it")
    look_at(ann, "restored not checked out")
    ann.page.get_by_role("button", name=re.compile("^Check Out: ")).click()
    expect(main).to_contain_text("All of it is on this device.", timeout=CHECK_OUT_TIMEOUT_MS)
    look_at(ann, "restored and checked out")
    ann.menu("Contract Offline Checkout")
    expect(ann.row(NUMBER).get_by_role("button", name="Checked Out", exact=True)).to_be_visible()
    lost.goes_on(ann)


def test_restored_with_its_passphrase(lost: LostDevice) -> None:
    assert lost.locked.name.endswith(".tallybook.age")
    ann = lost.new_device("ann")

    restore(ann, lost.locked, PASSPHRASE)

    expect(ann.page.locator("main")).to_contain_text("3 entries restored.")
    assert left_unlocked(ann) == []
    lost.goes_on(ann)


def test_merged_by_the_office_on_its_page(lost: LostDevice) -> None:
    dana = lost.new_device("dana")
    main = dana.page.locator("main")
    dana.menu("Merge a backup")

    choose(dana, lost.file)
    expect(main).to_contain_text("2 new, 1 known already.")
    dana.button("Merge").click()
    expect(main).to_contain_text("2 entries merged. 1 was known already.")
    dana.close()

    lost.is_at_the_office_once()
    ann = lost.new_device("ann")
    ann.check_out(NUMBER)
    lost.goes_on(ann)


def test_merged_by_the_command(lost: LostDevice) -> None:
    server = lost.agency.server
    before = server.run("export-ledger", NUMBER)

    dry = server.run("merge-backup", str(lost.file), "--as", "dana@example.org", "--dry-run")
    assert "3 entries, 2 new, 1 already known" in dry
    assert server.run("export-ledger", NUMBER) == before
    for new, known in ((2, 1), (0, 3)):
        told = server.run("merge-backup", str(lost.file), "--as", "dana@example.org")
        assert f"{NUMBER}: {new} new ({new} applied, 0 merged, 0 held), {known} already known" in told

    lost.is_at_the_office_once()
    ann = lost.new_device("ann")
    ann.check_out(NUMBER)
    lost.goes_on(ann)
