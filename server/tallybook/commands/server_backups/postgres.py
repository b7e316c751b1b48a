"""PostgreSQL's part: its own programs, asked by the settings of our connection."""

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.db import connection, connections, transaction
from psycopg import sql
from psycopg.conninfo import make_conninfo

from .refusals import DatabaseInUse, NotBackedUp, NotRestored, PostgresProgramMissing

SAID_MAX = 2_000  # characters of what a program complained about


def find_program(name: str) -> str:
    """Return where one of PostgreSQL's programs is. Raises PostgresProgramMissing."""
    found = shutil.which(name)
    if found is None:
        raise PostgresProgramMissing(f"{name} is not on PATH.")
    return found


def _connection_words() -> tuple[str, dict[str, str]]:
    """Return how to reach the database, and the environment: a password is not for everybody who lists processes."""
    told = connection.settings_dict
    named = {"dbname": told["NAME"], "user": told["USER"], "host": told["HOST"], "port": told["PORT"]}
    password = {"PGPASSWORD": told["PASSWORD"]} if told["PASSWORD"] else {}
    # Not Django's own options of a connection, which libpq does not know.
    options = {name: value for name, value in told["OPTIONS"].items() if isinstance(value, str)}
    return make_conninfo(**{name: value for name, value in named.items() if value}, **options), {
        **os.environ,
        **password,
    }


@contextlib.contextmanager
def one_instant() -> Iterator[str]:
    """Read everything as it is at one instant, also in another program, which is given the name returned."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            # It stands still for as long as pg_dump takes.
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            cursor.execute("SELECT pg_export_snapshot()")
            [snapshot] = cursor.fetchone()
        yield snapshot


def dump_database(to: Path, snapshot: str) -> None:
    """Write the database as that instant has it, and read all of the file again. Raises NotBackedUp."""
    words, environment = _connection_words()
    command = [
        find_program("pg_dump"),
        "--format=custom",
        f"--snapshot={snapshot}",
        f"--file={to}",
        f"--dbname={words}",
    ]
    for one in (command, [find_program("pg_restore"), "--file=/dev/null", str(to)]):
        finished = subprocess.run(one, env=environment, capture_output=True, check=False)  # noqa: S603 - our words
        if finished.returncode != 0:
            raise NotBackedUp(
                f"{Path(one[0]).name} says: {finished.stderr.decode(errors='replace').strip()[-SAID_MAX:]}"
            )


def refuse_while_in_use() -> None:
    """Raises DatabaseInUse where anybody else is connected."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        [others] = cursor.fetchone()
    if others:
        raise DatabaseInUse(f"The database is in use: {others} other connections.")


def replace_contents(dump: Path) -> None:
    """Put the dump in the place of all tables, in one transaction: all of it or nothing. Raises NotRestored."""
    drop = _spell_drop()
    words, environment = _connection_words()
    reading = [find_program("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)]
    writing = [find_program("psql"), "-X", "-q", "-v", "ON_ERROR_STOP=1", f"--dbname={words}"]
    connections.close_all()
    with (
        tempfile.TemporaryFile("w+", errors="replace") as said,
        subprocess.Popen(reading, env=environment, stdout=subprocess.PIPE, stderr=said) as reader,  # noqa: S603 - ours
        subprocess.Popen(writing, env=environment, stdin=subprocess.PIPE, stdout=said, stderr=said) as writer,  # noqa: S603 - ours
    ):
        _pour(drop, reader, writer)
        writer.wait()
        said.seek(0)
        complaint = said.read().strip()[-SAID_MAX:]
    if reader.returncode != 0 or writer.returncode != 0:
        raise NotRestored(f"PostgreSQL says: {complaint}")


def _pour(drop: str, reader: subprocess.Popen[bytes], writer: subprocess.Popen[bytes]) -> None:
    """Give psql one transaction. Without its last line, whoever was killed, nothing of it holds."""
    assert reader.stdout is not None
    assert writer.stdin is not None
    with contextlib.suppress(BrokenPipeError), writer.stdin as script:
        script.write(f"BEGIN;\n{drop}\n".encode())
        shutil.copyfileobj(reader.stdout, script)
        if reader.wait() == 0:
            script.write(b"\nCOMMIT;\n")
    reader.stdout.close()


def _spell_drop() -> str:
    """Return the statement that drops every table of ours, whatever version made it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT schemaname, tablename FROM pg_tables WHERE schemaname = current_schema()")
        tables = [sql.Identifier(*names) for names in cursor.fetchall()]
        if not tables:
            return ""
        return sql.SQL("DROP TABLE {} CASCADE;").format(sql.SQL(", ").join(tables)).as_string(connection.connection)
