"""Push: 10,000 item transactions that one inspector made offline, in batches of 500.

Measured: the wall time of twenty pushes over one HTTP connection, from the first byte sent to the last
answer read. Each is durable, merged, chained and projected when it is answered. The contract has 400
items and the server was warmed by one batch.

Against: the same transactions as flat JSON rows, inserted by the database alone in ten durable
transactions of 1,000 rows into one typed table with a primary key and one index
(`jsonb_populate_recordset` on PostgreSQL, `json_each` on SQLite), in the same run: after every insert of
1,000 rows two pushes of 500 follow.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from .figures import Figure, ratio, seconds_of
from .place import Place, open_place
from .plain_table import PlainTable, open_plain_table
from .workload import Row, in_batches
from tests.support.postgres import Cluster

TRANSACTIONS = 10_000
ROWS_AT_ONCE = 1_000  # of the plain inserts
WARMING = 500  # transactions before
TIMES_PLAIN_MOST = 5.0


def measure(cluster: Cluster | None, runs: int) -> list[Figure]:
    """Return the push, the plain insert, and how many times it the push takes."""
    pushed, plain = [], []
    for run in range(runs):
        with open_place(cluster) as place, open_plain_table(place) as table:
            table.insert(place.fill(WARMING, seed=1))
            rows = place.make_rows(TRANSACTIONS, seed=2 + run)
            of_push, of_plain = _measure_turns(place, table, rows)
            assert table.count() == TRANSACTIONS + WARMING
        pushed.append(of_push)
        plain.append(of_plain)
    push = Figure("push of 10,000 transactions, 500 at once", "s", tuple(pushed))
    insert = Figure("the same rows as JSON, ten transactions", "s", tuple(plain))
    most = TIMES_PLAIN_MOST if cluster else None
    return [push, insert, ratio("push / plain insert", push, insert, most=most)]


def _measure_turns(place: Place, table: PlainTable, rows: Sequence[Row]) -> tuple[float, float]:
    """Return the seconds of all pushes and of all plain inserts, taken in turns: so that both have the same weather."""
    batches = place.device.spell_batches(rows)
    batches_at_once = len(batches) * ROWS_AT_ONCE // len(rows)
    of_push = of_plain = 0.0
    place.device.reconnect()
    turns = zip(in_batches(rows, ROWS_AT_ONCE), in_batches(batches, batches_at_once), strict=True)
    for part, some in turns:
        of_plain += seconds_of(partial(table.insert, part))
        of_push += seconds_of(partial(place.device.push, some))
    return of_push, of_plain
