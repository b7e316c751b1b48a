"""Uploading backup files to a real server: whole or not at all, within limits, and whatever others do meanwhile."""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.hammering import AtOnce, Office
from tests.support.merging_office import (
    ask,
    count_entries,
    make_notes,
    merging_office,
    send_raw,
    uploads_of,
    write_backup,
)

ROOM_BYTES = 300_000


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, database_of_run: str | None) -> Iterator[Office]:
    """One for all: each test brings its own file, and leaves none."""
    with merging_office(tmp_path_factory.mktemp("office"), database_of_run) as made:
        yield made


@contextmanager
def little_room(office: Office) -> Iterator[None]:
    """No process of the server may make a file longer than this: as on a disk that is full."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    limit_files(office, ROOM_BYTES, most)
    try:
        yield
    finally:
        limit_files(office, most, most)


def limit_files(office: Office, soft: int, hard: int) -> None:
    running = office.servers[0].running
    assert running is not None
    of_children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text()
    for pid in (running.pid, *map(int, of_children.split())):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize(
    ("headers", "body", "status", "code"),
    [
        ("Content-Length: 5000\r\n", b"PK\x03\x04", 400, "backup_upload_incomplete"),
        (f"Content-Length: {4 * 1024**3 + 1}\r\n", b"PK\x03\x04", 413, "backup_too_large"),
        (f"Content-Length: {10**16}\r\n", b"PK\x03\x04", 400, "bad_request"),
        ("Content-Length: 0\r\n", b"", 422, "not_a_backup"),
        ("Transfer-Encoding: chunked\r\n", b"4\r\nPK\x03\x04\r\n0\r\n\r\n", 400, "bad_request"),
        ("", b"", 400, "bad_request"),
    ],
    ids=["cut in transfer", "too large", "no length at all", "nothing", "chunked", "without a length"],
)
def test_an_upload_that_is_not_whole_leaves_nothing(
    office: Office, headers: str, body: bytes, status: int, code: str
) -> None:
    told = send_raw(office, headers, body)

    assert (told[0], told[1]["code"]) == (status, code)
    assert uploads_of(office.servers[0]) == []


def test_a_full_disk_is_told_and_leaves_nothing(office: Office) -> None:
    small = write_backup(office, make_notes(office, 2_000))
    assert len(small) < ROOM_BYTES
    with little_room(office):
        told = ask(office, "POST", "", bytes(ROOM_BYTES * 2))
        assert (told[0], told[1]["code"]) == (507, "backup_no_room")
        assert uploads_of(office.servers[0]) == []
        id_ = ask(office, "POST", "", small)[1]["backup"]
        told = ask(office, "POST", f"/{id_}/preview")
        assert (told[0], told[1]["code"]) == (507, "backup_no_room")  # unpacked it does not fit

    assert ask(office, "POST", f"/{id_}/preview")[1]["contracts"][0]["new"] == 2_000
    assert ask(office, "DELETE", f"/{id_}") == (204, {})
    assert uploads_of(office.servers[0]) == []


@pytest.mark.slow
def test_one_file_is_looked_at_merged_and_deleted_at_once(office: Office) -> None:
    notes = make_notes(office, 600)
    content = write_backup(office, notes)
    id_ = ask(office, "POST", "", content)[1]["backup"]
    told: list[tuple[int, str]] = []

    def act(method: str, path: str, times: int) -> None:
        for _ in range(times):
            status, answer = ask(office, method, f"/{id_}{path}")
            told.append((status, answer.get("code", "")))

    at_once = AtOnce()
    for path in ("/preview", "/merge", "/merge", "/preview"):
        at_once.start(act, "POST", path, 3)
    while not any(status == 200 for status, _ in told) and not at_once.failures:
        continue
    at_once.start(act, "DELETE", "", 2)
    at_once.finish()

    assert {code for _, code in told} <= {"", "backup_not_found", "busy"}
    assert Counter(status for status, _ in told)[204] == 1
    assert uploads_of(office.servers[0]) == []
    again = ask(office, "POST", "", content)[1]["backup"]
    assert ask(office, "POST", f"/{again}/merge")[1]["next"] is None
    assert count_entries(office, notes) == (600, 600)
    assert ask(office, "DELETE", f"/{again}")[0] == 204
    assert office.servers[0].run("verify-ledger", "SP 1").endswith("is as it should be.\n")
    assert "Traceback" not in office.servers[0].said()
