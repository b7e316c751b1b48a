"""Backup file: contract L checked out, 10,000 notes on 250 days, 500 MB of stand-ins for photos, in the tab.

No note is answered: that is the most that a device has to look through. Measured: the wall time of writing
the file into the browser's private files, as *Download Offline Backup* does where nobody chooses a place; how
long the page does not answer meanwhile, at most; the preview of *Restore Backup* of that file, on the device
that knows every entry of it; and the memory of the tab's process, at its most, while a file of 2 GB is
written, previewed, and both once more with a passphrase.

Against: hashing and copying the bytes of that file in the same tab, in the same run.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TypedDict

from .browser import checked_out_device
from .figures import Figure, ratio
from scripts.bundle import bundle
from tests.support.browser_processes import watched_memory
from tests.support.inspector import Inspector
from tests.support.postgres import Cluster

PROGRAM = "src/backup/testing/measured-backup.ts"
PHOTO_BYTES = 2 * 1024 * 1024
PHOTOS, PHOTOS_OF_LARGE = 250, 1_000
OPERATIONS, DAYS = 10_000, 250
PASSPHRASE = "orange barrel 42"
TIMES_HASHING_MOST = 2
GAP_MS_MOST = 200
PREVIEW_S_MOST = 2
MEGABYTES_MOST = 300


class Measured(TypedDict):
    """What the page tells of one act: milliseconds, and bytes or operations."""

    took: float
    gap: float
    bytes: int


def measure(cluster: Cluster | None, runs: int) -> list[Figure]:
    """Measure on a device of its own; which database the office has makes no difference to it."""
    assert cluster is None
    with tempfile.TemporaryDirectory(prefix="tallybook-bench-") as folder:
        program = bundle(PROGRAM, Path(folder) / "measured-backup.js", to_run_in="page").read_text(encoding="utf-8")
        with checked_out_device() as (ann, _, _):
            figures = measure_times(ann, program, runs)
        with checked_out_device() as (ann, _, _):
            return [*figures, *measure_memory(ann, program)]


def measure_times(ann: Inspector, program: str, runs: int) -> list[Figure]:
    """Write, preview, and hash and copy, in turns."""
    prepare(ann, program, PHOTOS)
    written, previewed, copied = [], [], []
    for _ in range(runs):
        written.append(ask(ann, "bench.backUp()"))
        previewed.append(preview(ann))
        copied.append(ask(ann, f"bench.hashAndCopy({PHOTO_BYTES})"))
    write = Figure("write the backup", "s", in_seconds(written))
    copy = Figure("hash and copy the same bytes", "s", in_seconds(copied))
    return [
        Figure("size of the file", "MB", tuple(one["bytes"] / 1e6 for one in written)),
        write,
        copy,
        ratio("write / hash and copy", write, copy, most=TIMES_HASHING_MOST),
        Figure("longest silence of the page, writing", "ms", tuple(one["gap"] for one in written), GAP_MS_MOST),
        Figure("preview of restoring", "s", in_seconds(previewed), PREVIEW_S_MOST),
        Figure("longest silence of the page, previewing", "ms", tuple(one["gap"] for one in previewed), GAP_MS_MOST),
    ]


def measure_memory(ann: Inspector, program: str) -> list[Figure]:
    """The process of the tab, at its most, with a file of 2 GB."""
    prepare(ann, program, PHOTOS_OF_LARGE)
    figures = []
    for name, words in (("", ""), (" with a passphrase", f"'{PASSPHRASE}'")):
        for act in ("written", "previewed"):
            with watched_memory(ann.profile) as memory:
                ask(ann, f"bench.backUp({words})") if act == "written" else preview(ann, words)
            figures.append(Figure(f"memory of the tab, 2 GB{name} {act}", "MB", (memory.most,), MEGABYTES_MOST))
    return figures


def prepare(ann: Inspector, program: str, photos: int) -> None:
    """The program in the tab, what was typed on the contract, and the photos beside it."""
    ann.page.evaluate(program)
    ann.page.evaluate(f"bench.type({OPERATIONS}, {DAYS})")
    ann.page.evaluate(f"bench.makePhotos({photos}, {PHOTO_BYTES})")


def ask(ann: Inspector, act: str) -> Measured:
    """What the page measured."""
    measured: Measured = ann.page.evaluate(act)
    return measured


def preview(ann: Inspector, words: str = "") -> Measured:
    """What the page measured of a file that has all that was typed."""
    measured = ask(ann, f"bench.preview({words})")
    assert measured["bytes"] == OPERATIONS, f"The file has {measured['bytes']} operations."
    return measured


def in_seconds(measured: list[Measured]) -> tuple[float, ...]:
    """How long each took."""
    return tuple(one["took"] / 1_000 for one in measured)
