"""Play seeded stories with the real server and the real client engine: faults, then every law.

python -m scripts.simulate --seconds 60 --seed 1    new seeds from 1 on for that long
python -m scripts.simulate --seed 1 --count 300     these seeds
python -m scripts.simulate --seeds 180,45           these seeds, one by one: how a failure is played again

Four of five seeds run on SQLite, the fifth on PostgreSQL with two server processes; both at the same time.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts import setup
from scripts.bundle import BundleFailed, bundle
from tests.support.postgres import end_by_exception, throwaway_cluster

END_TIMEOUT_S = 10
MAIN = "src/sync/testing/simulation/main.ts"
# All that a story may meet. One that never strikes proves nothing.
FAULTS = (
    *(f"line: {one}" for one in (
        "request_lost", "answer_lost", "duplicated", "reordered", "truncated", "portal",
        "401", "403", "413", "429", "500", "503",
    )),
    *(f"disk: {one}" for one in ("quota", "died_before", "died_after", "closed")),
    *(f"journal: {one}" for one in ("missing", "full", "fails", "torn")),
    "saved in the second copy alone", "database lost", "journal lost", "device lost", "device found again",
    "backup written", "backup cut short", "backup damaged", "backup merged by the office",
    "backup restored", "backup restored twice", "backup restored on another device", "backup restored a month late",
    "device killed", "second tab", "synced at the same time", "synced by itself", "others wrote between pages",
    "clock off by years", "right revoked", "right given back", "unclaimed: hand-over", "unclaimed: set-aside",
    "contract closed", "item removed", "Work Offline on", "id reused", "made twice",
    "server killed before commit", "server killed after commit", "server backed up", "server restored",
    "decided unseen", "changed there and back", "came out of order",
    "restored before it read", "restored without the unclaimed",
    "checked in", "restored after it was given back", "two server processes",
)  # fmt: skip
# All that an operation may become, but for "paid", which comes with the payments, and "error", which breaks law 3.
BECAME = (
    "applied", "merged", "released", "superseded already_decided", "superseded moved",
    *(f"held {one}" for one in (
        "conflict", "missing_record", "missing_base", "missing_target", "id_reused", "invalid", "contract_closed",
        "unknown_type", "unknown_schema",
    )),
    "unclaimed",
)  # fmt: skip


@dataclass
class Report:
    """What some seeds did, together."""

    played: int = 0
    highest: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    failure: dict[str, Any] | None = None

    def add(self, told: dict[str, Any]) -> None:
        """Add what one process tells of its seeds."""
        self.played += told["played"]
        self.highest = max(self.highest, told["to"])
        self.counts.update(told["counts"])
        failure = told.get("failure")
        if failure and (self.failure is None or failure["seed"] < self.failure["seed"]):
            self.failure = failure

    def missing(self) -> list[str]:
        """Return what never happened."""
        return [one for one in (*FAULTS, *BECAME) if not self.counts[one]]


class SimulationStopped(Exception):
    """The program of the simulation itself ended; what it said is in the message."""


@contextlib.contextmanager
def memory_folder() -> Iterator[Path]:
    """A folder that needs no disk, where there is one: no story is about power."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(prefix="tallybook-", dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


def command_of(program: Path, *, root: Path, folder: Path, wishes: Sequence[str], postgres: str | None) -> list[str]:
    """Return the command that plays seeds on one kind of database."""
    node, _ = setup.require_node()
    return [
        node, "--enable-source-maps", str(program),
        "--root", str(root), "--python", str(setup.PYTHON), "--folder", str(folder), *wishes,
        *(("--postgres", postgres) if postgres else ()),
    ]  # fmt: skip


def hear(part: subprocess.Popen[str], others: Sequence[subprocess.Popen[str]]) -> dict[str, Any]:
    """Wait for one process; return what it tells. Where it failed, the others need not go on."""
    said, failed = part.communicate()
    if part.returncode != 0:
        for other in others:
            other.terminate()
    try:
        told: dict[str, Any] = json.loads(said.splitlines()[-1])
    except (IndexError, ValueError) as wrong:
        raise SimulationStopped(f"exit code {part.returncode}\n{said[-2_000:]}{failed[-4_000:]}") from wrong
    return told


def simulate(
    wishes: Sequence[str], *, root: Path = setup.ROOT, databases: Sequence[str] = ("sqlite", "postgresql")
) -> Report:
    """Play seeds on these databases at the same time, until all are played or one breaks a law."""
    report = Report()
    with contextlib.ExitStack() as around:
        folder, pool = around.enter_context(memory_folder()), around.enter_context(ThreadPoolExecutor())
        urls: dict[str, str | None] = {"sqlite": None}
        if "postgresql" in databases:
            urls["postgresql"] = around.enter_context(throwaway_cluster()).url_of("postgres")
        try:
            program = bundle(MAIN, folder / "simulation.mjs", web=root / "web")
        except BundleFailed as failed:
            raise SimulationStopped(str(failed)) from failed
        parts: list[subprocess.Popen[str]] = []
        for database in (urls[one] for one in databases):
            command = command_of(program, root=root, folder=folder, wishes=wishes, postgres=database)
            piped = subprocess.PIPE
            part = subprocess.Popen(command, cwd=folder, stdout=piped, stderr=piped, text=True)
            around.callback(end, part)
            parts.append(part)
        for told in pool.map(lambda part: hear(part, [other for other in parts if other is not part]), parts):
            report.add(told)
    return report


def end(part: subprocess.Popen[str]) -> None:
    """Leave nothing of it behind, however this program ends: it ends its servers itself."""
    part.terminate()
    try:
        part.wait(END_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        part.kill()


def tell(report: Report, seed: int) -> None:
    """Print what a person wants to know."""
    counts = report.counts
    print(f"{report.played} seeds between {seed} and {report.highest}")
    print("How often everything struck:")
    for one in FAULTS:
        print(f"  {counts[one]:7}  {one}")
    print("What became of the operations:")
    for one in BECAME:
        print(f"  {counts[one]:7}  {one}")


def explain(report: Report) -> str:
    """Return which law was broken, and how to see it again."""
    failure = report.failure or {"seed": 0, "cause": "none"}
    again = f".venv/bin/python -m scripts.simulate --seeds {failure['seed']}"
    return f"Seed {failure['seed']} breaks a law: {failure['cause']}\nPlay it again: {again}"


def read_wishes() -> tuple[list[str], int]:
    """Return the arguments for the program, and the first seed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1, help="the first seed (1)")
    many = parser.add_mutually_exclusive_group(required=True)
    many.add_argument("--seconds", type=int, help="new seeds for so long")
    many.add_argument("--count", type=int, help="so many seeds")
    many.add_argument("--seeds", help="these seeds, with commas between them")
    told = parser.parse_args()
    if told.seeds is not None:
        return ["--seeds", told.seeds], min(int(one) for one in told.seeds.split(","))
    how = ["--seconds", str(told.seconds)] if told.seconds is not None else ["--count", str(told.count)]
    return ["--from", str(told.seed), *how], told.seed


def main() -> int:
    """Play, tell, and end with 1 where a law was broken."""
    wishes, seed = read_wishes()
    os.environ.pop("TALLYBOOK_DATABASE_URL", None)
    signal.signal(signal.SIGTERM, end_by_exception)
    report = simulate(wishes)
    tell(report, seed)
    if report.failure:
        print(f"\n{explain(report)}")
        return 1
    print("\nEvery law held.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
