"""SQLite's part: a copy made while people work, and another file put in the place of the database."""

import contextlib
import sqlite3
from pathlib import Path

from django.conf import settings
from django.db import connections

from .refusals import DatabaseInUse

BUSY_TIMEOUT_S = 20
BESIDE = ("-wal", "-shm", "-journal")
PRIMARY_CODE = 0xFF  # of an extended one


def database_path() -> Path:
    """Return the file that the server works on."""
    return Path(settings.DATABASES["default"]["NAME"])


def copy_database(to: Path) -> None:
    """Copy the database as it is at one instant; nobody waits, for readers and writers do not meet."""
    with (
        contextlib.closing(sqlite3.connect(database_path(), timeout=BUSY_TIMEOUT_S)) as source,
        contextlib.closing(sqlite3.connect(to)) as copy,
    ):
        source.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it


def put_in_place(restored: Path, *, aside_name: str) -> Path | None:
    """Make the restored file the database; return where the one that was here is now. Raises DatabaseInUse."""
    connections.close_all()
    path = database_path()
    if not path.exists():
        restored.replace(path)
        return None
    aside = path.with_name(aside_name)
    with contextlib.closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as present:
        _take_alone(present)
        for suffix in BESIDE:  # of a damaged one; SQLite would read them as the restored one's
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + suffix).rename(aside.with_name(aside.name + suffix))
        aside.hardlink_to(path)  # at no instant is there no database
        restored.replace(path)
    return aside


def _take_alone(present: sqlite3.Connection) -> None:
    """Make the database one file that nobody else has open; one too damaged for that is put aside as it is."""
    try:
        present.execute("PRAGMA journal_mode=DELETE")
        present.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as wrong:
        if wrong.sqlite_errorcode & PRIMARY_CODE in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise DatabaseInUse from wrong
