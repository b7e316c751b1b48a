"""Changed: a device that has a contract asks for the 10 records that changed since.

Measured: the wall time of that one request over an open HTTP connection, the median of many, with 5,000
and with 50,000 records on the contract.

Against: each other. What did not change must cost nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from .figures import Figure, in_milliseconds, ratio, seconds_of
from .place import Place, open_place
from .workload import Row
from tests.support.postgres import Cluster

FEW, MANY = 5_000, 50_000
CHANGED = 10
REQUESTS = 40  # in each run
TIMES_FEW_MOST = 1.5  # the same, but for noise


def measure(cluster: Cluster | None, runs: int) -> list[Figure]:
    """Return the feed of ten changed records in few and in many, and how many times the one the other takes."""
    with open_place(cluster) as few_place, open_place(cluster) as many_place:
        places = (few_place, many_place)
        filled = [place.fill(count, seed=1) for place, count in zip(places, (FEW, MANY), strict=True)]
        marks = [_change(place, rows) for place, rows in zip(places, filled, strict=True)]
        timed: tuple[list[float], list[float]] = ([], [])
        for _ in range(runs):
            for place, after, seconds in zip(places, marks, timed, strict=True):
                seconds.append(_measure_feed(place, after))
    few = Figure(f"feed of {CHANGED} changed in {FEW:,}", "ms", in_milliseconds(timed[0]))
    many = Figure(f"feed of {CHANGED} changed in {MANY:,}", "ms", in_milliseconds(timed[1]))
    return [few, many, ratio("many / few", many, few, most=TIMES_FEW_MOST)]


def _change(place: Place, rows: Sequence[Row]) -> int:
    """Revise ten records, far from each other; return the cursor of a device that has everything before."""
    after = place.device.position[0]
    some = rows[:: len(rows) // CHANGED][:CHANGED]
    place.device.reconnect()
    place.device.push([place.device.spell_revisions(some, {"location": "NB Lane 2, behind the pier"})])
    return after


def _measure_feed(place: Place, after: int) -> float:
    place.device.reconnect()
    assert place.device.pull(after=after).lines == CHANGED
    return median(seconds_of(lambda: place.device.pull(after=after)) for _ in range(REQUESTS))
