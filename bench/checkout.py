"""Checkout: a device takes a contract of 50,000 records offline, page by page from `after=0`.

Measured: the wall time of all pages over one HTTP connection, as they come: without compression in the
largest pages that the server gives, without compression in a browser's pages of 1,000 lines, and with
each compression, for the bytes on the wire.

Against: one `SELECT` of the same lines, fetched whole from the same database, in the same run.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from .figures import Figure, ratio, seconds_of
from .place import Place, open_place
from .plain_table import PlainTable, open_plain_table
from tests.support.postgres import Cluster

RECORDS = 50_000
BROWSER_LINES = 1_000
TIMES_SELECT_MOST = 3.0
MEGABYTE = 1_000_000
MEGABYTES_OF_10_000_MOST = 1.5
COMPRESSIONS = ("gzip", "br")


def measure(cluster: Cluster | None, runs: int) -> list[Figure]:
    """Return the checkout, the plain SELECT, how many times it the checkout takes, and what goes over the wire."""
    with open_place(cluster) as place, open_plain_table(place) as table:
        place.fill(RECORDS, seed=1)
        seconds: dict[str, list[float]] = defaultdict(list)
        for _ in range(runs):
            for name, act in _list_acts(place, table).items():
                place.device.reconnect()
                seconds[name].append(seconds_of(partial(_check, act)))
        sizes = [_measure_size(place, encoding) for encoding in COMPRESSIONS]
    timed = [Figure(name, "s", tuple(of_runs)) for name, of_runs in seconds.items()]
    select, checkout = timed[:2]
    return [*timed, ratio("checkout / SELECT", checkout, select, most=TIMES_SELECT_MOST if cluster else None), *sizes]


def _list_acts(place: Place, table: PlainTable) -> Mapping[str, Callable[[], int]]:
    """Return what is timed in each run, by its name; each returns how many lines it got."""

    def pull(**how: Any) -> Callable[[], int]:
        return lambda: place.device.pull(**how).lines

    return {
        "SELECT of the same lines": table.read_lines,
        "checkout of 50,000 records": pull(),
        "the same, 1,000 lines a page": pull(limit=BROWSER_LINES),
        **{f"the same, {encoding}": pull(encoding=encoding) for encoding in COMPRESSIONS},
    }


def _check(act: Callable[[], int]) -> None:
    lines = act()
    assert lines > RECORDS, f"{lines} lines are not the whole contract"


def _measure_size(place: Place, encoding: str) -> Figure:
    place.device.reconnect()
    pulled = place.device.pull(encoding=encoding)
    megabytes = pulled.wire_bytes / pulled.lines * 10_000 / MEGABYTE
    return Figure(f"10,000 records on the wire, {encoding}", "MB", (megabytes,), MEGABYTES_OF_10_000_MOST)
