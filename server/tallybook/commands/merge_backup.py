"""The command merge-backup."""

import argparse
import getpass
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from tallybook.accounts.models import Person
from tallybook.core.failures import TallybookFailure
from tallybook.ledger.new_ids import new_id
from tallybook.sync.backup_failures import NotABackup, PassphraseNeeded
from tallybook.sync.backup_merging import MergedContract, add_merged, merge_part, preview_merge, tell_merged
from tallybook.sync.backup_reading import ReadBackup, is_locked, read_backup
from tallybook.sync.backup_uploads import working_folder
from tallybook.sync.installation import this_installation

from .rights import find_acting

PASSPHRASE_BYTES_MAX = 4_096
WORDS = {
    "backup_cut_short": "cut short",
    "backup_damaged": "damaged",
    "member_missing": "missing from the file",
    "member_unknown": "unknown, passed over",
    "line_unreadable": "has lines that cannot be read, passed over",
    "more": "and more of the kind",
}


class PassphraseFileUnreadable(TallybookFailure):
    """There is no passphrase where the command was told that it is."""

    code = "passphrase_file_unreadable"
    http_status = 422
    title = "The file with the passphrase cannot be read."
    remedy = "Write the passphrase into its first line."


def add_to(subparsers: Any) -> None:
    """Add the command."""
    parser = subparsers.add_parser("merge-backup", help="merge a backup file of a device, as if the device had synced")
    parser.add_argument("file", type=Path)
    parser.add_argument("--dry-run", action="store_true", help="say what it holds, and merge nothing")
    parser.add_argument("--passphrase-file", type=Path, metavar="FILE", help="with the passphrase in its first line")
    parser.add_argument("--damaged", action="store_true", help="merge damaged parts as well, as far as they read")
    parser.add_argument("--as", dest="acting", metavar="EMAIL", help="who gives the command")
    parser.set_defaults(run=_merge)


def _merge(arguments: argparse.Namespace) -> int:
    acting, now = find_acting(arguments.acting), datetime.now(UTC)
    with _reading(arguments.file):
        locked = is_locked(arguments.file)
    passphrase = _read_passphrase(arguments) if locked else ""
    with working_folder(at=now) as folder:
        agency_id = this_installation(at=now).agency_id
        with _reading(arguments.file):
            read = read_backup(arguments.file, folder, agency_id=agency_id, passphrase=passphrase)
        told = preview_merge(person=acting, read=read, folder=folder)
        _tell_preview(told)
        if arguments.dry_run:
            sys.stdout.write("Nothing was merged: this was a dry run.\n")
            return 0
        merged = _merge_all(acting, read, folder, with_damaged=arguments.damaged)
    numbers = {one["id"]: one["number"] or str(one["id"]) for one in told["contracts"]}
    return _tell_summary(merged, numbers, left_out=0 if arguments.damaged else _count_damaged(read))


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    """Say of the file what fails while it is read, and of nothing else."""
    try:
        yield
    except OSError as unreadable:
        raise NotABackup(f"The file {file} cannot be read: {unreadable.strerror}.") from unreadable


def _merge_all(acting: Person, read: ReadBackup, folder: Path, *, with_damaged: bool) -> dict[UUID, MergedContract]:
    sums: dict[UUID, MergedContract] = {}
    merge_id, after = new_id(at=datetime.now(UTC)), ""
    while True:
        part = merge_part(
            person=acting,
            read=read,
            folder=folder,
            merge_id=merge_id,
            contracts=None,
            with_damaged=with_damaged,
            after=after,
            now=lambda: datetime.now(UTC),
        )
        add_merged(sums, part)
        if part.next is None:
            return sums
        after = part.next


def _read_passphrase(arguments: argparse.Namespace) -> str:
    if arguments.passphrase_file is not None:
        try:
            with arguments.passphrase_file.open("rb") as file:
                line: bytes = file.readline(PASSPHRASE_BYTES_MAX)
            return line.decode().rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as unreadable:
            raise PassphraseFileUnreadable from unreadable
    if not sys.stdin.isatty():
        raise PassphraseNeeded("This backup is locked: give --passphrase-file.")
    return getpass.getpass("Passphrase: ")


def _tell_preview(told: Mapping[str, Any]) -> None:
    if told["whose"]:
        label = f" ({told['device']['label']})" if told["device"]["label"] else ""
        sys.stdout.write(f"Backup of {told['whose']['name']}{label}, made {told['made_at']}\n")
    else:
        sys.stdout.write("Backup without a manifest: whose it is, and of which agency, it does not say.\n")
    names = {
        str(one["id"]): ", ".join(filter(None, (one["number"], one["name"]))) or str(one["id"])
        for one in told["contracts"]
    }
    for one in told["contracts"]:
        name = names[str(one["id"])]
        sys.stdout.write(
            f"{name}: {one['operations']:,} entries, {one['new']:,} new, {one['known']:,} already known, "
            f"{one['unclaimed']:,} for the unclaimed list"
            f"{'; damaged: left out without --damaged' if one['damaged'] else ''}\n"
        )
        if one["from"]:
            sys.stdout.write(f"  typed from {one['from']} to {one['to']}\n")
        for author in one["authors"]:
            sys.stdout.write(f"  {author['operations']:,} by {author['name']}\n")
    for finding in told["findings"]:
        sentence = ": ".join(filter(None, (_name_member(finding.member, names), WORDS[finding.code])))
        sys.stdout.write(f"! {sentence}{f' ({finding.detail})' if finding.detail else ''}\n")


def _name_member(member: str, names: Mapping[str, str]) -> str:
    """The member as people know it: by its contract, where the file or the office names that."""
    for contract_id, name in names.items():
        if member.startswith(f"contracts/{contract_id}/"):
            return f"{name}: {member.removeprefix(f'contracts/{contract_id}/')}"
    return member


def _tell_summary(merged: Mapping[UUID, MergedContract], numbers: Mapping[UUID, str], *, left_out: int) -> int:
    """Say what was merged; return the exit code: 1 where something was left out."""
    not_kept = 0
    for one in tell_merged(list(merged.values())):
        sys.stdout.write(
            f"{numbers[one['id']]}: {one['new']:,} new ({one['applied']:,} applied, {one['merged']:,} merged, "
            f"{one['held']:,} held), {one['known']:,} already known, {one['unclaimed']:,} unclaimed\n"
        )
        for author in one["by"]:
            sys.stdout.write(f"  {author['new']:,} new by {author['author']}\n")
        not_kept += one["not_kept"]
    if not merged:
        sys.stdout.write("Nothing was merged.\n" if left_out else "There was nothing to merge.\n")
    if not_kept:
        sys.stdout.write(f"! {not_kept:,} entries were not kept: the list of unclaimed entries is full.\n")
    if left_out:
        sys.stdout.write(f"! {left_out:,} entries of damaged parts were left out: look at them, then use --damaged.\n")
    return 1 if not_kept or left_out else 0


def _count_damaged(read: ReadBackup) -> int:
    return sum(one.lines.operations for one in read.contracts if one.is_damaged)
