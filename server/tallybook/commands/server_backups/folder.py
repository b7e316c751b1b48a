"""The folder of a backup: its name, its manifest, its files' SHA-256; and the folder that keeps the last few."""

import contextlib
import fcntl
import hashlib
import os
import re
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from .refusals import AnotherRuns, BackupDamaged, BackupDoesNotFit, NotAServerBackup, PlaceRefused

FORMAT = 1
MANIFEST = "manifest.json"
MANIFEST_BYTES_MAX = 64 * 1024**2  # some hundred bytes a contract
DATABASE_FILES = {"sqlite": "tallybook.sqlite3", "postgresql": "tallybook.dump"}
KEY_FILE = "secret-key"  # signs sessions
WHOLE = re.compile(r"tallybook-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ")
UNFINISHED = "unfinished-"
DIFFERING = "differing-"
LOCK = "tallybook-backup.lock"
READ_BYTES = 1024**2
SAME_SECOND_WAIT_S = 0.1


class Member(msgspec.Struct, frozen=True):
    """A file of the backup."""

    bytes: int
    sha256: str


class ContractHead(msgspec.Struct, frozen=True):
    """Where a contract's ledger ends in this backup."""

    id: str
    name: str
    entries: int
    chain: str


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup holds; written last, so that where it is the rest is."""

    format: int
    program: str
    database: Literal["sqlite", "postgresql"]
    made_at: str
    agency: str
    contracts: list[ContractHead]
    migrations: list[str]
    differences: list[str]  # what verify-ledger found; of a whole backup: nothing
    files: dict[str, Member]


def dated_name(at: datetime) -> str:
    """Return the name of a backup that was begun at this instant of UTC: by name is by age."""
    return f"tallybook-{at:%Y-%m-%dT%H-%M-%SZ}"


def free_instant(folder: Path, *forms: str) -> datetime:
    """Return now, or the next second where `folder` has a name of one of these forms, "before-{}.txt", already."""
    while True:
        name = dated_name(at := datetime.now(UTC))
        if not any((folder / form.format(name)).exists() for form in forms):
            return at
        time.sleep(SAME_SECOND_WAIT_S)


def open_place(place: Path) -> None:
    """Make the folder of backups if need be. Not the one above it: a disk that is not there would be made anew."""
    if place.exists() and not place.is_dir():
        raise PlaceRefused(f"{place} is a file, not a folder.")
    try:
        place.mkdir(mode=0o700, exist_ok=True)
    except FileNotFoundError as missing:
        raise PlaceRefused(f"There is no folder {place.parent}.") from missing
    except OSError as refused:
        raise PlaceRefused(f"The folder {place} cannot be made: {refused.strerror}.") from refused


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock file; the system lets go of it however this process ends. Raises AnotherRuns, PlaceRefused."""
    try:
        file = path.open("a")
    except OSError as refused:
        raise PlaceRefused(f"{path.parent} cannot be written to: {refused.strerror}.") from refused
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise AnotherRuns from held
        yield


def measure(path: Path) -> Member:
    """Return size and SHA-256 of a file. Cost: reads all of it."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while part := file.read(READ_BYTES):
            digest.update(part)
            size += len(part)
    return Member(size, digest.hexdigest())


def sync_to_disk(path: Path) -> None:
    """Return when a file, or a folder's list of names, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write it as the last thing, when everything it tells of is on the disk."""
    for name in manifest.files:
        sync_to_disk(folder / name)
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)) + b"\n")
    sync_to_disk(folder / MANIFEST)
    sync_to_disk(folder)


def read_manifest(folder: Path) -> Manifest:
    """Return what a backup says of itself. Raises NotAServerBackup, BackupDoesNotFit, BackupDamaged."""
    path = folder / MANIFEST
    if not folder.is_dir():
        raise NotAServerBackup(f"There is no folder {folder}." if not folder.exists() else f"{folder} is a file.")
    try:
        with path.open("rb") as file:
            told = file.read(MANIFEST_BYTES_MAX + 1)
    except FileNotFoundError as missing:
        raise NotAServerBackup(f"There is no {MANIFEST} in {folder}.") from missing
    except OSError as refused:
        raise NotAServerBackup(f"{path} cannot be read: {refused.strerror}.") from refused
    try:
        if len(told) <= MANIFEST_BYTES_MAX and msgspec.json.decode(told, type=dict).get("format", 0) > FORMAT:
            raise BackupDoesNotFit("It was made by a newer program than this one.")
        manifest = msgspec.json.decode(told[: MANIFEST_BYTES_MAX + 1], type=Manifest)
    except (msgspec.MsgspecError, TypeError, UnicodeDecodeError) as wrong:
        raise BackupDamaged(f"Its {MANIFEST} cannot be read.") from wrong
    # Names come from outside: these two, and nothing that leads elsewhere.
    if set(manifest.files) != {DATABASE_FILES[manifest.database], KEY_FILE}:
        raise BackupDamaged(f"Its {MANIFEST} does not name the files that a backup has.")
    return manifest


def check_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with the manifest. Raises BackupDamaged, which names all that differ."""
    wrong = []
    for name, told in sorted(manifest.files.items()):
        try:
            found = measure(folder / name)
        except OSError as refused:
            wrong.append(f"{name}: {refused.strerror}.")
            continue
        if found.bytes != told.bytes:
            wrong.append(f"{name}: it has {found.bytes:,} bytes instead of {told.bytes:,}.")
        elif found.sha256 != told.sha256:
            wrong.append(f"{name}: its content was altered.")
    if wrong:
        raise BackupDamaged(detail={"lines": wrong})


def remove_unfinished(place: Path) -> None:
    """Remove what killed backups left; whoever calls holds the lock, so that nobody is writing them."""
    for path in place.glob(f"{UNFINISHED}*"):
        shutil.rmtree(path, ignore_errors=True)


def prune(place: Path, *, keep: int, agency: str) -> list[str]:
    """Remove the oldest whole backups of this agency beyond `keep`; return their names."""
    whole = []
    for path in sorted(place.iterdir(), reverse=True):
        if WHOLE.fullmatch(path.name):
            with contextlib.suppress(NotAServerBackup, BackupDoesNotFit, BackupDamaged):  # not ours to remove
                if read_manifest(path).agency == agency:
                    whole.append(path)
    for path in whole[keep:]:
        # Under the other name first: one that is half removed is not taken for whole.
        half = path.with_name(f"{UNFINISHED}{path.name}")
        path.rename(half)
        shutil.rmtree(half)
    return [path.name for path in whole[keep:]]
