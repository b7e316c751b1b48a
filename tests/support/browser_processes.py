"""The processes of a Chromium, found by its profile."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

LOOK_EVERY_S = 0.05


def browser_process(profile: Path) -> int:
    """The browser's own process: the one with this profile that is nobody's renderer."""
    for pid, words in _commands():
        if f"--user-data-dir={profile}".encode() in words and not any(one.startswith(b"--type=") for one in words):
            return pid
    raise AssertionError(f"no browser has {profile}")


def renderer_processes(profile: Path) -> list[int]:
    """Those that run its tabs and workers."""
    browser = browser_process(profile)
    renderers = [pid for pid, words in _commands() if b"--type=renderer" in words]
    return [pid for pid in renderers if browser in _ancestors(pid)]


@dataclass
class Memory:
    """Of the largest of some processes: what is its own alone, in megabytes, as browsers tell it of a tab."""

    before: float
    most: float


@contextmanager
def watched_memory(profile: Path) -> Iterator[Memory]:
    """Watch the tab, from another thread, as long as the block runs; what grew less than a look apart is missed."""
    renderers = renderer_processes(profile)
    before = max(map(_private, renderers))
    memory = Memory(before, before)
    ended = threading.Event()

    def watch() -> None:
        while not ended.wait(LOOK_EVERY_S):
            memory.most = max(memory.most, *map(_private, renderers))

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield memory
    finally:
        ended.set()
        watching.join()


def _commands() -> Iterator[tuple[int, list[bytes]]]:
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            # A renderer sets its own, with spaces.
            yield int(entry.name), (entry / "cmdline").read_bytes().replace(b" ", b"\0").split(b"\0")
        except OSError:  # ended meanwhile
            continue


def _ancestors(pid: int) -> Iterator[int]:
    while pid > 1:
        pid = int(_status(pid, "PPid") or 0)
        yield pid


def _private(pid: int) -> float:
    return sum(float(_status(pid, name) or 0) for name in ("RssAnon", "VmSwap")) / 1024


def _status(pid: int, name: str) -> str | None:
    """A number of a process; None where it has ended."""
    try:
        told = re.search(rf"^{name}:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    except OSError:
        return None
    return told[1] if told else None
