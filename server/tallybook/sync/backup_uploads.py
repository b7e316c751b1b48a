"""Uploaded backup files: each in a private folder of the data directory, its uploader's alone, for a day."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

import msgspec
from django.conf import settings

from tallybook.accounts.models import Person
from tallybook.ledger.new_ids import new_id

from .backup_failures import (
    FILE_BYTES_MAX,
    NO_ROOM,
    BackupCutInTransfer,
    BackupNotFound,
    BackupTooLarge,
    NoRoomForBackup,
    NotABackup,
)
from .backup_reading import is_locked
from .backup_room import require_room, write_within_room

FOLDER = "backups"
FILE, OWNER_FILE = "file", "owner.json"
UPLOADS_OF_ONE_PERSON_MAX = 3
KEPT_FOR = timedelta(hours=24)
READ_BYTES = 256 * 1024
MILLISECONDS_MAX = 253_402_300_799_000  # of the year 9999


class Stream(Protocol):
    """What bytes come from."""

    def read(self, size: int, /) -> bytes:
        """Return at most `size` bytes; none at the end."""


@dataclass(frozen=True)
class Upload:
    """An uploaded file."""

    id: UUID
    folder: Path
    bytes: int
    locked: bool

    @property
    def file(self) -> Path:
        """The file as it came."""
        return self.folder / FILE


class _Owner(msgspec.Struct):
    person: UUID
    bytes: int
    locked: bool


def keep_upload(*, person: Person, stream: Stream, length: int, at: datetime) -> Upload:
    """Keep a file of `length` bytes, and clear what was kept too long. A person's oldest makes room for a fourth.

    Raises BackupTooLarge, NoRoomForBackup, BackupCutInTransfer, NotABackup, PassphraseTooCostly; then nothing stays.
    Memory: a quarter of a megabyte.
    """
    if length > FILE_BYTES_MAX:
        raise BackupTooLarge(detail={"bytes_max": FILE_BYTES_MAX})
    root = _root()
    clear_uploads(at=at)
    for one in _list_of(person)[: 1 - UPLOADS_OF_ONE_PERSON_MAX or None]:
        _remove(root / str(one), at)
    require_room(root, length)
    id_ = new_id(at=at)
    folder = root / str(id_)
    folder.mkdir(mode=0o700)
    try:
        _copy(stream, folder / FILE, length)
        upload = Upload(id_, folder, length, is_locked(folder / FILE))
        owner = _Owner(person.id, length, upload.locked)
        (folder / OWNER_FILE).write_bytes(msgspec.json.encode(owner))
    except BaseException as failed:
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(failed, OSError) and failed.errno in NO_ROOM:
            raise NoRoomForBackup from failed
        raise
    return upload


def find_upload(*, person: Person, id_: UUID, at: datetime) -> Upload:
    """Return a person's upload. Raises BackupNotFound, also where it is another's."""
    clear_uploads(at=at)
    folder = _root() / str(id_)
    owner = _read_owner(folder)
    if owner is None or owner.person != person.id:
        raise BackupNotFound
    return Upload(id_, folder, owner.bytes, owner.locked)


def delete_upload(*, person: Person, id_: UUID, at: datetime) -> None:
    """Delete a person's upload. Raises BackupNotFound."""
    _remove(find_upload(person=person, id_=id_, at=at).folder, at)


def clear_uploads(*, at: datetime) -> None:
    """Delete what was uploaded more than a day ago, whole or not. Cost: one look at the names of the folders."""
    for id_ in _list_ids():
        if at - _made_at(id_) > KEPT_FOR:
            _remove(_root() / str(id_), at)


@contextlib.contextmanager
def working_folder(*, at: datetime) -> Iterator[Path]:
    """A private folder for a file that lies elsewhere; cleared like an upload where the program is killed."""
    folder = _root() / str(new_id(at=at))
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    root: Path = settings.DATA_DIR / FOLDER
    root.mkdir(mode=0o700, exist_ok=True)
    return root


def _remove(folder: Path, at: datetime) -> None:
    """Delete a folder that somebody may be writing into: out of his way first, so that nothing new comes in."""
    removed = folder.with_name(str(new_id(at=at)))
    with contextlib.suppress(FileNotFoundError):
        folder.rename(removed)
    shutil.rmtree(removed, ignore_errors=True)


def _list_ids() -> list[UUID]:
    """Return the uploads, oldest first; what is not named as we name them is not ours to delete."""
    return sorted(UUID(one.name) for one in os.scandir(_root()) if _is_id(one.name))


def _list_of(person: Person) -> list[UUID]:
    return [id_ for id_ in _list_ids() if (owner := _read_owner(_root() / str(id_))) and owner.person == person.id]


def _read_owner(folder: Path) -> _Owner | None:
    try:
        return msgspec.json.decode((folder / OWNER_FILE).read_bytes(), type=_Owner)
    except (FileNotFoundError, NotADirectoryError, msgspec.DecodeError):
        return None


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False


def _made_at(id_: UUID) -> datetime:
    """Return when an id was made: a UUIDv7 begins with its milliseconds."""
    return datetime.fromtimestamp(min(id_.int >> 80, MILLISECONDS_MAX) / 1_000, tz=UTC)


def _copy(stream: Stream, path: Path, length: int) -> None:
    with path.open("xb") as file:
        write_within_room(file, path.parent, _read_parts(stream, length))
        missing = length - file.tell()
    if missing:
        raise BackupCutInTransfer(detail={"bytes": length, "missing": missing})
    if not length:
        raise NotABackup


def _read_parts(stream: Stream, length: int) -> Iterator[bytes]:
    left = length
    while left and (part := stream.read(min(READ_BYTES, left))):
        yield part
        left -= len(part)
