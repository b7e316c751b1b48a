"""Two servers on one database (on SQLite one, with its threads): no hole in seq, nothing twice, nothing lost."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallybook.ledger.new_ids import new_id

from tests.support.hammering import LOST, Office, make_office
from tests.support.server import running_server

DEVICES = 4
PUSHES = 12  # of each device
BATCH = 5
PAGE_LINES = 7  # small, so that others write between two pages
GIVE_UP_S = 90


@dataclass
class Pusher:
    """A device: notes of its own, and a record that all devices make at once."""

    agency: Office
    chance: random.Random
    shared: list[str]
    device: str = field(default_factory=lambda: str(new_id(at=datetime.now(UTC))))
    number: int = 0
    repeated: int = 0  # pushes whose answer did not come
    answers: list[dict[str, Any]] = field(default_factory=list)

    def make_note(self, record: str) -> dict[str, Any]:
        self.number += 1
        return {
            "id": str(new_id(at=datetime.now(UTC))), "device": self.device, "number": self.number,
            "contract": self.agency.contract, "type": "note", "record": record, "verb": "create",
            "set": {"note_type": "General", "work_date": "2026-11-20", "text": "Paving began."},
            "author": self.agency.person, "made_at": "2026-11-24T06:00:00.000-06:00", "app": "test", "schema": 1,
        }  # fmt: skip

    def push_all(self) -> None:
        """Push batch after batch, each through either server, again until it is answered."""
        for turn in range(PUSHES):
            notes = [self.make_note(str(new_id(at=datetime.now(UTC)))) for _ in range(BATCH - 1)]
            batch = [*notes, self.make_note(self.shared[turn])]
            first = self.push(batch)
            self.answers += first
            if self.chance.random() < 0.3:  # the answer was lost on its way: the same again, to the other one
                assert self.push(batch) == first

    def push(self, batch: list[dict[str, Any]]) -> list[dict[str, Any]]:
        deadline = time.monotonic() + GIVE_UP_S
        while True:
            server = self.chance.choice(self.agency.servers)
            envelope = {"device": self.device, "operations": batch}
            try:
                told = json.loads(self.agency.ask(server, f"{self.agency.address}/operations", envelope))
            except LOST:
                assert time.monotonic() < deadline, "No server answers."
                self.repeated += 1
                time.sleep(0.05)
            else:
                answers: list[dict[str, Any]] = told["answers"]
                return answers


@dataclass
class Reader:
    """A device that only pulls: every seq that it was shown, in the order it was."""

    agency: Office
    chance: random.Random
    seen: list[int] = field(default_factory=list)
    cursor: int = 0

    def pull_until(self, done: threading.Event) -> None:
        """Pull for as long as others write, and then to the end."""
        while True:
            is_last = done.is_set()
            try:
                more = self.pull_page()
            except LOST:
                continue
            if is_last and not more:
                return

    def pull_page(self) -> bool:
        path = f"{self.agency.address}/feed?after={self.cursor}&limit={PAGE_LINES}"
        told = self.agency.ask(self.chance.choice(self.agency.servers), path)
        _, *lines, last = [json.loads(line) for line in told.splitlines()]
        self.seen += [line["seq"] for line in lines]
        self.cursor = last["cursor"]
        more: bool = last["more"]
        return more


@pytest.fixture
def agency(tmp_path: Path, database_url: str | None) -> Iterator[Office]:
    data_dir = tmp_path / "data"
    with ExitStack() as stack:
        workers = ("1",) if database_url is None else ("2", "1")
        servers = [
            stack.enter_context(running_server(data_dir, database_url=database_url, env={"TALLYBOOK_WORKERS": number}))
            for number in workers
        ]
        yield make_office(servers, tmp_path)


def play(agency: Office, *, disturb: Callable[[list[Pusher]], None] | None = None) -> tuple[list[Pusher], Reader]:
    """Let all devices push at once while one reads; meanwhile `disturb`."""
    shared = [str(new_id(at=datetime.now(UTC))) for _ in range(PUSHES)]
    pushers = [Pusher(agency, random.Random(f"push {number}"), shared) for number in range(DEVICES)]
    reader = Reader(agency, random.Random("read"))
    done, failures = threading.Event(), list[BaseException]()

    def noting_failures(act: Any, *arguments: Any) -> threading.Thread:
        def run() -> None:
            try:
                act(*arguments)
            except BaseException as failure:  # noqa: BLE001 - told by the test, which waits for this thread
                failures.append(failure)

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    reading = noting_failures(reader.pull_until, done)
    pushing = [noting_failures(one.push_all) for one in pushers]
    if disturb is not None:
        disturb(pushers)
    for thread in pushing:
        thread.join()
    done.set()
    reading.join()
    assert failures == []
    return pushers, reader


def assert_nothing_is_lost_or_doubled(agency: Office, pushers: list[Pusher], reader: Reader) -> None:
    said = agency.servers[0].run("export-ledger", "SP 1")
    entries = [json.loads(line) for line in said.splitlines()]
    assert [entry["seq"] for entry in entries] == list(range(1, len(entries) + 1))
    times = Counter(entry["operation"]["id"] for entry in entries)
    assert set(times.values()) == {1}
    answered = {answer["id"]: answer for pusher in pushers for answer in pusher.answers}
    assert len(answered) == DEVICES * PUSHES * BATCH
    stored = {entry["operation"]["id"]: entry for entry in entries}
    for id_, answer in answered.items():
        entry = stored[id_]
        assert (entry["seq"], entry["state"]) == (answer["seq"], answer["state"])
    # Every device's note of the shared records says the same, so all fit; what fits writes.
    assert {answer["state"] for answer in answered.values()} <= {"applied", "merged"}
    assert_reader_saw_all(agency, entries, reader)
    assert agency.servers[0].run("verify-ledger", "SP 1").endswith("is as it should be.\n")
    assert all("Traceback" not in server.said() for server in agency.servers)


def assert_reader_saw_all(agency: Office, entries: list[dict[str, Any]], reader: Reader) -> None:
    """Law 6: whoever has seen a seq is never shown a smaller one, and misses none that still stands."""
    assert reader.seen == sorted(set(reader.seen))
    assert reader.cursor == len(entries)
    again = Reader(agency, random.Random("again"))
    while again.pull_page():
        pass
    last = {entry["operation"]["record"]: entry["seq"] for entry in entries}
    assert again.seen == sorted(last.values())
    missed = set(again.seen) - set(reader.seen)
    assert missed == set()


@pytest.mark.slow
def test_devices_push_and_pull_at_once(agency: Office) -> None:
    pushers, reader = play(agency)

    assert_nothing_is_lost_or_doubled(agency, pushers, reader)


def wait_until_answered(pushers: list[Pusher], number: int) -> None:
    deadline = time.monotonic() + GIVE_UP_S
    while sum(len(pusher.answers) for pusher in pushers) < number:
        assert time.monotonic() < deadline
        time.sleep(0.005)


@pytest.mark.slow
def test_a_server_killed_in_the_middle_of_pushes_loses_and_doubles_nothing(agency: Office) -> None:
    victim = agency.servers[-1]

    def kill_and_start(pushers: list[Pusher]) -> None:
        for answered in (1, DEVICES * PUSHES * BATCH // 3, DEVICES * PUSHES * BATCH // 2):
            wait_until_answered(pushers, answered)
            victim.kill()
            victim.start()

    pushers, reader = play(agency, disturb=kill_and_start)

    assert sum(pusher.repeated for pusher in pushers) > 0, "The kill hit nobody: this proved nothing."
    assert_nothing_is_lost_or_doubled(agency, pushers, reader)
