"""A server restored from a real backup, SQLite and PostgreSQL: devices bring back what it lost, the office sees who."""

from __future__ import annotations

import contextlib
import http.client
import json
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from tallybook.ledger.new_ids import new_id

from scripts.setup import find_postgres
from tests.support.device_lines import make_operation, writers_of
from tests.support.postgres import name_database
from tests.support.server import RunningServer, running_server

PASSWORD = "orange barrel 42\n"
ITEMS = "Line,Item Number,Description,Unit,Quantity,Unit Price\n10,2021.501,Mobilization,LS,1,75000\n"
PEOPLE = {"ann": "admin", "bob": "inspector", "carl": "inspector"}
BATCH = 3


@dataclass
class Installation:
    """A server that can be backed up and restored by its database's own programs."""

    server: RunningServer
    database_url: str | None
    backup: Path
    contract: str = ""

    @property
    def file(self) -> Path:
        return self.server.data_dir / "tallybook.sqlite3"

    def back_up(self) -> None:
        """While it runs."""
        if self.database_url is not None:
            postgres("pg_dump", "--format=custom", f"--file={self.backup}", self.database_url)
            return
        with contextlib.closing(sqlite3.connect(self.file)) as source:
            source.execute("VACUUM INTO ?", (str(self.backup),))

    def restore(self) -> None:
        """Stopped, emptied, put back, started."""
        self.server.stop()
        if self.database_url is not None:
            make_anew(self.database_url)
            postgres("pg_restore", f"--dbname={self.database_url}", str(self.backup))
        else:
            for suffix in ("", "-wal", "-shm"):
                self.file.with_name(self.file.name + suffix).unlink(missing_ok=True)
            self.file.write_bytes(self.backup.read_bytes())
        self.server.run("migrate")
        assert "is as it should be" in self.server.run("verify-ledger")
        self.server.start()

    def operations(self) -> list[str]:
        """The notes in the ledger, in its order."""
        entries = [json.loads(line) for line in self.server.run("export-ledger", "SP 1").splitlines()]
        return [one["operation"]["id"] for one in entries if one["operation"]["type"] == "note"]


