"""Several people of the office hand over and set aside the same at once: each operation ends in one way, once."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tallybook.ledger.new_ids import new_id

from tests.support.server import RunningServer, running_server

OPERATIONS = 60
AT_ONCE = 4
PASSWORD = "orange barrel 42\n"
ITEMS = "Line,Item Number,Description,Unit,Quantity,Unit Price\n10,2021.501,Mobilization,LS,1,75000\n"
GIVE_UP_S = 90


def ask(server: RunningServer, token: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=GIVE_UP_S)
    try:
        headers = {"Authorization": f"Bearer {token}", "Host": "localhost"}
        sent = None if body is None else json.dumps(body)
        connection.request("GET" if body is None else "POST", path, body=sent, headers=headers)
        with connection.getresponse() as answer:
            told = answer.read()
            return answer.status, json.loads(told) if path.startswith("/api/v1/") else told
    finally:
        connection.close()


@pytest.fixture
def servers(tmp_path: Path, database_url: str | None) -> Iterator[list[RunningServer]]:
    """Two on PostgreSQL; on SQLite one, with its threads."""
    items = tmp_path / "items.csv"
    items.write_text(ITEMS, encoding="utf-8")
    with ExitStack() as stack:
        first = stack.enter_context(running_server(tmp_path / "data", database_url=database_url))
        for email, role in (("dana@example.org", "admin"), ("lost@example.org", "inspector")):
            first.run("create-user", email, "--name", email.partition("@")[0], "--role", role, typed=PASSWORD)
        first.run("import-contract", str(items), "--number", "SP 1", "--name", "Overlay", "--accuracy", "3")
        started = [first]
        if database_url is not None:
            second = running_server(tmp_path / "second", database_url=database_url, before=())
            started.append(stack.enter_context(second))
        yield started


def deliver(server: RunningServer, contract: str, lost: str) -> str:
    """Operations of somebody without a right; return who he is."""
    _, session = ask(server, lost, "/api/v1/session")
    person: str = session["person"]["id"]
    device = str(uuid4())
    operations = [
        {
            "id": str(new_id(at=datetime.now(UTC))), "device": device, "number": number, "contract": contract,
            "type": "note", "record": str(uuid4()), "verb": "create", "author": person, "made_at": "", "schema": 1,
            "set": {"note_type": "General", "work_date": "2026-11-20", "text": f"Note {number}"},
        }
        for number in range(1, OPERATIONS + 1)
    ]  # fmt: skip
    envelope = {"device": device, "operations": operations}
    assert ask(server, lost, f"/api/sync/v1/contracts/{contract}/operations", envelope)[0] == 200
    return person


def test_each_ends_in_one_way_once(servers: list[RunningServer]) -> None:
    dana, lost = (servers[0].run("create-token", f"{one}@example.org").strip() for one in ("dana", "lost"))
    _, listing = ask(servers[0], dana, "/api/sync/v1/contracts")
    contract = json.loads(listing)["contracts"][0]["id"]
    choice = {"contract": contract, "person": deliver(servers[0], contract, lost), "reason": "At once."}
    told: list[tuple[str, int, Any]] = []
    start = threading.Barrier(2 * AT_ONCE)

    def act(what: str, server: RunningServer) -> None:
        start.wait()
        told.append((what, *ask(server, dana, f"/api/v1/unclaimed/{what}", choice)))

    people = [
        threading.Thread(target=act, args=(what, servers[turn % len(servers)]))
        for turn in range(AT_ONCE)
        for what in ("hand-over", "set-aside")
    ]
    for one in people:
        one.start()
    for one in people:
        one.join(GIVE_UP_S)

    assert [status for _, status, _ in told] == [200] * (2 * AT_ONCE)
    handed = sum(one.get("handed_over", 0) for _, _, one in told)
    aside = sum(one.get("set_aside", 0) for _, _, one in told)
    assert sorted((handed, aside)) == [0, OPERATIONS]  # whoever was first has all of them
    assert {one["remaining"] for _, _, one in told} == {0}
    exported = servers[0].run("export-ledger", "SP 1").splitlines()
    assert sum('"type":"note"' in line for line in exported) == handed
    assert "SP 1" in servers[0].run("verify-ledger")
