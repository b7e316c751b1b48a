"""Push: 10,000 item transactions that one inspector made offline, in batches of 500.

Measured: the wall time of twenty pushes over one HTTP connection, from the first byte sent to the last
answer read. Each is durable, merged, chained and projected when it is answered. The contract has 400
items and the server was warmed by one batch.

Against: the same transactions as flat JSON rows, inserted by the database alone in ten durable
transactions of 1,000 rows into one typed table with a primary key and one index
(`jsonb_populate_recordset` on PostgreSQL, `json_each` on SQLite), in the same run.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from .figures import Figure, ratio, seconds_of
from .place import open_place
from .plain_table import PlainTable, open_plain_table
from .workload import Row, in_batches
from tests.support.postgres import Cluster

TRANSACTIONS = 10_000
ROWS_AT_ONCE = 1_000  # of the plain inserts
TIMES_PLAIN_MOST = 5.0


def measure(cluster: Cluster | None, runs: int) -> list[Figure]:
    """Return the push, the plain insert, and how many times it the push takes."""
    pushed, plain = [], []
    for run in range(runs):
        with open_place(cluster) as place, open_plain_table(place) as table:
            table.insert(place.fill(500, seed=1))
            rows = place.make_rows(TRANSACTIONS, seed=2 + run)
            batches = place.device.spell_batches(rows)
            plain.append(seconds_of(partial(_insert_all, table, rows)))
            pushed.append(seconds_of(partial(place.device.push, batches)))
            assert table.count() == TRANSACTIONS + 500
    push = Figure("push of 10,000 transactions, 500 at once", "s", tuple(pushed))
    insert = Figure("the same rows as JSON, ten transactions", "s", tuple(plain))
    most = TIMES_PLAIN_MOST if cluster else None
    return [push, insert, ratio("push / plain insert", push, insert, most=most)]


def _insert_all(table: PlainTable, rows: Sequence[Row]) -> None:
    for part in in_batches(rows, ROWS_AT_ONCE):
        table.insert(part)
