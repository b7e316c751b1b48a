"""The list of unclaimed operations takes so much from one person, and what he may write goes on beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from tallybook.inspection.models import Note
from tallybook.sync import unclaimed
from tallybook.sync.models import UnclaimedOperation

from tests.support.agency import TestDevice, make_contract, make_inspector, make_person


@dataclass
class World:
    office: TestDevice
    alice: TestDevice  # Inspection on the contract
    lost: TestDevice  # has no right there

    def set_aside_one(self) -> None:
        [first, *_] = self.office.client.get("/api/v1/unclaimed").json()["unclaimed"]
        choice = {"contract": first["contract"], "ids": [first["id"]], "reason": "Twice."}
        response = self.office.client.post(
            "/api/v1/unclaimed/set-aside", data=json.dumps(choice), content_type="application/json"
        )
        assert response.status_code == 200, response.content


@pytest.fixture
def world(transactional_db: None) -> World:
    office = make_person("ruth", "office")
    contract_id, _ = make_contract(office)
    lost = TestDevice(make_person("lost"), contract_id)
    return World(TestDevice(office, contract_id), make_inspector(contract_id, "alice"), lost)


def push_beyond(device: TestDevice, operations: list[Any]) -> tuple[list[str | None], dict[str, Any]]:
    """Push more than is kept; return the reasons answered, None for what was not kept, and what is said of that."""
    response = device.post(operations)
    assert response.status_code == 200, response.content
    told = response.json()
    assert told["not_kept"]["code"] == "too_many_unclaimed"
    return [one and one.get("reason", "") for one in told["answers"]], told["not_kept"]


def test_one_persons_part_of_the_list_is_limited(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unclaimed, "UNCLAIMED_MAX", 2)
    notes = [world.lost.note() for _ in range(3)]

    answers, not_kept = push_beyond(world.lost, notes)

    assert answers == ["forbidden", "forbidden", None]
    assert not_kept["detail"]["operations_max"] == 2
    kept = {str(one) for one in UnclaimedOperation.objects.values_list("operation_id", flat=True)}
    assert kept == {one["id"] for one in notes[:2]}
    response = world.lost.post(notes[:2])  # what is kept already is answered, as before
    assert "not_kept" not in response.json()
    world.set_aside_one()
    assert [one["reason"] for one in world.lost.push(notes[2])] == ["forbidden"]
    assert UnclaimedOperation.objects.count() == 3


def test_one_persons_part_of_the_list_is_limited_in_bytes(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unclaimed, "UNCLAIMED_BYTES_MAX", 2_000)
    world.lost.push(world.lost.note("x" * 1_000))

    answers, not_kept = push_beyond(world.lost, [world.lost.note("x" * 1_000)])

    assert answers == [None]
    assert not_kept["detail"]["bytes_max"] == 2_000


def test_what_may_be_written_goes_through_where_the_list_is_full(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unclaimed, "UNCLAIMED_MAX", 1)
    theirs = [world.lost.note() for _ in range(2)]  # typed by somebody else: a restored backup, say
    own = [world.alice.note() for _ in range(2)]

    answers, _ = push_beyond(world.alice, [own[0], *theirs, own[1]])

    assert answers == ["", "forbidden", None, ""]
    assert Note.objects.count() == 2
    assert UnclaimedOperation.objects.get().operation_id == UUID(theirs[0]["id"])
    world.set_aside_one()
    assert [one["reason"] for one in world.alice.push(theirs[1])] == ["forbidden"]