def make_anew(url: str) -> None:
    name = sql.Identifier(urlsplit(url).path.strip("/"))
    with psycopg.connect(name_database(url, "postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))


def postgres(name: str, *arguments: str) -> None:
    folder = find_postgres()
    assert folder is not None
    subprocess.run([str(folder / name), *arguments], check=True, capture_output=True)


@dataclass
class Device:
    """One person's device, by the protocol: it forgets answers and position where the server was restored."""

    at: Installation
    name: str
    token: str
    person: str = ""
    id: str = field(default_factory=lambda: str(new_id(at=datetime.now(UTC))))
    made: list[dict[str, Any]] = field(default_factory=list)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: set[str] = field(default_factory=set)
    position: tuple[int, str] = (0, "")
    diverged: int = 0

    def ask(self, path: str, body: Any = None) -> tuple[int, Any]:
        connection = http.client.HTTPConnection("127.0.0.1", self.at.server.port, timeout=60)
        try:
            headers = {"Authorization": f"Bearer {self.token}", "Host": "localhost"}
            sent = None if body is None else json.dumps(body)
            connection.request("GET" if body is None else "POST", path, body=sent, headers=headers)
            with connection.getresponse() as answer:
                told = answer.read()
                return answer.status, [json.loads(line) for line in told.splitlines() if line]
        finally:
            connection.close()

    @property
    def address(self) -> str:
        return f"/api/sync/v1/contracts/{self.at.contract}"

    def check_out(self) -> None:
        assert self.ask(f"{self.address}/checkouts", {"device": self.id, "label": f"{self.name}'s tablet"})[0] == 200

    def note(self, text: str) -> dict[str, Any]:
        record = str(new_id(at=datetime.now(UTC)))
        return self.make("create", record, {"note_type": "General", "work_date": "2026-11-20", "text": text})

    def revise(self, note: dict[str, Any], text: str) -> dict[str, Any]:
        image = self.images[note["record"]]
        return self.make("revise", note["record"], {"text": text}, base=image["fields"], seen=writers_of(image))

    def make(self, verb: str, record: str, set_: dict[str, Any], **more: Any) -> dict[str, Any]:
        typed = make_operation(
            verb, "note", record, set_, at=datetime.now(UTC),
            device=self.id, number=len(self.made) + 1, contract=self.at.contract, author=self.person,
        )  # fmt: skip
        self.made.append(typed | more)
        return self.made[-1]

    def sync(self) -> None:
        """Push and pull; once more from nothing, with everything, where the server was restored."""
        if not (self.push() and self.pull()):
            self.diverged += 1
            self.position, self.answers = (0, ""), {}
            assert self.push()
            assert self.pull()

    def push(self) -> bool:
        while waiting := [one for one in self.made if one["id"] not in self.answers]:
            batch = waiting[:BATCH]
            known, chain = self.position
            envelope = {"device": self.id, "waiting": len(waiting) - len(batch), "known": known, "chain": chain}
            status, [told] = self.ask(f"{self.address}/operations", envelope | {"operations": batch})
            if status == 409:
                assert told["code"] == "diverged"
                return False
            self.answers |= {one["id"]: one for one in told["answers"]}
            self.position = max(self.position, (told["head"], told["chain"]))
        return True

    def pull(self) -> bool:
        known, chain = self.position
        query = f"after=0&known={known}&chain={chain}&device={self.id}"
        status, told = self.ask(f"{self.address}/feed?{query}")
        if status == 409:
            return False
        first, *lines, last = told
        assert not last["more"]
        self.images = {one["record"]: one for one in lines if "record" in one}
        self.held = {one["held"]["id"] for one in lines if "held" in one}
        self.position = (first["head"], first["chain"])
        return True


@pytest.fixture
def people(tmp_path: Path, database_url: str | None) -> Iterator[dict[str, Device]]:
    items = tmp_path / "items.csv"
    items.write_text(ITEMS, encoding="utf-8")
    with running_server(tmp_path / "data", database_url=database_url) as server:
        at = Installation(server, database_url, tmp_path / "backup")
        for name, role in PEOPLE.items():
            server.run("create-user", f"{name}@example.org", "--name", name.title(), "--role", role, typed=PASSWORD)
        server.run("import-contract", str(items), "--number", "SP 1", "--name", "Overlay")
        for name in ("bob", "carl"):
            server.run("assign", f"{name}@example.org", "SP 1", "--right", "inspection")
        found = {name: Device(at, name, server.run("create-token", f"{name}@example.org").strip()) for name in PEOPLE}
        at.contract = found["ann"].ask("/api/sync/v1/contracts")[1][0]["contracts"][0]["id"]
        for one in found.values():
            one.person = one.ask("/api/v1/session")[1][0]["person"]["id"]
            one.check_out()
        yield found


@pytest.mark.slow
def test_devices_bring_back_what_a_restored_server_lost_and_the_office_sees_it(people: dict[str, Device]) -> None:
    ann, bob, carl = people.values()
    kept = [bob.note("kept"), ann.note("kept too")]
    for one in people.values():
        one.sync()
    backed_up = max(one.position[0] for one in people.values())
    ann.at.back_up()
    lost = [bob.note(f"lost {number}") for number in range(4)]
    carl.note("by one who does not come back")
    for one in (bob, carl, ann):
        one.sync()
    upon = ann.revise(lost[0], "corrected upon what is lost")
    ann.sync()
    bob.sync()
    furthest = ann.position[0]
    stored = [bob.answers[kept[0]["id"]], ann.answers[kept[1]["id"]]]

    ann.at.restore()

    bob.note("typed while it was away")
    ann.pull()  # reads before she sends
    ann.sync()
    assert ann.answers[upon["id"]]["state"] == "held"  # what it was typed upon is not here yet
    bob.sync()
    ann.sync()
    bob.sync()

    assert (ann.diverged, bob.diverged) == (1, 1)
    assert [bob.answers[kept[0]["id"]], ann.answers[kept[1]["id"]]] == stored
    assert (ann.images, ann.held) == (bob.images, set())
    assert ann.images[lost[0]["record"]]["fields"]["text"] == "corrected upon what is lost"
    mine = [one["id"] for one in (*ann.made, *bob.made)]
    there = ann.at.operations()
    assert set(there) == set(mine)
    assert {one: there.count(one) for one in mine} == dict.fromkeys(mine, 1) | {upon["id"]: 2}  # held, then released
    assert "is as it should be" in ann.at.server.run("verify-ledger", "SP 1")
    assert_the_office_sees_it(people, backed_up, furthest, lost)


def assert_the_office_sees_it(
    people: dict[str, Device], backed_up: int, furthest: int, lost: list[dict[str, Any]]
) -> None:
    ann, bob, carl = people.values()
    [restore] = ann.ask("/api/v1/restores")[1][0]["restores"]
    assert bob.ask("/api/v1/restores")[1][0]["restores"] == []
    assert [(one["device"], one["label"]) for one in restore["not_back"]] == [(carl.id, "carl's tablet")]
    anns, bobs = restore["returns"]
    assert [(one["person"]["name"], one["device"]) for one in (anns, bobs)] == [("Ann", ann.id), ("Bob", bob.id)]
    assert (anns["known"], anns["head_then"]) == (furthest, backed_up)
    for one, brought, here in ((anns, 1, 1), (bobs, len(lost) + 1, 1)):
        assert (one["brought"], one["here_already"], one["unclaimed"]) == (brought, here, 0)
        assert one["finished_at"] is not None
    assert (anns["held"], bobs["held"]) == (1, 0)
    page = ann.ask(f"/api/v1/returns/{bobs['id']}/entries")[1][0]
    assert [one["record"] for one in page["entries"]] == [one["record"] for one in bob.made[1:]]
