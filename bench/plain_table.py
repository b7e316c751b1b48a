"""What the database alone can do with the same rows: one typed table, filled from JSON and read whole."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import psycopg

from .place import Place
from .workload import Row

COLUMNS = {
    "id": "uuid primary key", "operation": "uuid", "item": "uuid", "work_date": "date", "quantity": "numeric",
    "station_from": "text", "station_to": "text", "location": "text", "documentation": "text", "measured_by": "uuid",
    "author": "uuid", "made_at": "timestamptz",
}  # fmt: skip
CREATE = f"create table plain ({', '.join(f'{name} {kind}' for name, kind in COLUMNS.items())})"
INDEX = "create index plain_order on plain (item, made_at)"


class PlainTable(Protocol):
    """One typed table of a database, and what reading the feed's lines costs there."""

    def insert(self, rows: Sequence[Row]) -> None:
        """Insert rows from JSON in one durable transaction; what is there already stays."""

    def count(self) -> int:
        """Return how many rows there are."""

    def read_lines(self) -> int:
        """Read every line of the feed that the ledger keeps, by one SELECT; return how many."""


def spell_json(rows: Sequence[Row]) -> str:
    """Return rows as one JSON list."""
    return json.dumps(rows, separators=(",", ":"))


READ_LINES = "select seq, line from ledger_ledgerimage order by seq"


class PlainPostgres:
    """The table on PostgreSQL."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        """Make the table."""
        self.connection = connection
        connection.execute(CREATE)
        connection.execute(INDEX)
        connection.commit()

    def insert(self, rows: Sequence[Row]) -> None:
        """Insert by jsonb_populate_recordset."""
        insert = (
            "insert into plain select * from jsonb_populate_recordset(null::plain, %s::jsonb) on conflict do nothing"
        )
        self.connection.execute(insert, (spell_json(rows),))
        self.connection.commit()

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self.connection.execute("select id from plain").fetchall())

    def read_lines(self) -> int:
        """Read every line of the feed."""
        count = len(self.connection.execute(READ_LINES).fetchall())
        self.connection.commit()
        return count


class PlainSqlite:
    """The table on SQLite, as strict about the disk as the server is."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Make the table."""
        self.connection = connection
        connection.execute("pragma journal_mode=wal")
        connection.execute("pragma synchronous=full")
        connection.execute(CREATE)
        connection.execute(INDEX)

    def insert(self, rows: Sequence[Row]) -> None:
        """Insert by json_each."""
        values = ", ".join(f"value ->> '{name}'" for name in COLUMNS)
        self.connection.execute(f"insert or ignore into plain select {values} from json_each(?)", (spell_json(rows),))

    def count(self) -> int:
        """Return how many rows there are."""
        return len(self.connection.execute("select id from plain").fetchall())

    def read_lines(self) -> int:
        """Read every line of the feed."""
        return len(self.connection.execute(READ_LINES).fetchall())


@contextlib.contextmanager
def open_plain_table(place: Place) -> Iterator[PlainTable]:
    """Make the table in the database that the server uses."""
    if place.database_url:
        with psycopg.connect(place.database_url) as connection:
            yield PlainPostgres(connection)
        return
    path = place.data_dir / "tallybook.sqlite3"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None, timeout=20)) as connection:
        yield PlainSqlite(connection)
