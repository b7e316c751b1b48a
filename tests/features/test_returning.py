"""What came back after a restore: from whom, how much, what exactly, and who is still to come."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallybook.ledger.models import LedgerHead
from tallybook.sync import returning, returning_list
from tallybook.sync.models import DeviceReturn

from tests.support.agency import TestDevice, make_contract, make_inspector, make_person

BEYOND = (1_000, "a" * 64)  # a position that this ledger never had


@dataclass
class World:
    office: TestDevice
    alice: TestDevice
    bob: TestDevice
    contract_id: UUID

    def restores(self, device: TestDevice | None = None) -> list[dict[str, Any]]:
        response = (device or self.office).client.get("/api/v1/restores")
        assert response.status_code == 200, response.content
        told: list[dict[str, Any]] = response.json()["restores"]
        return told

    def the_return(self) -> dict[str, Any]:
        [restore] = self.restores()
        [coming] = restore["returns"]
        assert isinstance(coming, dict)
        return coming


@pytest.fixture
def world(transactional_db: None) -> World:
    ruth = make_person("ruth", "office")
    contract_id, _ = make_contract(ruth)
    alice, bob = make_inspector(contract_id, "alice"), make_inspector(contract_id, "bob")
    return World(TestDevice(ruth, contract_id), alice, bob, contract_id)


def check_out(device: TestDevice, label: str) -> None:
    response = device.client.post(
        f"/api/sync/v1/contracts/{device.contract_id}/checkouts",
        data={"device": device.id, "label": label},
        content_type="application/json",
    )
    assert response.status_code == 200


def diverge(device: TestDevice, position: tuple[int, str] = BEYOND) -> None:
    """Push as a device that was told of more than there is; then it forgets that, as every device does."""
    device.position = position
    refused = device.post([])
    assert (refused.status_code, refused.json()["code"]) == (409, "diverged")
    device.position = (0, "")


def returning_now(world: World) -> int:
    return LedgerHead.objects.get(contract_id=world.contract_id).returning


def entries_of(device: TestDevice, return_id: str, **query: Any) -> Any:
    return device.client.get(f"/api/v1/returns/{return_id}/entries", query_params=query)


def test_what_a_device_brings_back_is_told(world: World) -> None:
    check_out(world.alice, "Alice's tablet")
    here, lost, missing = world.alice.note("here"), world.alice.note("lost"), world.alice.note()
    missing |= {"verb": "revise", "record": str(uuid4())}
    world.alice.push(here)
    head = LedgerHead.objects.get(contract_id=world.contract_id).seq
    diverge(world.alice)
    assert world.the_return()["last_sent_at"] is None

    world.alice.post([here, lost], waiting=1)
    assert world.the_return()["finished_at"] is None
    world.alice.post([here, lost], waiting=1)  # its answer was lost
    world.alice.post([missing], waiting=0)

    told = world.the_return()
    assert told["finished_at"] >= told["last_sent_at"] >= told["reported_at"]
    assert told["person"]["name"] == "Alice"
    assert (told["device"], told["label"]) == (world.alice.id, "Alice's tablet")
    assert (told["known"], told["head_then"]) == (BEYOND[0], head)
    counts = {name: told[name] for name in ("brought", "held", "here_already", "unclaimed")}
    assert counts == {"brought": 2, "held": 1, "here_already": 1, "unclaimed": 0}
    entries = entries_of(world.office, told["id"]).json()["entries"]
    assert [one["record"] for one in entries] == [lost["record"], missing["record"]]
    assert [(one["seq"], one["state"], one["reason"]) for one in entries] == [
        (head + 1, "applied", ""),
        (head + 2, "held", "missing_record"),
    ]
    assert entries[0]["set"]["text"] == "lost"
    assert entries[0]["author"] == {"id": str(world.alice.person.id), "name": "Alice"}


def test_what_a_device_offers_of_another_one_is_counted_beside_its_own(world: World) -> None:
    """As after a backup of another device was restored on it: each has numbers of its own."""
    other = TestDevice(world.alice.person, world.contract_id)
    of_this, of_other = ([one.note() for _ in range(5)] for one in (world.alice, other))
    strangers = [other.note() | {"author": str(world.bob.person.id)} for _ in range(2)]
    world.alice.push(*of_this, *of_other)
    diverge(world.alice)

    world.alice.post(of_this, waiting=7)
    world.alice.post([*of_other, *strangers], waiting=1)
    world.alice.post([*of_other, *strangers], waiting=0)  # its answer was lost

    told = world.the_return()
    assert (told["here_already"], told["unclaimed"], told["brought"]) == (10, 2, 0)


def test_devices_without_end_take_no_more_room(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returning, "DEVICES_MAX", 3)
    diverge(world.alice)

    world.alice.post([world.alice.note() | {"device": str(uuid4())} for _ in range(9)], waiting=1)

    assert world.the_return()["brought"] == 9
    assert len(DeviceReturn.objects.get().last_numbers) <= 3


def test_what_is_pushed_after_that_came_back_from_nowhere(world: World) -> None:
    diverge(world.alice)
    world.alice.push(world.alice.note())
    assert returning_now(world) == 0

    world.alice.push(world.alice.note())

    assert world.the_return()["brought"] == 1


def test_a_push_costs_nothing_more_where_nobody_comes_back(world: World) -> None:
    diverge(world.bob)
    world.bob.push()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        world.alice.push(world.alice.note())

    assert [one["sql"] for one in asked if "return" in one["sql"] and "ledger_ledgerhead" not in one["sql"]] == []


def test_who_has_not_come_back_is_told(world: World) -> None:
    check_out(world.alice, "tablet")
    check_out(world.bob, "laptop")
    world.bob.post([], waiting=3)
    diverge(world.alice)
    [restore] = world.restores()
    [bob] = restore["not_back"]
    assert (bob["person"]["name"], bob["label"], bob["waiting"]) == ("Bob", "laptop", 3)

    world.bob.push()

    assert world.restores()[0]["not_back"] == []


def test_a_device_that_reads_first_is_noted_too(world: World) -> None:
    known, chain = BEYOND
    query = {"after": 0, "known": known, "chain": chain, "device": world.alice.id}
    address = f"/api/sync/v1/contracts/{world.contract_id}/feed"

    assert world.alice.client.get(address, query_params=query).status_code == 409

    assert world.the_return()["device"] == world.alice.id
    assert world.alice.client.get(address, query_params=query | {"device": "x"}).status_code == 400


def test_a_device_is_noted_once_until_it_has_sent_all(world: World) -> None:
    diverge(world.alice, (1_000, "a" * 64))
    diverge(world.alice, (2_000, "b" * 64))

    assert world.the_return()["known"] == 2_000
    assert returning_now(world) == 1


def test_the_next_restore_is_told_beside_the_first(world: World) -> None:
    diverge(world.alice)
    world.alice.push()

    diverge(world.alice)
    diverge(world.bob)

    later, first = world.restores()
    assert later["noticed_at"] > first["noticed_at"]
    assert [one["person"]["name"] for one in first["returns"]] == ["Alice"]
    assert [one["person"]["name"] for one in later["returns"]] == ["Alice", "Bob"]


def test_many_restores_are_listed_by_as_many_queries_as_one(world: World) -> None:
    check_out(world.bob, "laptop")

    def count_queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            world.restores()
        return len(asked)

    diverge(world.alice)
    world.alice.push()
    once = count_queries()
    for _ in range(2):
        diverge(world.alice)
        world.alice.push()

    assert len(world.restores()) == 3
    assert count_queries() == once


def test_late_comers_belong_to_the_restore_that_is_not_over(world: World) -> None:
    check_out(world.bob, "laptop")
    diverge(world.alice)
    world.alice.push()

    diverge(world.bob)

    [restore] = world.restores()
    assert [one["person"]["name"] for one in restore["returns"]] == ["Alice", "Bob"]
    assert restore["not_back"] == []  # it came, and has still to send


def test_only_the_office_of_the_contract_sees_it(world: World) -> None:
    diverge(world.alice)
    return_id = world.the_return()["id"]
    admin, clerk = (TestDevice(make_person(role, role), world.contract_id) for role in ("admin", "office"))

    assert len(world.restores(admin)) == 1
    assert [world.restores(one) for one in (world.alice, clerk)] == [[], []]
    for one in (world.alice, clerk):
        refused = entries_of(one, return_id)
        assert (refused.status_code, refused.json()) == (403, entries_of(one, str(uuid4())).json())


def test_who_has_no_right_is_not_noted(world: World) -> None:
    stranger = TestDevice(make_person("stranger"), world.contract_id, position=BEYOND)

    assert stranger.post([stranger.note()]).status_code == 200

    assert world.restores() == []


def test_entries_come_in_pages(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    diverge(world.alice)
    notes = [world.alice.note(str(number)) for number in range(5)]
    world.alice.push(*notes)
    return_id = world.the_return()["id"]

    def read_all(limit: int) -> list[str]:
        texts, after, more = [], 0, True
        while more:
            page = entries_of(world.office, return_id, after=after, limit=limit).json()
            texts += [one["set"]["text"] for one in page["entries"]]
            after, more = page["entries"][-1]["seq"], page["more"]
        return texts

    assert read_all(2) == read_all(1_000) == [one["set"]["text"] for one in notes]
    monkeypatch.setattr(returning_list, "PAGE_BYTES", 1)
    assert len(entries_of(world.office, return_id).json()["entries"]) == 1
    assert read_all(200) == [one["set"]["text"] for one in notes]


def test_how_many_are_noted_is_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(returning, "RETURNS_MAX", 2)
    for _ in range(4):
        diverge(world.alice)
        world.alice.id = str(uuid4())

    assert DeviceReturn.objects.count() == returning_now(world) == 2


def test_what_came_without_the_right_to_write_it_is_counted_by_itself(world: World) -> None:
    diverge(world.bob)
    note = world.alice.note()  # typed by somebody else

    world.bob.post([note], waiting=1)
    world.bob.post([note], waiting=0)

    told = world.the_return()
    assert (told["unclaimed"], told["brought"], told["here_already"]) == (1, 0, 0)


def test_an_upgrade_in_the_middle_of_a_return_counts_on(world: World) -> None:
    diverge(world.alice)
    call_command("migrate", "sync", "0003", verbosity=0)
    try:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE sync_devicereturn SET last_number = 7")
    finally:
        call_command("migrate", "sync", verbosity=0)

    assert DeviceReturn.objects.get().last_numbers == {world.alice.id: 7}
