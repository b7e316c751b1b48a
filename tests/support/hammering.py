"""Devices that push and pull without pause whatever happens to the server, and remember every answer they got."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tallybook.ledger.new_ids import new_id

from tests.support.device_lines import Line, make_operation, take_line, upon
from tests.support.server import RunningServer

Typed = Line  # an operation as it is sent

PASSWORD = "orange barrel 42\n"
ITEMS = "Line,Item Number,Description,Unit,Quantity,Unit Price\n10,2021.501,Mobilization,LS,1,75000\n"
LOST = (OSError, http.client.HTTPException)
GIVE_UP_S = 120
BATCH_MAX = 6
PAGE_LINES = 40  # small, so that others write between two pages
REVISED_AT_ONCE = 12  # of the records that a device knows, the newest: so that several meet there


@dataclass
class Office:
    """Servers on one database, a contract, and somebody who may write on it."""

    servers: Sequence[RunningServer]
    contract: str
    person: str
    token: str

    def ask(self, server: RunningServer, path: str, body: Any = None) -> bytes:
        """Ask one of the servers; raises one of LOST where no whole answer came, or it asks to come again."""
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        try:
            sent = None if body is None else json.dumps(body)
            headers = {"Authorization": f"Bearer {self.token}", "Host": "localhost"}
            connection.request("GET" if body is None else "POST", path, body=sent, headers=headers)
            with connection.getresponse() as answer:
                told = answer.read()
                if answer.status in (502, 503):
                    raise ConnectionError(told.decode())
                assert answer.status == 200, told
                return told
        finally:
            connection.close()

    @property
    def address(self) -> str:
        """Of the contract, in the sync protocol."""
        return f"/api/sync/v1/contracts/{self.contract}"


def make_office(servers: Sequence[RunningServer], folder: Path) -> Office:
    """Somebody with a contract, new on these servers."""
    run = servers[0].run
    run("create-user", "ann@example.org", "--name", "Ann", "--role", "admin", typed=PASSWORD)
    items = folder / "items.csv"
    items.write_text(ITEMS)
    run("import-contract", str(items), "--number", "SP 1", "--name", "Overlay")
    made = Office(servers, contract="", person="", token=run("create-token", "ann@example.org").strip())
    made.contract = json.loads(made.ask(servers[0], "/api/sync/v1/contracts"))["contracts"][0]["id"]
    made.person = json.loads(made.ask(servers[0], "/api/v1/session"))["person"]["id"]
    return made


@dataclass
class Pushed:
    """One push: what was sent, what was answered, how often it had to be sent."""

    batch: list[Typed]
    answers: list[dict[str, Any]]
    answered_from: datetime  # when the attempt began that was answered
    lost: int  # attempts without an answer


@dataclass
class HammeringDevice:
    """A device: makes, revises and decides, upon what it was last told."""

    office: Office
    chance: random.Random
    id: str = field(default_factory=lambda: str(new_id(at=datetime.now(UTC))))
    number: int = 0
    position: tuple[int, str] = (0, "")
    cursor: int = 0
    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    shown: list[int] = field(default_factory=list)  # every seq of the feed, in the order it came
    pushes: list[Pushed] = field(default_factory=list)

    def hammer(self, is_over: threading.Event) -> None:
        """Push and pull until it is over. What was begun is finished."""
        while not is_over.is_set():
            if self.chance.random() < 0.3:
                self.pull(pages=2)
            self.push([self.type_something() for _ in range(self.chance.randint(1, BATCH_MAX))])
            if self.chance.random() < 0.2:  # its answer did not arrive: once more
                self.repeat(self.pushes[-1])
            time.sleep(self.chance.random() * 0.05)

    def read_on(self, is_over: threading.Event) -> None:
        """Pull for as long as others write, and then to the end."""
        while not is_over.is_set():
            self.pull(pages=1)
            time.sleep(0.01)
        self.pull(pages=1_000_000)

    def push(self, batch: list[Typed]) -> None:
        """Send until there is an answer."""
        told, began, lost = self._insist(lambda server: self._send(server, batch))
        answers: list[dict[str, Any]] = told["answers"]
        self.pushes.append(Pushed(batch, answers, began, lost))

    def repeat(self, pushed: Pushed) -> None:
        """Send again what was answered, and insist on the same answer."""
        told, _, _ = self._insist(lambda server: self._send(server, pushed.batch))
        assert told["answers"] == pushed.answers

    def pull(self, *, pages: int) -> None:
        """Read some pages of the feed, or to its end."""
        for _ in range(pages):
            told, _, _ = self._insist(self._read_page)
            first, *lines, last = [json.loads(line) for line in told.splitlines()]
            for line in lines:
                self.shown.append(line["seq"])
                self.images.pop(line.get("record", ""), None)  # the newest is the last
                take_line(line, images=self.images, held=self.held)
            self.position = max(self.position, (first["head"], first["chain"]))
            self.cursor = last["cursor"]
            if not last["more"]:
                assert last["tally"]["records"] == len(self.images)
                return

    def type_something(self) -> Typed:
        """A new note, another text of a known one, or a decision about what is held."""
        wish = self.chance.random()
        if wish < 0.15 and self.held:
            return self._decide(self.chance.choice(list(self.held.values())))
        notes = [one for one in self.images.values() if one["type"] == "note"][-REVISED_AT_ONCE:]
        if wish < 0.5 and notes:
            return self._make("revise", self.chance.choice(notes)["record"], {"text": f"Text {self.number}"})
        note = {"note_type": "General", "work_date": "2026-11-20", "text": f"Note {self.number}"}
        return self._make("create", str(new_id(at=datetime.now(UTC))), note)

    def _decide(self, line: dict[str, Any]) -> Typed:
        held = line["held"]
        choice = self.chance.choice(["apply", "set_aside"])
        set_ = held["set"] if choice == "apply" else {}
        return self._make("decide", held["record"], set_, target=held["id"], choice=choice, reason="Measured again.")

    def _make(self, verb: str, record: str, set_: dict[str, Any], **more: Any) -> Typed:
        self.number += 1
        seen = upon(self.images.get(record)) if verb != "create" else {}
        typed = make_operation(
            verb, "note", record, set_, at=datetime.now(UTC),
            device=self.id, number=self.number, contract=self.office.contract, author=self.office.person,
        )  # fmt: skip
        return typed | seen | more

    def _send(self, server: RunningServer, batch: list[Typed]) -> Any:
        known, chain = self.position
        envelope = {"device": self.id, "waiting": 0, "known": known, "chain": chain, "operations": batch}
        told = json.loads(self.office.ask(server, f"{self.office.address}/operations", envelope))
        self.position = max(self.position, (told["head"], told["chain"]))
        return told

    def _read_page(self, server: RunningServer) -> bytes:
        known, chain = self.position
        query = f"after={self.cursor}&limit={PAGE_LINES}&known={known}&chain={chain}&device={self.id}"
        return self.office.ask(server, f"{self.office.address}/feed?{query}")

    def _insist(self, ask: Callable[[RunningServer], Any]) -> tuple[Any, datetime, int]:
        """Ask one server or another until one answers; return also when that attempt began, and how many were lost."""
        deadline = time.monotonic() + GIVE_UP_S
        lost = 0
        while True:
            began = datetime.now(UTC)
            try:
                return ask(self.chance.choice(self.office.servers)), began, lost
            except LOST as failure:
                if time.monotonic() > deadline:
                    raise AssertionError("No server answers.") from failure
                lost += 1
                time.sleep(0.05 + self.chance.random() * 0.1)


class AtOnce:
    """Threads whose failures are the test's."""

    def __init__(self) -> None:
        """Nothing runs yet."""
        self.failures: list[BaseException] = []
        self._threads: list[threading.Thread] = []

    def start(self, act: Callable[..., None], *arguments: Any) -> None:
        """Run it beside the others."""

        def run() -> None:
            try:
                act(*arguments)
            except BaseException as failure:  # noqa: BLE001 - told by the test, which waits for this thread
                self.failures.append(failure)

        thread = threading.Thread(target=run)
        thread.start()
        self._threads.append(thread)

    def finish(self) -> None:
        """Wait for all; raise what the first one raised."""
        for thread in self._threads:
            thread.join()
        if self.failures:
            raise self.failures[0]
