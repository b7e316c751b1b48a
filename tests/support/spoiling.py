"""Spoiling files as disks, networks and strangers do; and watching that reading one stays in its folder and ends."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SIGNATURES = (
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"PK\x07\x08",
    b"age-",
    b"scrypt",
)
NUMBERS = (0, 1, 8, 99, 0x7FFF, 0xFFFF, 0xFFFF_FFFE, 0xFFFF_FFFF, 2**31, 2**63 - 1, 2**64 - 1)
NAMES = (b"../../x", b"/etc/passwd", b"a\0b", b"\xff\xfe", b"CONTRACTS", b"C:\\x", b"con\n", b"..", b"manifest.json")
BYTES_MAX = 256 * 1024
WRITES = {"os.mkdir": 0, "os.rename": 1, "os.link": 1, "os.symlink": 1, "shutil.rmtree": 0, "os.truncate": 0}


class TooManySteps(Exception):
    """A file is looked at far more often than it has bytes: that would hang on a large one."""


def flip(content: bytes, a: int, b: int, _: int) -> bytes:
    """One bit."""
    place = a % len(content)
    return content[:place] + bytes([content[place] ^ (1 << b % 8)]) + content[place + 1 :]


def cut(content: bytes, a: int, b: int, _: int) -> bytes:
    """The end, or the beginning, is missing."""
    return content[a % len(content) :] if b % 4 == 0 else content[: a % len(content)]


def lie(content: bytes, a: int, b: int, number: int) -> bytes:
    """Another number in a header: a size, a place, a count, a CRC, a method, a length of a name."""
    places = [place for one in SIGNATURES for place in _places_of(content, one)] or [0]
    start = places[a % len(places)] + 4 + b % 52
    width = (1, 2, 4, 8)[number % 4]
    told = (NUMBERS[number // 4 % len(NUMBERS)] & (1 << 8 * width) - 1).to_bytes(width, "little")
    return content[:start] + told + content[start + width :]


def rename(content: bytes, a: int, b: int, number: int) -> bytes:
    """Another name of the same length, in the directory, before the member, or in both."""
    old = (b"operations.ndjson", b"contracts/", b"README.txt", b"manifest.json")[a % 4]
    new = (NAMES[b % len(NAMES)] + b"/" * len(old))[: len(old)]
    places = _places_of(content, old)
    chosen = places if number % 3 == 0 else places[number % max(len(places), 1) :][:1]
    for place in chosen:
        content = content[:place] + new + content[place + len(old) :]
    return content


def repeat(content: bytes, a: int, b: int, number: int) -> bytes:
    """A part comes again, up to a hundred times."""
    start = a % len(content)
    part = content[start : start + 1 + b % 4_000]
    return content[:start] + part * (number % 100) + content[start:]


def splice(content: bytes, a: int, b: int, number: int) -> bytes:
    """A part stands where another was."""
    start, to = a % len(content), number % len(content)
    part = content[start : start + 1 + b % 2_000]
    return content[:to] + part + content[to + len(part) :]


def twice(content: bytes, a: int, _: int, __: int) -> bytes:
    """The whole file comes twice, with something between."""
    return content + bytes(a % 9) + content


WAYS: tuple[Callable[[bytes, int, int, int], bytes], ...] = (
    flip,
    flip,
    cut,
    lie,
    lie,
    lie,
    rename,
    repeat,
    splice,
    twice,
)


def spoil(content: bytes, spoilings: list[tuple[int, int, int, int]]) -> bytes:
    """Spoil a file in one way after the other, by numbers that mean something to each way."""
    for way, a, b, number in spoilings:
        content = WAYS[way % len(WAYS)](content or b"\0", a, b, number)[:BYTES_MAX]
    return content


def _places_of(content: bytes, part: bytes) -> list[int]:
    found, place = [], content.find(part)
    while place >= 0:
        found.append(place)
        place = content.find(part, place + 1)
    return found


class _CountedFile(io.BufferedReader):
    steps_left = 0

    def read(self, *arguments: Any) -> bytes:
        self._step()
        return super().read(*arguments)

    def seek(self, *arguments: Any) -> int:
        self._step()
        return super().seek(*arguments)

    def _step(self) -> None:
        self.steps_left -= 1
        if self.steps_left < 0:
            raise TooManySteps


class CountedPath(type(Path())):  # type: ignore[misc]  # the path of this system
    """A file that may be looked at twice for each of its bytes, and not oftener."""

    def open(self, *_: Any, **__: Any) -> Any:
        """Only for reading."""
        opened = _CountedFile(io.FileIO(self))
        opened.steps_left = 1_000 + 2 * self.stat().st_size
        return opened


@dataclass
class _Watch:
    is_on: bool = False
    is_installed: bool = False  # an audit hook stays for as long as the program runs
    written: set[str] = field(default_factory=set)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on:
            return
        if event == "open" and isinstance(arguments[0], str | bytes) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
            self.written.add(os.path.realpath(os.fsdecode(arguments[0])))
        elif event in WRITES and isinstance(one := arguments[WRITES[event]], str | bytes | Path):
            self.written.add(os.path.realpath(os.fsdecode(one)))


_watch = _Watch()


@contextmanager
def nothing_written_outside(folder: Path) -> Iterator[None]:
    """Whatever Python writes, makes, moves or removes as a tree meanwhile is in this folder."""
    if not _watch.is_installed:
        sys.addaudithook(_watch.hear)
        _watch.is_installed = True
    _watch.written.clear()
    _watch.is_on = True
    try:
        yield
    finally:
        _watch.is_on = False
    inside = os.path.realpath(folder) + os.sep
    outside = [one for one in _watch.written if not one.startswith(inside) and "__pycache__" not in one]
    assert not outside, outside
