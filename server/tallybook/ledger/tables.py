"""Many rows at once out of a table and into it, the quickest way that each database has."""

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models

Row = tuple[Any, ...]


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Insert rows in the order of `columns`; UUIDs may be text, dates ISO text. Call inside `atomic`.

    Raises IntegrityError. Cost: one COPY on PostgreSQL, one `executemany` on SQLite, whatever their number.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # COPY goes by the driver's own cursor: wrapped, it fails with Django's exceptions as all else does.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        uuids = _uuid_positions(model, tuple(columns))
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - names of our own tables and columns
            [_for_sqlite(row, uuids) for row in rows],
        )


def select_rows(
    model: type[models.Model], columns: Sequence[str], *, contract_id: UUID, key: str, ids: Collection[str]
) -> list[Row]:
    """Return a contract's rows whose `key` is one of `ids`, in no order; UUIDs are read as text.

    Cost: one statement, and for each id one look into the index on (contract_id, key); none without ids.
    """
    if not ids:
        return []
    table, name = connection.ops.quote_name(model._meta.db_table), connection.ops.quote_name(key)
    uuids = _uuid_positions(model, tuple(columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            names = ", ".join(f"{column}::text" if place in uuids else column for place, column in enumerate(columns))
            # `offset 0` keeps the look-up as it is written. Else a planner that has not counted the table yet
            # reads the whole contract instead: measured, 10 ms in place of 1 at 50,000 records.
            cursor.execute(
                "SELECT found.* FROM unnest(%s::uuid[]) AS asked(id) CROSS JOIN LATERAL"  # noqa: S608
                f" (SELECT {names} FROM {table} WHERE contract_id = %s AND {name} = asked.id OFFSET 0) AS found",
                ["{" + ",".join(ids) + "}", contract_id],
            )
            return list(cursor.fetchall())
        listed = '["' + '","'.join(ids).replace("-", "") + '"]'
        cursor.execute(
            f"SELECT {', '.join(columns)} FROM {table}"  # noqa: S608
            f" WHERE contract_id = %s AND {name} IN (SELECT value FROM json_each(%s))",
            [as_key(contract_id), listed],
        )
        return [_from_sqlite(row, uuids) for row in cursor.fetchall()]


def as_key(id: UUID) -> Any:
    """Return an id as a statement of our own names it: Django keeps UUIDs in SQLite as 32 hex digits."""
    return id if connection.vendor == "postgresql" else id.hex


def delete_rows(model: type[models.Model], *, contract_id: UUID, column: str, ids: Collection[Any]) -> None:
    """Delete a contract's rows whose `column` is one of `ids`. Cost: one statement; none without ids."""
    if ids:
        rows = model._default_manager.filter(contract_id=contract_id, **{f"{column}__in": ids})
        rows._raw_delete(rows.db)  # nothing cascades and no signal is wanted


def replace_rows(
    model: type[models.Model],
    columns: Sequence[str],
    rows: Iterable[Row],
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


def _from_sqlite(row: Row, uuids: tuple[int, ...]) -> Row:
    """Return the row with UUIDs as text in their one spelling."""
    values = list(row)
    for place in uuids:
        if (found := values[place]) is not None:
            values[place] = f"{found[:8]}-{found[8:12]}-{found[12:16]}-{found[16:20]}-{found[20:]}"
    return tuple(values)
