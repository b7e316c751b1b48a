"""Measure, print, and write the figures into bench/results.

python -m bench                          every scenario on both databases, three runs each
python -m bench push --runs 5            one scenario
python -m bench push --on postgresql     on one database
python -m bench --keep-results           only print

Ends with 1 where something that is wanted was not reached.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time
from collections.abc import Callable
from types import ModuleType

from . import backup, browser, changed, checkout, merge, push
from .figures import Figure
from .machine import describe_machine
from .place import open_cluster
from .report import Measured, spell_table, write_results
from tests.support.postgres import Cluster

# A scenario is a module: its docstring says what is measured and against what, its `measure` takes the
# cluster to measure on (None: SQLite) and how many runs, and returns figures. To add one, name it here.
SCENARIOS: dict[str, ModuleType] = {
    "push": push, "checkout": checkout, "changed": changed, "merge": merge, "browser": browser,
    "backup": backup,
}  # fmt: skip
DATABASES = ("postgresql", "sqlite")
WITHOUT_DATABASE = ("browser", "backup")  # measured once: which database the office has makes no difference
RUNS = 3


def main() -> int:
    """Measure what was asked for."""
    chosen = _read_arguments()
    missed = 0
    measured = []
    with contextlib.ExitStack() as stack:
        cluster = stack.enter_context(open_cluster()) if "postgresql" in chosen.on else None
        machine = describe_machine(cluster)
        print("\n".join(f"{name:<12}{value}" for name, value in machine.items()))
        for name in chosen.scenarios:
            for database in chosen.on:
                if database == "postgresql" and name in WITHOUT_DATABASE:
                    continue
                one = _measure(name, database, cluster if database == "postgresql" else None, chosen.runs)
                missed += sum(figure.is_met is False for figure in one.figures)
                measured.append(one)
    if not chosen.keep_results:
        print("\nWritten:", *write_results(machine, measured))
    return 1 if missed else 0


def _read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure Tallybook on this machine.")
    parser.add_argument("scenarios", nargs="*", default=list(SCENARIOS), metavar="SCENARIO", help=", ".join(SCENARIOS))
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--on", action="append", choices=DATABASES)
    parser.add_argument("--keep-results", action="store_true", help="write nothing into bench/results")
    chosen = parser.parse_args()
    chosen.on = chosen.on or list(DATABASES)
    if unknown := [name for name in chosen.scenarios if name not in SCENARIOS]:
        parser.error(f"there is no scenario {unknown[0]}")
    return chosen


def _measure(name: str, database: str, cluster: Cluster | None, runs: int) -> Measured:
    started = time.monotonic()
    scenario = SCENARIOS[name]
    act: Callable[[Cluster | None, int], list[Figure]] = scenario.measure
    figures = act(cluster, runs)
    print(f"\n{name} on {database} ({time.monotonic() - started:.0f} s)\n{spell_table(figures)}", flush=True)
    return Measured(name, database, scenario.__doc__ or "", figures)


if __name__ == "__main__":
    sys.exit(main())
