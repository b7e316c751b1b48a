"""The feed's own promises: one consistent read without a lock, pages with limits, clear refusals, compression."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import brotli
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallybook.ledger import feed
from tallybook.ledger.models import LedgerHead
from tallybook.ledger.new_ids import new_id
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.models import Checkout
from tallybook.sync.registry import RULES

from tests.support.agency import NOW, TestDevice, make_contract, make_inspector, make_person


@dataclass
class World:
    alice: TestDevice
    office: TestDevice
    contract_id: UUID
    item: UUID

    def read(self, **query: Any) -> Any:
        address = f"/api/sync/v1/contracts/{self.contract_id}/feed"
        headers = query.pop("headers", {})
        return self.alice.client.get(address, query_params=query, headers=headers)

    def page(self, **query: Any) -> tuple[dict[str, Any], list[dict[str, Any]], dict[str, Any]]:
        response = self.read(**query)
        assert response.status_code == 200, response.content
        first, *lines, last = [json.loads(line) for line in response.content.splitlines()]
        return first, lines, last

    def head(self) -> LedgerHead:
        return LedgerHead.objects.get(contract_id=self.contract_id)


@pytest.fixture
def world(transactional_db: None) -> World:
    ruth = make_person("ruth", "office")
    contract_id, item = make_contract(ruth)
    return World(make_inspector(contract_id, "alice"), TestDevice(ruth, contract_id), contract_id, item)


@contextmanager
def someone_writing(contract_id: UUID) -> Iterator[None]:
    """Another connection that holds the lock of this contract's head, as a push does."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            if other.vendor == "postgresql":
                cursor.execute("BEGIN")
                cursor.execute("SELECT * FROM ledger_ledgerhead WHERE contract_id = %s FOR UPDATE", [contract_id])
            else:
                cursor.execute("BEGIN IMMEDIATE")
            yield
            cursor.execute("ROLLBACK")
    finally:
        other.close()


def start_beside(act: Callable[[], object]) -> threading.Thread:
    """A thread with a connection of its own, closed when it is done."""

    def run() -> None:
        try:
            act()
        finally:
            connection.close()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    return thread


def test_a_page_waits_for_nobody_who_writes(world: World) -> None:
    world.alice.push(world.alice.note())
    told: list[int] = []

    with someone_writing(world.contract_id):
        reader = start_beside(lambda: told.append(world.read(after=0).status_code))
        reader.join(5)

    assert told == [200]


def check_out_long_ago(world: World) -> None:
    """Alice's device has a copy, and was heard from two days ago."""
    body = {"device": world.alice.id, "label": "tablet"}
    address = f"/api/sync/v1/contracts/{world.contract_id}/checkouts"
    assert world.alice.client.post(address, data=body, content_type="application/json").status_code == 200
    Checkout.objects.update(last_heard_at=datetime.now(UTC) - timedelta(days=2))


def since_heard() -> timedelta:
    return datetime.now(UTC) - Checkout.objects.get().last_heard_at


def test_a_device_that_only_reads_is_heard_from(world: World) -> None:
    check_out_long_ago(world)

    assert world.read(after=0).status_code == 200  # without its name: nobody's
    assert since_heard() > timedelta(days=1)
    assert world.read(after=0, device=world.alice.id).status_code == 200

    assert since_heard() < timedelta(minutes=1)
    with CaptureQueriesContext(connection) as again:
        assert world.read(after=0, device=world.alice.id).status_code == 200
    assert [one for one in again.captured_queries if "UPDATE" in one["sql"]] == []


def test_a_copy_that_was_given_back_is_not_heard_from(world: World) -> None:
    check_out_long_ago(world)
    Checkout.objects.update(checked_in_at=datetime.now(UTC))

    world.read(after=0, device=world.alice.id)

    assert since_heard() > timedelta(days=1)


def test_a_reader_is_not_kept_by_noting_that_it_reads(world: World) -> None:
    check_out_long_ago(world)
    told: list[int] = []

    with someone_writing(world.contract_id):
        reader = start_beside(lambda: told.append(world.read(after=0, device=world.alice.id).status_code))
        reader.join(5)

    assert told == [200]


