"""Merge: 10,000 item transactions that one inspector made offline, brought by a backup file.

Measured: the wall time of uploading the file, reading it, and merging it part by part over one HTTP
connection. And the memory, at its most, of the command that merges a file of 2 GB: the same
transactions beside 2,000 stand-ins for photos.

Against: pushing as many transactions in batches of 500, in the same run: after every part of 2,000
merged four pushes follow, on an installation of its own.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import tempfile
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from .figures import Figure, ratio, seconds_of
from .place import DEVICE, Place, RefusedAnswer, open_place
from .workload import Row, in_batches, make_operation
from tests.support.postgres import Cluster
from tests.support.server import TALLYBOOK

TRANSACTIONS = 10_000
PART = 2_000  # operations that one request merges
WARMING = 500  # transactions before
TIMES_PUSH_MOST = 1.5
PHOTOS, PHOTO_BYTES = 2_000, 1024 * 1024
MEGABYTES_MOST = 300.0
API = "/api/sync/v1/backups"


def measure(cluster: Cluster | None, runs: int) -> list[Figure]:
    """Return the merge, the pushes, how many times these it takes, and the memory of merging a large file."""
    merged, pushed = [], []
    for run in range(runs):
        with open_place(cluster) as merging, open_place(cluster) as pushing:
            of_merge, of_push = _measure_turns(merging, pushing, seed=2 + run)
        merged.append(of_merge)
        pushed.append(of_push)
    with open_place(cluster) as place, tempfile.TemporaryDirectory(prefix="tallybook-bench-") as folder:
        memory = _measure_memory(place, Path(folder) / "large.tallybook")
    merge = Figure("upload and merge of 10,000 transactions", "s", tuple(merged))
    push = Figure("push of as many, 500 at once", "s", tuple(pushed))
    most = Figure("memory of merging a file of 2 GB", "MB", (memory,), MEGABYTES_MOST)
    return [merge, push, ratio("merge / push", merge, push, most=TIMES_PUSH_MOST), most]


def _measure_turns(merging: Place, pushing: Place, *, seed: int) -> tuple[float, float]:
    """Return the seconds of the merge and of the pushes, taken in turns: so that both have the same weather."""
    for place in (merging, pushing):
        place.fill(WARMING, seed=1)
    packed = io.BytesIO()
    _write_backup(packed, merging, merging.make_rows(TRANSACTIONS, seed=seed), photos=0)
    batches = pushing.device.spell_batches(pushing.make_rows(TRANSACTIONS, seed=seed))
    told: dict[str, Any] = {}
    merging.device.reconnect()
    of_merge = seconds_of(lambda: told.update(_ask(merging, "POST", API, packed.getvalue())))
    address, after, of_push, new = f"{API}/{told['backup']}/merge", None, 0.0, 0
    for some in in_batches(batches, len(batches) * PART // TRANSACTIONS):
        for place in (merging, pushing):
            place.device.reconnect()
        of_merge += seconds_of(partial(_merge_part, merging, address, after, told))
        of_push += seconds_of(partial(pushing.device.push, some))
        after, new = told["next"], new + told["contracts"][0]["new"]
    if after is not None or new != TRANSACTIONS:
        raise RefusedAnswer(f"{new} merged of {TRANSACTIONS}")
    return of_merge, of_push


def _merge_part(place: Place, address: str, after: str | None, told: dict[str, Any]) -> None:
    told.update(_ask(place, "POST", address, json.dumps({"after": after}).encode()))


def _measure_memory(place: Place, file: Path) -> float:
    """Return the megabytes of the command at its most."""
    with file.open("wb") as opened:
        _write_backup(opened, place, place.make_rows(TRANSACTIONS, seed=1), photos=PHOTOS)
    server = place.device.server
    command = [str(TALLYBOOK), "merge-backup", str(file)]
    running = subprocess.Popen(command, cwd=server.data_dir, env=server.env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    if running.returncode:
        raise RefusedAnswer(f"merge-backup ended with {running.returncode}")
    return usage.ru_maxrss / 1024


def _write_backup(out: BinaryIO, place: Place, rows: Sequence[Row], *, photos: int) -> None:
    """Write what a device with these rows writes, and that many stand-ins for photos."""
    contract = place.device.contract
    operations = [make_operation(row, contract=contract, device=DEVICE, number=one) for one, row in enumerate(rows, 1)]
    lines = [json.dumps(one, separators=(",", ":"), sort_keys=True, ensure_ascii=False) for one in operations]
    place.device.reconnect()
    session = _ask(place, "GET", "/api/v1/session")
    manifest = {
        "format": "tallybook-backup", "format_version": 1, "agency": session["agency"], "person": session["person"],
        "device": {"id": DEVICE, "label": "Bench"}, "made_at": "2026-11-24T06:00:00.000-06:00", "members": [],
        "contracts": [{"id": contract, "number": "", "name": ""}],
    }  # fmt: skip
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"contracts/{contract}/operations.ndjson", "\n".join(lines) + "\n")
        for number in range(photos):
            packed.writestr(f"photos/{number:064x}", os.urandom(PHOTO_BYTES), zipfile.ZIP_STORED)
        packed.writestr("manifest.json", json.dumps(manifest))


def _ask(place: Place, method: str, path: str, body: bytes | None = None) -> dict[str, Any]:
    is_file = body is not None and body.startswith(b"PK")
    headers = {
        "Authorization": f"Bearer {place.device.token}",
        "Content-Type": "application/vnd.tallybook.backup" if is_file else "application/json",
    }
    place.device.connection.request(method, path, body, headers)
    response = place.device.connection.getresponse()
    told: dict[str, Any] = json.loads(response.read())
    if response.status not in (200, 201):
        raise RefusedAnswer(f"{method} {path}: {response.status} {told}")
    return told
