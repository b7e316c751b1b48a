"""Take away, one after the other, the lines that keep the laws, in a copy of the tree; the simulation must fail.

python -m scripts.mutants             all of tests/simulation/mutants.toml
python -m scripts.mutants WORDS       those whose law or name has these words
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
import tomllib
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
    rough: bool
    database: str


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
    wishes = ["--from", "1", "--seconds", str(SECONDS), *(["--rough"] if mutant.rough else [])]
    with tempfile.TemporaryDirectory(prefix="tallybook-mutant-") as folder:
        root = Path(folder)
        copy_tree(root)
        for edit in mutant.edits:
            edit.apply(root)
        try:
            report = simulate(wishes, root=root, databases=[mutant.database])
        except SimulationStopped as stopped:
            said = str(stopped).strip().splitlines() or ["it said nothing"]
            return f"{NOT_CAUGHT}, it does not even start: {said[-1]}"
    if report.failure is None:
        return f"{NOT_CAUGHT} by {report.played} seeds"
    first, *_ = str(report.failure["cause"]).splitlines()
    return f"seed {report.failure['seed']}: {re.sub(r'^LawBroken: ', '', first)[:100]}"


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
