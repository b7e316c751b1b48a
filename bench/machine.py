"""On what the figures were measured: the machine, the versions, the commit."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from pathlib import Path

import django

from tests.support.postgres import Cluster

ROOT = Path(__file__).resolve().parents[1]
GIBIBYTE = 2**30


def describe_machine(cluster: Cluster | None) -> dict[str, str]:
    """Return what a reader must know to compare figures with his own."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIBIBYTE
    return {
        "commit": _commit(),
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "memory": f"{memory:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "django": django.get_version(),
        "sqlite": sqlite3.sqlite_version,
        "postgresql": cluster.ask("SHOW server_version") if cluster else "not measured",
        "load": f"{os.getloadavg()[0]:.1f} at the start",
    }


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    lines = listed.read_text(encoding="utf-8").splitlines() if listed.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _commit() -> str:
    """The commit, and whether what was measured differs from it."""
    measured = ("server", "bench", ":!bench/results")
    named = _git("rev-parse", "--short", "HEAD")
    if named.returncode != 0:
        return "unknown"
    return named.stdout.strip() + (
        " and changes" if _git("diff", "--quiet", "HEAD", "--", *measured).returncode else ""
    )


def _git(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", "-C", str(ROOT), *arguments], capture_output=True, text=True, check=False)
