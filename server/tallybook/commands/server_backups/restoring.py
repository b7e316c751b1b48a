"""Put a backup back: checked before anything changes, and what was here is kept."""

import shutil
import sqlite3
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from . import contents, postgres, sqlite
from .folder import (
    DATABASE_FILES,
    KEY_FILE,
    Manifest,
    check_files,
    dated_name,
    free_instant,
    locked,
    measure,
    open_place,
    read_manifest,
    sync_to_disk,
)
from .making import make_backup
from .refusals import BackupDamaged, BackupDoesNotFit, NotRestored, WouldReplace

LOCK = "restore.lock"
ASIDE = "before-restore"
RESTORED = "tallybook.sqlite3.restoring"


@dataclass
class Restored:
    """What was put back, where that is kept which was here, and what is wrong with the ledger."""

    manifest: Manifest
    kept: list[Path] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def restore_backup(folder: Path, *, replaces: bool) -> Restored:
    """Make the backup this server's database. Raises the refusals; then the database here is as it was.

    Cost: reads the backup twice, and every ledger once.
    """
    with locked(settings.DATA_DIR / LOCK):
        manifest = _check(folder)
        if not replaces and _has_entries():
            raise WouldReplace
        restored = Restored(manifest)
        try:
            if manifest.database == "sqlite":
                _restore_sqlite(folder, restored)
            else:
                _restore_postgres(folder, restored)
            _restore_secret(folder, restored)
        except (OSError, sqlite3.Error) as failed:
            reason = getattr(failed, "strerror", None) or failed
            raise NotRestored(f"The backup was not restored: {reason}.") from failed
        return restored


def _check(folder: Path) -> Manifest:
    """Return the manifest of a backup that is whole and fits here."""
    manifest = read_manifest(folder)
    if manifest.database != connection.vendor:
        raise BackupDoesNotFit(
            f"It is of a {manifest.database} database, and this server works on {connection.vendor}."
        )
    if contents.find_unknown_migrations(manifest.migrations):
        raise BackupDoesNotFit(f"It was made by version {manifest.program}, which is newer than this program.")
    check_files(folder, manifest)
    if manifest.database == "postgresql":
        for name in ("pg_dump", "pg_restore", "psql"):
            postgres.find_program(name)
    return manifest


def _has_entries() -> bool:
    if connection.vendor == "sqlite" and not sqlite.database_path().exists():
        return False  # a look would make the file
    return contents.has_entries()


def _migrate() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _restore_sqlite(folder: Path, restored: Restored) -> None:
    """Bring a copy up to date and verify it beside the database; only then put it in its place."""
    beside = settings.DATA_DIR / RESTORED
    beside.unlink(missing_ok=True)
    try:
        beside.touch(mode=0o600)
        shutil.copyfile(folder / DATABASE_FILES["sqlite"], beside)
        if measure(beside) != restored.manifest.files[DATABASE_FILES["sqlite"]]:
            raise BackupDamaged("The backup changed while it was read.")
        with contents.reading_file(beside, writable=True):
            _migrate()
            if differences := _find_new_differences(restored):
                raise BackupDamaged("The ledger of this backup is not as it should be.", detail={"lines": differences})
        sync_to_disk(beside)
        aside = sqlite.put_in_place(beside, aside_name=_name_aside("sqlite3"))
        sync_to_disk(settings.DATA_DIR)
    finally:
        for suffix in ("", "-journal", "-wal", "-shm"):
            beside.with_name(beside.name + suffix).unlink(missing_ok=True)
    if aside:
        restored.kept.append(aside)


def _name_aside(ending: str) -> str:
    form = f"{ASIDE}-{{}}.{ending}"
    return form.format(dated_name(free_instant(settings.DATA_DIR, form)))


def _find_new_differences(restored: Restored) -> list[str]:
    """Verify as verify-ledger does; return what the backup did not have when it was made."""
    restored.differences = contents.find_differences(restored.manifest.contracts)
    return [] if restored.manifest.differences else restored.differences


def _restore_postgres(folder: Path, restored: Restored) -> None:
    """Back up what is here, then change all tables in one transaction."""
    connections.close_all()
    postgres.refuse_while_in_use()
    if contents.has_tables():
        place = settings.DATA_DIR / ASIDE
        open_place(place)
        _migrate()
        restored.kept.append(make_backup(place, keep=None).path)
    postgres.replace_contents(folder / DATABASE_FILES["postgresql"])
    _migrate()
    if differences := _find_new_differences(restored):
        kept = f" What was here is kept: {restored.kept[0]}" if restored.kept else ""
        raise NotRestored(f"The restored ledger is not as it should be.{kept}", detail={"lines": differences})


def _restore_secret(folder: Path, restored: Restored) -> None:
    """Put the secret back as well, so that nobody has to sign in again."""
    path = settings.DATA_DIR / KEY_FILE
    told = (folder / KEY_FILE).read_bytes()
    if path.read_bytes() == told:
        return
    aside = path.with_name(_name_aside(KEY_FILE))
    beside = path.with_name(f"{KEY_FILE}.restoring")
    beside.touch(mode=0o600)
    beside.write_bytes(told)
    sync_to_disk(beside)
    aside.hardlink_to(path)
    beside.replace(path)
    restored.kept.append(aside)
