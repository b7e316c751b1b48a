"""Make a backup: a copy of one instant in a folder beside, verified, then named as a whole one."""

import shutil
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from tallybook.core.version import VERSION

from ..serving import NotMigrated
from . import contents, postgres, sqlite
from .folder import (
    DATABASE_FILES,
    DIFFERING,
    FORMAT,
    KEY_FILE,
    LOCK,
    UNFINISHED,
    Manifest,
    dated_name,
    free_instant,
    locked,
    measure,
    open_place,
    prune,
    remove_unfinished,
    sync_to_disk,
    write_manifest,
)
from .refusals import NotBackedUp


@dataclass(frozen=True)
class Made:
    """A backup, and the older ones that were removed for it. With differences it is not counted as whole."""

    path: Path
    manifest: Manifest
    pruned: list[str]


def make_backup(place: Path, *, keep: int | None) -> Made:
    """Make a backup in a folder of its own inside `place`; prune beyond `keep` only when it is whole.

    One whose ledger differs is kept apart, and nothing is pruned. Raises the refusals. Cost: reads all twice.
    """
    if connection.vendor == "postgresql":
        for name in ("pg_dump", "pg_restore"):
            postgres.find_program(name)
    elif not sqlite.database_path().exists():
        raise NotMigrated
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigrated
    open_place(place)
    with locked(place / LOCK):
        try:
            return _make_under_lock(place, keep)
        except (OSError, sqlite3.Error) as failed:
            raise NotBackedUp(f"The backup was not made: {getattr(failed, 'strerror', None) or failed}.") from failed


def _make_under_lock(place: Path, keep: int | None) -> Made:
    remove_unfinished(place)
    at = free_instant(place, "{}", f"{DIFFERING}{{}}")
    unfinished = place / f"{UNFINISHED}{dated_name(at)}"
    unfinished.mkdir(mode=0o700)
    try:
        manifest = _copy_everything(unfinished, at)
        write_manifest(unfinished, manifest)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    if manifest.differences:
        return Made(_keep_apart(unfinished, at, is_only=keep is not None), manifest, [])
    whole = place / dated_name(at)
    unfinished.rename(whole)
    sync_to_disk(place)
    return Made(whole, manifest, prune(place, keep=keep, agency=manifest.agency) if keep else [])


def _copy_everything(folder: Path, at: datetime) -> Manifest:
    """Copy database and secret; return what was copied, and what verify-ledger finds in it."""
    kind = connection.vendor
    database = folder / DATABASE_FILES[kind]
    (folder / KEY_FILE).touch(mode=0o600)
    shutil.copyfile(settings.DATA_DIR / KEY_FILE, folder / KEY_FILE)
    database.touch(mode=0o600)
    if kind == "postgresql":
        with postgres.one_instant() as snapshot:
            postgres.dump_database(database, snapshot)
            return _describe(folder, at)
    sqlite.copy_database(database)
    with contents.reading_file(database):
        return _describe(folder, at)


def _describe(folder: Path, at: datetime) -> Manifest:
    kind = connection.vendor
    heads = contents.read_heads()
    return Manifest(
        format=FORMAT,
        program=VERSION,
        database="postgresql" if kind == "postgresql" else "sqlite",
        made_at=at.isoformat(timespec="seconds"),
        agency=contents.read_agency(),
        contracts=heads,
        migrations=contents.read_migrations(),
        differences=contents.find_differences(heads),
        files={name: measure(folder / name) for name in (DATABASE_FILES[kind], KEY_FILE)},
    )


def _keep_apart(unfinished: Path, at: datetime, *, is_only: bool) -> Path:
    """Keep a copy whose ledger differs, the newest one alone: better than none, and no reason to remove a whole one."""
    place = unfinished.parent
    older = list(place.glob(f"{DIFFERING}*")) if is_only else []
    kept = unfinished.rename(place / f"{DIFFERING}{dated_name(at)}")
    sync_to_disk(place)
    for one in older:
        shutil.rmtree(one)
    return kept