def test_a_page_is_of_one_instant(world: World) -> None:
    world.alice.push(world.alice.note("Before."))
    note = world.office.note("While the page is read.")
    pushed: list[str] = []

    def push_meanwhile(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql == feed.SELECT_LINES and not pushed:
            pushed.append("")
            start_beside(lambda: pushed.append(world.office.push(note)[0]["state"])).join()
        return execute(sql, *rest)

    with connection.execute_wrapper(push_meanwhile):
        first, lines, last = world.page(after=0)

    assert pushed == ["", "applied"]
    assert note["record"] not in {line.get("record") for line in lines}
    assert first["head"] == last["cursor"] == max(line["seq"] for line in lines) == world.head().seq - 1
    assert last["tally"]["records"] == len(lines)


def test_lines_of_one_seq_are_never_split(world: World) -> None:
    note = world.alice.note()
    first = world.alice.make("revise", "note", note["record"], {"text": "Better."}, base=note["set"], seen=note["id"])
    world.alice.push(first)
    before = world.head().seq
    world.alice.push(note)  # releases it: an image and the end of a hold, of one seq

    _, lines, last = world.page(after=before + 1, limit=1)

    assert [sorted(line.keys() & {"ended", "record"}) for line in lines] in (
        [["record"], ["ended"]],
        [["ended"], ["record"]],
    )
    assert (len({line["seq"] for line in lines}), last["more"]) == (1, False)
    assert find_first_difference(contract_id=world.contract_id, rules=RULES) is None


def test_a_page_has_a_limit_whatever_is_asked(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "FEED_PAGE_MAX", 4)
    world.alice.push(*[world.alice.note(f"Note {number}") for number in range(9)])

    first, lines, last = world.page(after=0, limit=10**9)

    assert (len(lines), last["more"]) == (4, True)
    assert first["remaining"] == world.head().records
    assert len(world.page(after=0, limit=0)[1]) == 1
    assert world.page(after=last["cursor"])[0]["remaining"] >= 4
    assert world.page(after=world.head().seq - 2)[0]["remaining"] == 2


def test_pages_of_large_records_have_fewer_lines(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "FEED_PAGE_BYTES", 10_000)
    world.alice.push(*[world.alice.note("x" * 15_000) for _ in range(9)])

    _, lines, last = world.page(after=0)

    assert (len(lines), last["more"]) == (1, True)
    world.alice.pull()
    assert len(world.alice.images) == world.head().records


def test_pages_of_what_grew_large_or_is_held_are_no_larger(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """How large records are is estimated by their first versions, and holds are not counted there."""
    monkeypatch.setattr(feed, "FEED_PAGE_BYTES", 50_000)
    notes = [world.alice.note("x") for _ in range(9)]
    world.alice.push(*notes)
    world.alice.pull()
    grown = [world.alice.make("revise", "note", one["record"], {"text": "x" * 15_000}) for one in notes]
    held = [world.alice.note("x" * 15_000) | {"type": "unheard_of"} for _ in range(9)]
    world.alice.push(*grown, *held)

    after, found = 0, 0
    while after < world.head().seq:
        _, lines, last = world.page(after=after)
        assert sum(len(json.dumps(one)) for one in lines) < 80_000
        after, found = last["cursor"], found + sum(one["seq"] > world.head().seq - 18 for one in lines)

    assert found == 18


@pytest.mark.parametrize("name", ["after", "known", "limit"])
@pytest.mark.parametrize("value", ["-1", "1.5", "x", "", "٣", "1e3", "9" * 40])
def test_what_is_no_number_is_refused(world: World, name: str, value: str) -> None:
    response = world.read(**{name: value})

    assert (response.status_code, response.json()["code"]) == (400, "bad_request")
    assert name in response.json()["detail"]["why"]


def test_lines_after_the_end_are_refused(world: World) -> None:
    world.alice.push(world.alice.note())
    head = world.head()

    beyond = world.read(after=head.seq + 1, known=head.seq, chain=head.chain)

    assert (beyond.status_code, beyond.json()["code"]) == (400, "after_the_end")
    assert world.page(after=head.seq, known=head.seq, chain=head.chain)[1] == []
    restored = world.read(after=head.seq + 1, known=head.seq + 1, chain="f" * 64)
    assert (restored.status_code, restored.json()["code"]) == (409, "diverged")


def test_without_a_right_the_end_is_not_told(world: World) -> None:
    stranger = TestDevice(make_person("stranger"), world.contract_id)
    address = "/api/sync/v1/contracts/{}/feed"

    answers = [
        stranger.client.get(address.format(contract), query_params={"after": 10**6})
        for contract in (world.contract_id, new_id(at=NOW))
    ]

    assert [one.status_code for one in answers] == [403, 403]
    assert answers[0].content == answers[1].content


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("gzip, deflate, br", "br"),
        ("gzip", "gzip"),
        ("GZIP;q=0.5", "gzip"),
        ("gzip, br;q=0", "gzip"),
        ("br; q=0.0, gzip; q=0", None),
        ("identity", None),
        ("", None),
    ],
)
def test_a_page_is_compressed_when_asked(world: World, asked: str, given: str | None) -> None:
    world.alice.push(*[world.alice.note(f"Note {number}") for number in range(9)])
    plain = world.read(after=0)

    response = world.read(after=0, headers={"Accept-Encoding": asked})

    assert response.get("Content-Encoding") == given
    assert response["Vary"] == plain["Vary"] == "Accept-Encoding"
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[given]
    assert unpack(response.content) == plain.content
    assert given is None or len(response.content) < len(plain.content) / 2
