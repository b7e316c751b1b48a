"""The command merge-backup: what it would do, as whom, what is wrong with the file, and how it ends."""

from __future__ import annotations

import errno
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID
from zipfile import ZIP_STORED

import pytest

from tallybook.commands import merge_backup
from tallybook.commands.main import main
from tallybook.ledger.models import LedgerEntry
from tallybook.sync.models import UnclaimedOperation

from tests.support.agency import TestDevice, make_contract, make_inspector, make_person
from tests.support.backup_files import BackupWriter, flip, lock, place_of, save
from tests.support.hammering import AtOnce
from tests.support.merging_office import count_entries, make_notes, merging_office, uploads_of, write_backup

PASSPHRASE = "orange barrel"


@dataclass
class Desk:
    """An administrator before a file of Ann's: of its four notes the ledger has one."""

    contract_id: UUID
    ann: TestDevice
    notes: list[dict[str, Any]]
    folder: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, **changes: Any) -> bytes:
        return BackupWriter(self.ann.person, {self.contract_id: self.notes}, compression=ZIP_STORED, **changes).write()

    def merge(self, content: bytes, *options: str) -> tuple[int, str, str]:
        """Its exit code, and what it said."""
        self.capsys.readouterr()
        code = main(["merge-backup", str(save(content, self.folder)), *options])
        said = self.capsys.readouterr()
        assert list((self.folder / "backups").glob("*")) == []
        return code, said.out, said.err

    def count(self) -> int:
        return LedgerEntry.objects.filter(operation_id__in=[one["id"] for one in self.notes]).count()


@pytest.fixture
def desk(transactional_db: None, settings: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Desk:
    settings.DATA_DIR = tmp_path
    contract_id, _ = make_contract(make_person("ada", "admin"))
    device = make_inspector(contract_id, "ann")
    notes = [device.note(f"Note {number}") for number in range(4)]
    device.push(notes[0])
    return Desk(contract_id, device, notes, tmp_path, capsys)


def test_a_dry_run_says_what_the_merge_then_does(desk: Desk) -> None:
    looked, merged, again = (desk.merge(desk.write(), *options) for options in (["--dry-run"], [], []))

    assert [code for code, _, _ in (looked, merged, again)] == [0, 0, 0]
    assert "Backup of Ann (Tablet 4), made 2026-11-23T14:05:11.120-06:00" in looked[1]
    assert "SP 1, Overlay: 4 entries, 3 new, 1 already known, 0 for the unclaimed list" in looked[1]
    assert looked[1].endswith("Nothing was merged: this was a dry run.\n")
    assert merged[1].startswith(looked[1].removesuffix("Nothing was merged: this was a dry run.\n"))
    assert "SP 1: 3 new (3 applied, 0 merged, 0 held), 1 already known, 0 unclaimed\n  3 new by Ann\n" in merged[1]
    assert "SP 1: 0 new (0 applied, 0 merged, 0 held), 4 already known, 0 unclaimed\n" in again[1]
    assert desk.count() == 4


def test_a_dry_run_changes_nothing(desk: Desk) -> None:
    before = LedgerEntry.objects.count()

    desk.merge(desk.write(), "--dry-run")

    assert LedgerEntry.objects.count() == before


def test_as_somebody_without_a_right_it_goes_to_the_unclaimed(desk: Desk) -> None:
    make_person("bo")

    code, said, _ = desk.merge(desk.write(), "--as", "bo@example.org")

    assert code == 0
    assert "4 for the unclaimed list" in said
    assert "0 new (0 applied, 0 merged, 0 held), 0 already known, 4 unclaimed" in said
    assert (UnclaimedOperation.objects.count(), desk.count()) == (4, 1)


def test_a_locked_file_needs_the_passphrase_of_a_file(desk: Desk) -> None:
    locked, passphrase = lock(desk.write(), PASSPHRASE), desk.folder / "passphrase"
    for content, code, said in (
        (f"{PASSPHRASE}\r\nmore\n".encode(), 0, ""),
        (b"another\n", 1, "This passphrase does not open the backup."),
        (b"\xff\n", 1, "The file with the passphrase cannot be read."),
        (b"x" * 10_000, 1, "This passphrase does not open the backup."),
    ):
        passphrase.write_bytes(content)
        ended = desk.merge(locked, "--passphrase-file", str(passphrase))
        assert (ended[0], said in ended[2]) == (code, True)
    passphrase.unlink()
    assert desk.merge(locked, "--passphrase-file", str(passphrase))[0] == 1
    code, _, error = desk.merge(locked)
    assert (code, "--passphrase-file" in error) == (1, True)


def test_damaged_parts_are_merged_only_where_it_is_said(desk: Desk) -> None:
    whole = desk.write()
    damaged = flip(
        whole, whole.index(b"Note 2", place_of(whole, f"contracts/{desk.contract_id}/operations.ndjson")) + 5
    )

    _, looked, _ = desk.merge(damaged, "--dry-run")
    assert "3 new, 1 already known, 0 for the unclaimed list; damaged: left out without --damaged\n" in looked
    code, said, _ = desk.merge(damaged)
    assert (code, desk.count()) == (1, 1)
    assert "! SP 1, Overlay: operations.ndjson: damaged (4 entries can be read)" in said
    assert "Nothing was merged.\n! 4 entries of damaged" in said
    assert "! 4 entries of damaged parts were left out: look at them, then use --damaged." in said
    code, said, _ = desk.merge(damaged, "--damaged")
    assert (code, "3 new" in said, desk.count()) == (0, True, 4)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"x", "This is not a Tallybook backup."), (b"PK\x03\x04" * 200_000, "would unpack to far more")],
    ids=["no backup", "a bomb"],
)
def test_what_is_refused_ends_with_1_and_a_sentence(desk: Desk, content: bytes, said: str) -> None:
    code, out, error = desk.merge(content)

    assert (code, out, said in error) == (1, "", True)
    assert main(["merge-backup", str(desk.folder / "nowhere")]) == 1
    assert re.search("cannot be read", desk.capsys.readouterr().err)


@pytest.mark.slow
def test_two_who_merge_the_same_file_at_once_bring_it_once(tmp_path: Path, database_of_run: str | None) -> None:
    with merging_office(tmp_path, database_of_run) as office:
        notes = make_notes(office, 1_500)
        file, said = save(write_backup(office, notes), tmp_path), list[str]()
        at_once = AtOnce()
        for _ in range(2):
            at_once.start(lambda: said.append(office.servers[0].run("merge-backup", str(file))))
        at_once.finish()

        new = [int(re.findall(r"SP 1: ([\d,]+) new \(", one)[0].replace(",", "")) for one in said]
        assert (len(new), sum(new)) == (2, len(notes))
        assert count_entries(office, notes) == (len(notes), len(notes))
        assert uploads_of(office.servers[0]) == []
        assert office.servers[0].run("verify-ledger", "SP 1").endswith("is as it should be.\n")


def test_what_fails_while_merging_is_not_said_of_the_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_asked: Any) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(merge_backup, "merge_part", fail)

    with pytest.raises(OSError, match="Input/output error"):
        desk.merge(desk.write())
