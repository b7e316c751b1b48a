"""Commands for the server's own backups: backup, restore."""

import argparse
import sys
from pathlib import Path
from typing import Any

KEEP = 14
KEEP_MAX = 10_000


def add_to(subparsers: Any) -> None:
    """Add the commands."""
    backup = subparsers.add_parser("backup", help="make a backup of the server, while people work")
    backup.add_argument("folder", type=Path, help="where the backups are kept; each gets a dated folder there")
    backup.add_argument("--keep", type=_read_keep, default=KEEP, help=f"how many to keep ({KEEP})")
    backup.set_defaults(run=_backup)
    restore = subparsers.add_parser("restore", help="put a backup of the server back, with the server stopped")
    restore.add_argument("folder", type=Path, help="one backup: the dated folder")
    restore.add_argument("--replace", action="store_true", help="put aside a database that has entries")
    restore.set_defaults(run=_restore)


def _read_keep(told: str) -> int:
    if not (told.isascii() and told.isdigit() and 1 <= int(told[:9]) <= KEEP_MAX):
        raise argparse.ArgumentTypeError(f"must be a whole number from 1 to {KEEP_MAX:,}")
    return int(told)


def _backup(arguments: argparse.Namespace) -> None:
    from .server_backups.making import make_backup
    from .server_backups.refusals import LedgerDiffers

    made = make_backup(arguments.folder.absolute(), keep=arguments.keep)
    if made.manifest.differences:
        lines = made.manifest.differences
        raise LedgerDiffers(
            f"Backed up to {made.path}, and the ledger is not as it should be.", detail={"lines": lines}
        )
    for name in made.pruned:
        sys.stdout.write(f"Removed the old backup {name}.\n")
    size = sum(member.bytes for member in made.manifest.files.values())
    sys.stdout.write(f"{made.path}: {_count(made.manifest)}, {size:,} bytes.")
    sys.stdout.write(" Every entry, image and row is as it should be.\n")


def _restore(arguments: argparse.Namespace) -> int:
    from .server_backups.restoring import restore_backup

    restored = restore_backup(arguments.folder.absolute(), replaces=arguments.replace)
    for path in restored.kept:
        sys.stdout.write(f"What was here is kept: {path}\n")
    sys.stdout.write(f"Restored the backup of {restored.manifest.made_at}: {_count(restored.manifest)}.\n")
    for line in restored.differences or ["Every entry, image and row is as it should be."]:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(
        "Start the server. Devices notice by themselves at their next sync, and offer again what is missing here.\n"
    )
    return 1 if restored.differences else 0


def _count(manifest: Any) -> str:
    contracts, entries = len(manifest.contracts), sum(one.entries for one in manifest.contracts)
    return f"{contracts:,} contract{'s' * (contracts != 1)}, {entries:,} {'entry' if entries == 1 else 'entries'}"
