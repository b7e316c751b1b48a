"""Take away, one after the other, the lines that keep the laws, in a copy of the tree; that law must break.

python -m scripts.mutants             all of tests/simulation/mutants.toml
python -m scripts.mutants WORDS       those whose law or name has these words

Whatever else ends a story (a server that is busy, a command that fails, another law) is no catch: the next seeds
are played, until the law breaks or the time is up.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
import tomllib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts import setup
from scripts.simulate import SimulationStopped, simulate

LIST = setup.ROOT / "tests" / "simulation" / "mutants.toml"
LAWS = range(1, 12)
SECONDS = 150  # for one mutant, from the first seed on
NOT_CAUGHT = "NOT CAUGHT"  # nor is what never began to play: no law was asked
Failure = dict[str, Any]  # as the simulation tells it: its seed, its cause, and the law or none
COPIED = ("server", "scripts", "tests/support", "web/src")


class NoSuchText(Exception):
    """A mutant's old text does not stand exactly once in its file."""


@dataclass(frozen=True)
class Edit:
    """One text in the place of another."""

    file: str
    old: str
    new: str

    def count(self, root: Path) -> int:
        """Return how often the old text stands in the file."""
        return (root / self.file).read_text(encoding="utf-8").count(self.old)

    def apply(self, root: Path) -> None:
        """Change the file in the tree at `root`."""
        if self.count(root) != 1:
            raise NoSuchText(f"{self.file}: {self.old}")
        path = root / self.file
        path.write_text(path.read_text(encoding="utf-8").replace(self.old, self.new), encoding="utf-8")


@dataclass(frozen=True)
class Mutant:
    """A law, and the edits that take away what keeps it."""

    law: int
    name: str
    edits: tuple[Edit, ...]
    rough: bool = False
    database: str = "sqlite"
    also_breaks: int | None = None  # another law that shows it as well, often sooner

    def is_shown_by(self, failure: Failure) -> bool:
        """Return whether a law was broken, and one that this mutant is about."""
        broken: int | None = failure["law"]
        return broken is not None and broken in (self.law, self.also_breaks)


def read_mutants() -> list[Mutant]:
    """Return every mutant of the list."""
    told: list[dict[str, Any]] = tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]
    return [
        Mutant(
            law=one["law"],
            name=one["name"],
            edits=tuple(Edit(part["file"], part["old"], part["new"]) for part in (one, one.get("also")) if part),
            rough=one.get("rough", False),
            database=one.get("database", "sqlite"),
            also_breaks=one.get("also_breaks"),
        )
        for one in told
    ]


def copy_tree(folder: Path) -> None:
    """Copy what the simulation runs; what is only read is linked."""
    for name in COPIED:
        shutil.copytree(setup.ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("web/node_modules", "web/tsconfig.json"):
        (folder / name).symlink_to(setup.ROOT / name)


def try_mutant(mutant: Mutant) -> str:
    """Return which seed failed and why, or that none did."""
    with tempfile.TemporaryDirectory(prefix="tallybook-mutant-") as folder:
        root = Path(folder)
        copy_tree(root)
        for edit in mutant.edits:
            edit.apply(root)
        try:
            return play_until_shown(mutant, root)
        except SimulationStopped as stopped:
            said = str(stopped).strip().splitlines() or ["it said nothing"]
            return f"{NOT_CAUGHT}, it does not even start: {said[-1]}"


def play_until_shown(mutant: Mutant, root: Path) -> str:
    """Play seeds from the first on, past whatever ends a story and is not the mutant's law."""
    deadline = time.monotonic() + SECONDS
    seed, played, passed = 1, 0, list[Failure]()
    while (left_s := int(deadline - time.monotonic())) > 0:
        wishes = ["--from", str(seed), "--seconds", str(left_s), *(["--rough"] if mutant.rough else [])]
        report = simulate(wishes, root=root, databases=[mutant.database])
        played += report.played
        if (failure := report.failure) is None:
            break
        if mutant.is_shown_by(failure):
            return tell_failure(failure) + tell_passed(passed)
        passed.append(failure)
        seed = max(seed, failure["seed"]) + 1
    return f"{NOT_CAUGHT} by {played} seeds{tell_passed(passed)}"


def tell_failure(failure: Failure) -> str:
    """Return which seed it was, and why."""
    first, *_ = str(failure["cause"]).splitlines()
    return f"seed {failure['seed']}: {re.sub(r'^LawBroken: ', '', first)[:100]}"


def tell_passed(passed: Sequence[Failure]) -> str:
    """Return how many stories ended of something else, of what, and the first of them."""
    kinds = Counter("no law" if one["law"] is None else f"law {one['law']}" for one in passed)
    told = ", ".join(f"{times} of {kind}" for kind, times in kinds.most_common())
    return f" (past {told}: {tell_failure(passed[0])})" if passed else ""


def choose(mutants: Sequence[Mutant], words: Sequence[str]) -> list[Mutant]:
    """Return those that all words speak of."""
    return [one for one in mutants if all(word in f"law {one.law} {one.name}" for word in words)]


def main() -> int:
    """Try the mutants, print the table, end with 1 where one is not caught."""
    os.environ.pop("TALLYBOOK_DATABASE_URL", None)
    survivors = 0
    for mutant in choose(read_mutants(), sys.argv[1:]):
        started = time.monotonic()
        caught = try_mutant(mutant)
        survivors += caught.startswith(NOT_CAUGHT)
        seconds = time.monotonic() - started
        print(f"law {mutant.law:2}  {mutant.name:62}  {seconds:4.0f} s  {caught}", flush=True)
    print(f"{survivors} not caught." if survivors else "Every one was caught.")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
