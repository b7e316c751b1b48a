"""Where measuring happens: a real server on an empty database, one contract, one device of one inspector."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import brotli

from .workload import Row, derive_id, in_batches, make_operation, make_transactions, spell_items
from tests.support.postgres import Cluster, new_database, throwaway_cluster
from tests.support.server import RunningServer, running_server

BATCH = 500  # operations in one push
ACCURACY = 3
DEVICE = str(UUID("00000000-0000-7000-8000-000000000417"))
NUMBER = "SP 417"
OFFICE, INSPECTOR = "office@example.org", "inspector@example.org"
PASSWORD = "orange barrel 417"


UNPACKED: Mapping[str, Callable[[bytes], bytes]] = {
    "identity": bytes,
    "gzip": gzip.decompress,
    "br": brotli.decompress,
}


class RefusedAnswer(Exception):
    """The server answered something else than what was to be measured."""


@dataclass
class Device:
    """A script of one inspector that knows its position; its connection stays open."""

    server: RunningServer
    token: str
    contract: str = ""
    position: tuple[int, str] = (0, "")
    numbered: int = 0
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the connection; the first request opens it."""
        self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=120)

    def reconnect(self) -> None:
        """Open a new connection at the next request: the server gives up one that was idle."""
        self.connection.close()

    def ask(self, method: str, path: str, body: bytes | None = None, *, encoding: str = "identity") -> bytes:
        """One request under /api/sync/v1; return its body as it came over the wire."""
        headers = {"Authorization": f"Bearer {self.token}", "Accept-Encoding": encoding}
        if body is not None:
            headers["Content-Type"] = "application/json"
        self.connection.request(method, f"/api/sync/v1{path}", body, headers)
        response = self.connection.getresponse()
        told = response.read()
        if response.status != 200:
            raise RefusedAnswer(f"{method} {path}: {response.status} {told[:500]!r}")
        if (response.headers["Content-Encoding"] or "identity") != encoding:
            raise RefusedAnswer(f"{method} {path}: compressed as {response.headers['Content-Encoding']}")
        return told

    def spell_batches(self, rows: Sequence[Row]) -> list[bytes]:
        """Return the operations of these rows as JSON lists of one push each."""
        batches = []
        for batch in in_batches(rows, BATCH):
            operations = [
                make_operation(row, contract=self.contract, device=DEVICE, number=self.numbered + number)
                for number, row in enumerate(batch, 1)
            ]
            self.numbered += len(batch)
            batches.append(json.dumps(operations, separators=(",", ":")).encode())
        return batches

    def spell_revisions(self, rows: Sequence[Row], change: dict[str, str]) -> bytes:
        """Return operations that make the same change to the records that these rows created, as one JSON list."""
        operations = []
        for row in rows:
            self.numbered += 1
            created = make_operation(row, contract=self.contract, device=DEVICE, number=self.numbered)
            saw = {"base": created["set"], "seen": created["id"], "revision": 1}
            operations.append({**created, "id": derive_id(row), "verb": "revise", "set": change} | saw)
        return json.dumps(operations, separators=(",", ":")).encode()

    def push(self, batches: Sequence[bytes]) -> None:
        """Push batch by batch, each with the position that the last answer told."""
        for batch in batches:
            known, chain = self.position
            head = f'{{"device":"{DEVICE}","waiting":0,"known":{known},"chain":"{chain}","operations":'
            told = self.ask("POST", f"/contracts/{self.contract}/operations", head.encode() + batch + b"}")
            answer = json.loads(told)
            if any(one["state"] != "applied" for one in answer["answers"]):
                raise RefusedAnswer(f"not applied: {told[:500]!r}")
            self.position = answer["head"], answer["chain"]

    def pull(self, *, after: int = 0, limit: int = 1_000_000, encoding: str = "identity") -> Pulled:
        """Pull until there is no more, without looking into the lines; `limit` is lowered to what the server gives."""
        pulled = Pulled()
        while pulled.more:
            known, chain = self.position
            query = f"after={pulled.cursor or after}&known={known}&chain={chain}&limit={limit}"
            wire = self.ask("GET", f"/contracts/{self.contract}/feed?{query}", encoding=encoding)
            pulled.take(wire, UNPACKED[encoding](wire))
        return pulled


