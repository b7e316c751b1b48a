"""A simulation that is told to end leaves no process behind."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest

from scripts import setup

BEGUN_S = 60
PROCESSES = 4  # two programs, and a server of each at least


def descendants(pid: int) -> set[int]:
    """Every process below this one."""
    try:
        below = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return set()
    return {int(one) for one in below}.union(*(descendants(int(one)) for one in below))


@pytest.mark.slow
@pytest.mark.timeout(120)
def test_nothing_is_left_of_one_that_is_told_to_end() -> None:
    command = [str(setup.PYTHON), "-m", "scripts.simulate", "--seed", "900001", "--seconds", "60"]
    with subprocess.Popen(command, cwd=setup.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        deadline = time.monotonic() + BEGUN_S
        while not (begun := [one for one in descendants(running.pid) if "serve" in command_of(one)]):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        left = descendants(running.pid)
        running.terminate()
        running.wait(timeout=30)

    assert len(left) >= PROCESSES, begun
    assert [one for one in left if command_of(one)] == []


def command_of(pid: int) -> str:
    """The command line of a process; empty where it has ended."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
