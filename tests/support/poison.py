"""A database that does not take one text: what an operation fails by on its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection


def run(statement: str) -> Any:
    """Run a statement; return the first value that it answers."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return (cursor.fetchone() or (None,))[0] if cursor.description else None


@contextmanager
def poisoned_notes() -> Iterator[None]:
    """A table that does not take one text."""
    if connection.vendor == "sqlite":
        run(
            "CREATE TRIGGER poisoned BEFORE INSERT ON inspection_note WHEN NEW.text = 'poison' "
            "BEGIN SELECT RAISE(ABORT, 'as the test wants'); END"
        )
    else:
        run("ALTER TABLE inspection_note ADD CONSTRAINT poisoned CHECK (text <> 'poison')")
    try:
        yield
    finally:
        on_table = "ALTER TABLE inspection_note DROP CONSTRAINT poisoned"
        run("DROP TRIGGER poisoned" if connection.vendor == "sqlite" else on_table)
