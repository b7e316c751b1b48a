"""Why the server's own backup is not made, or not put back."""

from tallybook.core.failures import TallybookFailure


class PlaceRefused(TallybookFailure):
    """Backups cannot be kept there."""

    code = "server_backup_place_refused"
    http_status = 422
    title = "Backups cannot be kept there."
    remedy = "Name a folder that this user may write to, on a disk that is there."


class AnotherRuns(TallybookFailure):
    """Another backup into this folder, or another restore, has not ended."""

    code = "server_backup_runs"
    http_status = 409
    title = "Another backup or restore is at work here."
    remedy = "Wait until it has ended, then try again."


class NotBackedUp(TallybookFailure):
    """The copy did not become whole; it was removed."""

    code = "server_backup_failed"
    http_status = 500
    title = "The backup was not made."
    remedy = "Older backups are as they were. Correct what is named and try again."


class LedgerDiffers(TallybookFailure):
    """The copy is kept, and is not counted as whole."""

    code = "server_backup_differs"
    http_status = 500
    title = "The backup was made, and its ledger is not as it should be."
    remedy = "It is kept apart, and no older backup was removed. See docs/running/audit.md."


class PostgresProgramMissing(TallybookFailure):
    """PostgreSQL's client programs are not on PATH."""

    code = "postgres_program_missing"
    http_status = 422
    title = "A program of PostgreSQL is missing."
    remedy = "Install PostgreSQL's client programs, as new as the server (Debian: postgresql-client)."


class NotAServerBackup(TallybookFailure):
    """No folder that `backup` finished."""

    code = "not_a_server_backup"
    http_status = 422
    title = "This is not a whole backup of the server."
    remedy = "Name one of the folders tallybook-… that `tallybook backup` made."


class BackupDamaged(TallybookFailure):
    """A file is missing, cut short or altered."""

    code = "server_backup_damaged"
    http_status = 422
    title = "This backup is damaged."
    remedy = "Restore another one. Nothing was changed."


class BackupDoesNotFit(TallybookFailure):
    """Of the other kind of database, or of a newer program."""

    code = "server_backup_does_not_fit"
    http_status = 422
    title = "This backup does not fit here."
    remedy = "Correct what is named and try again. Nothing was changed."


class WouldReplace(TallybookFailure):
    """The database that is here has entries."""

    code = "restore_would_replace"
    http_status = 409
    title = "The database here has entries."
    remedy = "With --replace it is put aside, and the backup takes its place."


class DatabaseInUse(TallybookFailure):
    """Somebody is connected: the server runs."""

    code = "database_in_use"
    http_status = 409
    title = "The database is in use."
    remedy = "Stop the server and everything else that uses it, then try again."


class NotRestored(TallybookFailure):
    """It could not be put back."""

    code = "restore_failed"
    http_status = 500
    title = "The backup was not restored."
    remedy = "Correct what is named and try again."
