"""Behind the scene of a simulation: sets an installation up, reads its ledgers, backs it up, restores it, blocks it.

Reads one JSON request a line from standard input, answers with one JSON line each: a process that stays, because
a command by itself takes longer to start than a story to play.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.db import connections
from psycopg import sql

from tallybook.commands.main import main as tallybook

from scripts.setup import find_postgres
from tests.support.postgres import name_database

PASSWORD = "correct horse battery staple 7"
DATABASE_URL = os.environ.get("TALLYBOOK_DATABASE_URL", "")
DATA_DIR = Path(os.environ["TALLYBOOK_DATA_DIR"])
SQLITE_FILE = DATA_DIR / "tallybook.sqlite3"
ENDING_MS = 10_000
BACKUPS = DATA_DIR / "server-backups"

blocked: contextlib.ExitStack = contextlib.ExitStack()


class CommandFailed(Exception):
    """A command of the server ended with a failure; what it said is in the message."""


def run_command(*words: str, typed: str = "") -> str:
    """Run `tallybook` with these words in this process; return what it printed."""
    said, standard_input = io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(typed)
    try:
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = tallybook(words)
    finally:
        sys.stdin = standard_input
        connections.close_all()  # the file may be another one next time
    if code != 0:
        raise CommandFailed(said.getvalue())
    return said.getvalue()


def set_up(people: dict[str, str]) -> dict[str, str]:
    """Make the database and the people; return each one's token."""
    if DATABASE_URL:
        create_database()
        put_postgres_on_the_path()
    run_command("migrate")
    for name, role in people.items():
        address = f"{name}@example.org"
        run_command("create-user", address, "--name", name, "--role", role, typed=f"{PASSWORD}\n")
    return {name: run_command("create-token", f"{name}@example.org").strip() for name in people}


def verify(number: str) -> str:
    """Recompute a contract's chain, images and tables; return the difference, or nothing."""
    try:
        run_command("verify-ledger", number)
    except CommandFailed as difference:
        return str(difference)
    return ""


def export(number: str) -> list[Any]:
    """Every entry of a contract's ledger."""
    return [json.loads(line) for line in run_command("export-ledger", number).splitlines()]


def list_unclaimed(contract: str) -> list[str]:
    """The operations that the office keeps outside of a contract."""
    from tallybook.sync.models import UnclaimedOperation

    ids = UnclaimedOperation.objects.filter(contract_id=contract).values_list("operation_id", flat=True)
    found = [str(one) for one in ids]
    connections.close_all()
    return found


def back_up() -> None:
    """Make a backup of the server, while it runs."""
    run_command("backup", str(BACKUPS), "--keep", "1")


def restore() -> None:
    """Put the backup back; the server is stopped."""
    if DATABASE_URL:
        end_connections()
    [backup] = BACKUPS.glob("tallybook-*Z")
    run_command("restore", str(backup), "--replace")


def create_database() -> None:
    """Make the database, empty."""
    name = sql.Identifier(urlsplit(DATABASE_URL).path.strip("/"))
    with psycopg.connect(name_database(DATABASE_URL, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


def end_connections() -> None:
    """PostgreSQL notices late that a server was killed: what that was asked may still be at work."""
    name = urlsplit(DATABASE_URL).path.strip("/")
    with psycopg.connect(name_database(DATABASE_URL, "postgres"), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, %s) FROM pg_stat_activity WHERE datname = %s", (ENDING_MS, name)
        )


def put_postgres_on_the_path() -> None:
    """A backup is made and put back by its own programs."""
    folder = find_postgres()
    assert folder is not None, "There is no PostgreSQL here."
    os.environ["PATH"] = f"{folder}{os.pathsep}{os.environ['PATH']}"


def block(contract: str) -> None:
    """Let no push to this contract commit until `unblock`: on PostgreSQL it has written everything but its last row."""
    blocked.enter_context(block_postgres(contract) if DATABASE_URL else block_sqlite())


def unblock() -> None:
    """End it."""
    blocked.close()


@contextlib.contextmanager
def block_sqlite() -> Iterator[None]:
    with contextlib.closing(sqlite3.connect(SQLITE_FILE, isolation_level=None, timeout=30)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield
        writer.execute("ROLLBACK")


@contextlib.contextmanager
def block_postgres(contract: str) -> Iterator[None]:
    with psycopg.connect(DATABASE_URL) as connection:
        connection.execute("SELECT 1 FROM sync_checkout WHERE contract_id = %s FOR UPDATE", (contract,))
        yield
        connection.rollback()


ANSWERS: dict[str, Callable[..., Any]] = {
    "set_up": set_up,
    "verify": verify,
    "export": export,
    "list_unclaimed": list_unclaimed,
    "back_up": back_up,
    "restore": restore,
    "block": block,
    "unblock": unblock,
}


def main() -> None:
    """Answer until standard input ends."""
    for line in sys.stdin:
        asked = json.loads(line)
        try:
            told = {"answer": ANSWERS[asked["ask"]](*asked["with"])}
        except Exception as failure:  # noqa: BLE001 - whoever asked is told, whatever it was
            told = {"failure": f"{type(failure).__name__}: {failure}"}
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
