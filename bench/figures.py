"""Figures: what one run gave, several runs together, and whether that is within what is wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """One thing that was measured in each of several runs."""

    name: str
    unit: str
    runs: tuple[float, ...]
    most: float | None = None  # what is wanted: the median is at most this

    @property
    def median(self) -> float:
        """The middle one of the runs."""
        return median(self.runs)

    @property
    def is_met(self) -> bool | None:
        """Whether what is wanted was reached; None where nothing is."""
        return None if self.most is None else self.median <= self.most


def ratio(name: str, measured: Figure, baseline: Figure, *, most: float | None = None) -> Figure:
    """Return how many times the baseline each run took: both were measured in the same run."""
    runs = tuple(one / by for one, by in zip(measured.runs, baseline.runs, strict=True))
    return Figure(name, "×", runs, most)


def seconds_of(act: Callable[[], object]) -> float:
    """Return how long an act takes, on the clock of the wall."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def in_milliseconds(seconds: Sequence[float]) -> tuple[float, ...]:
    """Return seconds as milliseconds."""
    return tuple(one * 1_000 for one in seconds)