@dataclass
class Pulled:
    """What a pull gave: bytes on the wire and lines."""

    wire_bytes: int = 0
    lines: int = 0
    pages: int = 0
    cursor: int = 0
    more: bool = True

    def take(self, wire: bytes, page: bytes) -> None:
        """Count one page, and read where to go on."""
        last = json.loads(page[page.rindex(b"\n", 0, -1) :])
        self.wire_bytes += len(wire)
        self.lines += page.count(b"\n") - 2
        self.pages += 1
        self.cursor, self.more = last["cursor"], last["more"]


@dataclass
class Place:
    """A served installation with one contract."""

    device: Device
    database_url: str | None  # None: SQLite
    data_dir: Path
    items: list[str]
    person: str

    def make_rows(self, count: int, *, seed: int) -> list[Row]:
        """Return transactions of this contract's items, typed by its inspector."""
        return make_transactions(count, items=self.items, person=self.person, seed=seed)

    def fill(self, count: int, *, seed: int) -> list[Row]:
        """Push that many transactions; return their rows."""
        rows = self.make_rows(count, seed=seed)
        self.device.reconnect()
        self.device.push(self.device.spell_batches(rows))
        return rows


@contextlib.contextmanager
def open_place(cluster: Cluster | None) -> Iterator[Place]:
    """Serve an empty installation on a new database of the cluster, or on SQLite; gone at the end."""
    data_dir = Path(tempfile.mkdtemp(prefix="tallybook-bench-"))
    try:
        with contextlib.ExitStack() as stack:
            url = stack.enter_context(new_database(cluster.url_of("postgres"))) if cluster else None
            server = stack.enter_context(running_server(data_dir, database_url=url))
            _make_installation(server)
            yield _sign_in(server, url)
    finally:
        shutil.rmtree(data_dir, ignore_errors=True)


@contextlib.contextmanager
def open_cluster() -> Iterator[Cluster]:
    """A PostgreSQL of this measuring alone, that writes to disk before it answers."""
    with throwaway_cluster() as cluster:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            if cluster.ask(f"SHOW {setting}") != "on":
                raise RefusedAnswer(f"{setting} is off: nothing measured here would be durable")
        yield cluster


def _make_installation(server: RunningServer) -> None:
    """Make the people and the contract, by the commands that an office uses."""
    items = server.data_dir / "items.csv"
    items.write_text(spell_items(), encoding="utf-8")
    server.run("create-user", OFFICE, "--name", "Olive Office", "--role", "admin", typed=f"{PASSWORD}\n")
    server.run("create-user", INSPECTOR, "--name", "Ines Inspector", "--role", "inspector", typed=f"{PASSWORD}\n")
    server.run("import-contract", str(items), "--number", NUMBER, "--name", "Bench", "--accuracy", str(ACCURACY))
    server.run("assign", INSPECTOR, NUMBER, "--right", "inspection")


def _sign_in(server: RunningServer, url: str | None) -> Place:
    device = Device(server, token=server.run("create-token", INSPECTOR).strip())
    contracts: list[dict[str, Any]] = json.loads(device.ask("GET", "/contracts"))["contracts"]
    device.contract = contracts[0]["id"]
    lines = [json.loads(line) for line in device.ask("GET", f"/contracts/{device.contract}/feed").splitlines()]
    device.position = lines[0]["head"], lines[0]["chain"]
    items = [line["record"] for line in lines if line.get("type") == "contract_item"]
    person = next(one["record"] for one in lines if one.get("fields", {}).get("right") == "inspection")
    return Place(device=device, database_url=url, data_dir=server.data_dir, items=items, person=person)
