"""A database that fails in the middle of a push: all of it is rolled back and asked for again, or one entry is held."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection

from tallybook.inspection.models import Note
from tallybook.ledger.models import LedgerAwait, LedgerEntry, LedgerHead, LedgerHold, LedgerImage
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.models import UnclaimedOperation
from tallybook.sync.registry import RULES

from tests.features.test_https import Visitor
from tests.support.agency import TestDevice, make_contract, make_inspector, make_person
from tests.support.poison import poisoned_notes, run
from tests.support.postgres import Cluster
from tests.support.server import running_server

TABLES = (LedgerEntry, LedgerImage, LedgerHold, LedgerAwait, Note, UnclaimedOperation)
AWAY_S = 30
BUSY_S = 1


@pytest.fixture
def device(transactional_db: None) -> TestDevice:
    contract_id, _ = make_contract(make_person("ruth", "office"))
    return make_inspector(contract_id, "alice")


def what_is_kept(device: TestDevice) -> Any:
    head = LedgerHead.objects.get(contract_id=device.contract_id)
    return head.seq, head.chain, head.records, head.revisions, head.bytes, [one.objects.count() for one in TABLES]


def make_batch(device: TestDevice) -> list[dict[str, Any]]:
    """Notes, one that is held, and one that is unclaimed: a row for every table."""
    record = device.note()["record"]
    early = device.make("revise", "note", record, {"text": "Better."}, base={}, seen={})
    return [*(device.note(f"Note {number}") for number in range(5)), early, device.note() | {"author": record}]


def assert_busy_and_nothing_kept(device: TestDevice, batch: list[dict[str, Any]], before: Any) -> None:
    response = device.post(batch)

    assert (response.status_code, response.json()["code"]) == (503, "busy")
    assert int(response["Retry-After"]) > 0
    assert what_is_kept(device) == before


def assert_it_goes_through(device: TestDevice, batch: list[dict[str, Any]]) -> None:
    states = [answer["state"] for answer in device.push(*batch)]

    assert states == ["applied"] * 5 + ["held"] * 2
    assert find_first_difference(contract_id=device.contract_id, rules=RULES) is None


@contextmanager
def failing_postgres(*, when: str, sqlstate: str) -> Iterator[None]:
    """A database that raises this state of its own as soon as an entry is written, or at commit."""
    trigger = "CONSTRAINT TRIGGER" if when == "commit" else "TRIGGER"
    late = "DEFERRABLE INITIALLY DEFERRED" if when == "commit" else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION 'as the test wants' USING ERRCODE = '{sqlstate}'; END $$"
        )
        cursor.execute(
            f"CREATE {trigger} failing AFTER INSERT ON ledger_ledgerentry {late} FOR EACH ROW EXECUTE FUNCTION fail()"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION fail CASCADE")


@pytest.mark.postgres
@pytest.mark.parametrize("when", ["insert", "commit"])
@pytest.mark.parametrize(
    "sqlstate",
    [
        pytest.param("40001", id="serialization failure"),
        pytest.param("40P01", id="deadlock"),
        pytest.param("55P03", id="lock timeout"),
        pytest.param("57014", id="statement timeout"),
        pytest.param("53100", id="disk full"),
        pytest.param("53200", id="out of memory"),
        pytest.param("57P01", id="shut down by the administrator"),
        pytest.param("58030", id="disk fails"),
    ],
)
def test_postgresql_fails_and_the_push_comes_again(device: TestDevice, sqlstate: str, when: str) -> None:
    batch, before = make_batch(device), what_is_kept(device)

    with failing_postgres(when=when, sqlstate=sqlstate):
        assert_busy_and_nothing_kept(device, batch, before)

    assert_it_goes_through(device, batch)


@contextmanager
def locked_database() -> Iterator[None]:
    """Somebody else holds what a push needs, for longer than it waits."""
    run("PRAGMA busy_timeout = 200" if connection.vendor == "sqlite" else "SET lock_timeout = '200ms'")
    try:
        with taken_database():
            yield
    finally:
        connection.close()  # and with it what was set above


@contextmanager
def taken_database() -> Iterator[None]:
    """Somebody else holds what a push needs."""
    if connection.vendor == "sqlite":
        database = connection.settings_dict["NAME"]
        # Another thread lets it go.
        other: Any = sqlite3.connect(database, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
    else:
        told = connection.get_connection_params()
        other = psycopg.connect(**{name: told[name] for name in ("host", "user", "dbname") if name in told})
        other.execute("SELECT * FROM ledger_ledgerhead FOR UPDATE")
    try:
        yield
    finally:
        other.rollback()
        other.close()


@contextmanager
def full_disk() -> Iterator[None]:
    """No page more than there are; PostgreSQL has no such setting, so it says what it would say."""
    if connection.vendor != "sqlite":
        with failing_postgres(when="insert", sqlstate="53100"):
            yield
        return
    run("VACUUM")  # pages that other tests left free would take it all
    pages = run("PRAGMA page_count")
    run(f"PRAGMA max_page_count = {pages}")
    try:
        yield
    finally:
        connection.close()


@pytest.mark.parametrize("failing", [locked_database, full_disk])
def test_nothing_is_half_done_and_the_push_comes_again(device: TestDevice, failing: Any) -> None:
    batch = [*make_batch(device), *(device.note("x" * 20_000) for _ in range(20))]
    before = what_is_kept(device)

    with failing():
        assert_busy_and_nothing_kept(device, batch, before)

    assert_it_goes_through(device, batch[:7])


def test_a_push_that_meets_a_busy_database_waits_its_turn(device: TestDevice) -> None:
    with ExitStack() as held:
        held.enter_context(taken_database())
        timer = threading.Timer(BUSY_S, held.close)
        began = time.monotonic()
        timer.start()
        assert_it_goes_through(device, make_batch(device))
        timer.join()

    assert time.monotonic() - began >= BUSY_S


@pytest.mark.postgres
def test_a_lock_is_not_waited_for_for_ever(transactional_db: None) -> None:
    assert run("SHOW lock_timeout") == "20s"
    assert run("SHOW idle_in_transaction_session_timeout") == "1min"


@pytest.mark.parametrize("times", [1, 2])
def test_an_entry_that_fails_by_itself_is_held_and_the_others_go_on(device: TestDevice, times: int) -> None:
    poison, good = [device.note("poison") for _ in range(times)], [device.note() for _ in range(3)]
    batch = [good[0], *poison, *good[1:]]
    with poisoned_notes():
        answers = device.push(*batch)
        again = device.push(*batch)

    told = [(answer["state"], answer.get("reason")) for answer in answers]
    assert told == [("applied", None), *[("held", "error")] * times, ("applied", None), ("applied", None)]
    assert again == answers
    assert find_first_difference(contract_id=device.contract_id, rules=RULES) is None


@pytest.mark.postgres
@pytest.mark.slow
def test_while_postgresql_is_away_every_address_says_so(tmp_path: Path, postgres_cluster: Cluster) -> None:
    with running_server(tmp_path / "data", database_url=postgres_cluster.create_database()) as server:
        visitor = Visitor(server.url)
        visitor.log_in("nobody@example.org")
        postgres_cluster.kill()
        try:
            for path, body in (
                ("/api/sync/v1/contracts", None),
                ("/_allauth/browser/v1/auth/login", {"email": "a@example.org", "password": "x"}),
            ):
                asked = {"Authorization": "Bearer x"} if body is None else {}
                status, told, headers = visitor.ask(path, body, **asked)
                assert (status, told["code"], headers["X-Tallybook-Protocol"]) == (503, "busy", "1"), path
                assert int(headers["Retry-After"]) > 0
        finally:
            postgres_cluster.start()
        deadline = time.monotonic() + AWAY_S
        while (status := visitor.ask("/api/sync/v1/contracts", Authorization="Bearer x")[0]) != 401:
            assert (status, time.monotonic() < deadline) == (503, True)
            time.sleep(0.1)
