"""Many rows at once into a table, the quickest way that each database has."""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

Row = tuple[Any, ...]


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert rows in the order of `columns`; UUIDs may be text, dates ISO text. Call inside `atomic`.

    Raises IntegrityError. Cost: one COPY on PostgreSQL, one `executemany` on SQLite, whatever their number.
    """
    if not rows:
        return
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        uuids = _uuid_positions(model, tuple(columns))
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - names of our own tables and columns
            [_for_sqlite(row, uuids) for row in rows],
        )


def delete_rows(model: type[models.Model], *, contract_id: UUID, column: str, ids: Collection[Any]) -> None:
    """Delete a contract's rows whose `column` is one of `ids`. Cost: one statement; none without ids."""
    if ids:
        rows = model._default_manager.filter(contract_id=contract_id, **{f"{column}__in": ids})
        rows._raw_delete(rows.db)  # nothing cascades and no signal is wanted


def replace_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Sequence[Row],
    *,
    contract_id: UUID,
    key: str,
    existing: Collection[Any],
) -> None:
    """Insert rows, those whose key is among `existing` in place of the old. Call inside `atomic`."""
    delete_rows(model, contract_id=contract_id, column=key, ids=existing)
    insert_rows(model, columns, rows)


@cache
def _uuid_positions(model: type[models.Model], columns: tuple[str, ...]) -> tuple[int, ...]:
    kinds = {field.column: field for field in model._meta.local_concrete_fields}
    return tuple(place for place, column in enumerate(columns) if isinstance(kinds[column], models.UUIDField))


def _for_sqlite(row: Row, uuids: tuple[int, ...]) -> Row:
    """Return the row with UUIDs as Django keeps them in SQLite: 32 hex digits."""
    values = list(row)
    for place in uuids:
        if values[place] is not None:
            values[place] = str(values[place]).replace("-", "")
    return tuple(values)
