"""The wire as a device sees it: answers, holds, merges, decisions, the feed, divergence, limits."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallybook.contracts.models import ContractItem
from tallybook.ledger.models import LedgerEntry, LedgerHead, LedgerImage
from tallybook.ledger.new_ids import new_id
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.installation import OwnChange, settle_own
from tallybook.sync.models import UnclaimedOperation
from tallybook.sync.registry import RULES

from tests.support.agency import NOW, TestDevice, make_contract, make_inspector, make_person


@dataclass
class World:
    office: TestDevice
    alice: TestDevice
    bob: TestDevice
    stranger: TestDevice
    contract_id: UUID
    item: UUID

    def verify(self) -> None:
        assert find_first_difference(contract_id=self.contract_id, rules=RULES) is None


@pytest.fixture
def world(transactional_db: None) -> World:
    office = make_person("ruth", "office")
    contract_id, item = make_contract(office)
    return World(
        office=TestDevice(office, contract_id),
        alice=make_inspector(contract_id, "alice"),
        bob=make_inspector(contract_id, "bob"),
        stranger=TestDevice(make_person("stranger"), contract_id),
        contract_id=contract_id,
        item=item,
    )


def test_a_repeat_gets_the_same_answer_and_doubles_nothing(world: World) -> None:
    note = world.alice.note()
    first = world.alice.push(note)

    again = world.alice.push(note, note)

    assert first[0]["state"] == "applied"
    assert again == first * 2
    assert LedgerEntry.objects.filter(operation_id=note["id"]).count() == 1
    world.verify()


def test_edits_of_what_does_not_belong_together_are_merged(world: World) -> None:
    entry = world.alice.transaction(world.item, "0.25", location="Bay 1")
    world.alice.push(entry)
    world.alice.pull()
    world.bob.pull()

    world.alice.push(world.alice.make("revise", "item_transaction", entry["record"], {"quantity": "0.5"}))
    answers = world.bob.push(world.bob.make("revise", "item_transaction", entry["record"], {"location": "Bay 2"}))

    assert answers[0]["state"] == "merged"
    world.alice.pull()
    fields = world.alice.images[entry["record"]]["fields"]
    assert (fields["quantity"], fields["location"]) == ("0.5", "Bay 2")
    world.verify()


def test_edits_of_the_same_are_held_and_one_decider_wins(world: World) -> None:
    entry = world.alice.transaction(world.item, "0.25")
    world.alice.push(entry)
    world.alice.pull()
    world.bob.pull()
    world.alice.push(world.alice.make("revise", "item_transaction", entry["record"], {"quantity": "0.3"}))
    bobs = world.bob.make("revise", "item_transaction", entry["record"], {"quantity": "0.4"})

    held = world.bob.push(bobs)

    assert (held[0]["state"], held[0]["reason"], held[0]["detail"]) == (
        "held",
        "conflict",
        {"fields": ["quantity"]},
    )
    for device in (world.alice, world.bob):
        device.pull()
        assert set(device.held) == {bobs["id"]}
    by_bob, by_alice = (
        device.make(
            "decide",
            "item_transaction",
            entry["record"],
            set_,
            target=bobs["id"],
            choice=choice,
            reason="counted twice",
        )
        for device, set_, choice in (
            (world.bob, {"quantity": "0.4"}, "apply"),
            (world.alice, {}, "set_aside"),
        )
    )
    assert world.bob.push(by_bob)[0]["state"] == "applied"
    late = world.alice.push(by_alice)[0]
    assert (late["state"], late["reason"]) == ("superseded", "already_decided")
    world.alice.pull()
    assert world.alice.held == {}
    assert world.alice.images[entry["record"]]["fields"]["quantity"] == "0.4"
    world.verify()


def test_a_third_inspector_may_not_decide(world: World) -> None:
    third = make_inspector(world.contract_id, "carol")
    entry = world.alice.transaction(world.item, "0.25")
    world.alice.push(entry)
    for device in (world.alice, world.bob, third):
        device.pull()
    world.alice.push(world.alice.make("revise", "item_transaction", entry["record"], {"quantity": "0.3"}))
    bobs = world.bob.make("revise", "item_transaction", entry["record"], {"quantity": "0.4"})
    world.bob.push(bobs)

    decision = third.make(
        "decide", "item_transaction", entry["record"], {}, target=bobs["id"], choice="set_aside", reason="no"
    )

    assert third.push(decision)[0]["reason"] == "invalid"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"quantity": "0.12345"}, "invalid"),
        ({"quantity": "0"}, "invalid"),
        ({"quantity": 1}, "invalid"),
        ({"quantity": None}, "invalid"),
        ({"quantity": "1000000000000"}, "invalid"),
        ({"work_date": "2026-02-30"}, "invalid"),
        ({"side": "UP"}, "invalid"),
        ({"location": "x" * 201}, "invalid"),
        ({"documentation": "a\x00b"}, "invalid"),
        ({"documentation": "a\ud800b"}, "invalid"),
        ({"later": "x" * 70_000}, "invalid"),
        ({"item": "00000000-0000-7000-8000-000000000000"}, "missing_record"),
    ],
)
def test_bad_content_is_held_and_those_behind_it_go_on(world: World, change: dict[str, Any], reason: str) -> None:
    bad = world.alice.transaction(world.item, "0.5", fields=change)
    good = world.alice.note()

    answers = world.alice.push(bad, good)

    assert (answers[0]["state"], answers[0]["reason"], answers[1]["state"]) == ("held", reason, "applied")
    world.verify()


@pytest.mark.parametrize("strange", [{}, [], None, 17, "text", {"id": "x"}, {"id": 5, "set": [1.5, 1e300]}])
def test_what_is_no_operation_is_answered_in_its_place(world: World, strange: Any) -> None:
    note = world.alice.note()

    answers = world.alice.push(strange, note)
    again = world.alice.push(strange)

    assert (answers[0]["state"], answers[0]["reason"]) == ("held", "invalid")
    assert UUID(answers[0]["id"]).version == 8
    assert answers[1] == {"id": note["id"], "state": "applied", "seq": answers[0]["seq"] + 1}
    assert again == answers[:1]
    world.verify()


def test_an_id_used_for_something_else_is_held_under_another_one(world: World) -> None:
    note = world.alice.note()
    other = {**note, "set": {**note["set"], "text": "Something else."}}

    first, reused = world.alice.push(note, other)

    assert (reused["state"], reused["reason"]) == ("held", "id_reused")
    assert reused["id"] != first["id"]
    assert world.alice.push(other) == [reused]
    world.verify()


def test_what_came_too_early_is_released_when_what_it_waits_for_is_there(world: World) -> None:
    note = world.alice.note()
    record, typed = note["record"], note["set"]
    better = {"text": "Better."}
    first = world.alice.make("revise", "note", record, better, base=typed, seen=note["id"])
    saw = {"text": first["id"], "note_type": note["id"], "work_date": note["id"]}
    second = world.alice.make("revise", "note", record, {"text": "Best."}, base=typed | better, seen=saw)

    early = world.alice.push(second, first)
    world.alice.push(note)

    assert [one["reason"] for one in early] == ["missing_record", "missing_record"]
    world.alice.pull()
    assert world.alice.held == {}
    assert world.alice.images[note["record"]]["fields"]["text"] == "Best."
    world.verify()


def test_without_a_right_everything_is_kept_and_nothing_is_told(world: World) -> None:
    nowhere = TestDevice(world.stranger.person, new_id(at=NOW))

    known = world.stranger.post([world.stranger.note()])
    unknown = nowhere.post([nowhere.note()])

    for response in (known, unknown):
        told = response.json()
        assert (response.status_code, told["head"], told["chain"]) == (200, 0, "")
        assert [(one["state"], one["reason"]) for one in told["answers"]] == [("held", "forbidden")]
        assert "seq" not in told["answers"][0]
    assert UnclaimedOperation.objects.count() == 2


def test_somebody_elses_work_needs_the_office(world: World) -> None:
    bobs = world.bob.note()

    assert world.alice.push(bobs)[0]["reason"] == "forbidden"
    assert world.office.push(bobs)[0]["state"] == "applied"


def test_an_inspector_does_not_write_what_the_office_writes(world: World) -> None:
    item = ContractItem.objects.get(contract_id=world.contract_id)
    change = world.alice.make("revise", "contract_item", str(item.id), {"unit_price": "99"})

    assert world.alice.push(change)[0]["reason"] == "forbidden"


def test_a_closed_contract_holds_what_the_office_may_still_apply(world: World) -> None:
    close = OwnChange("revise", "contract", world.contract_id, {"status": "closed"})
    settle_own(contract_id=world.contract_id, acting=world.office.person.id, changes=[close], at=NOW, reason="done")
    note = world.alice.note()

    held = world.alice.push(note)[0]

    assert (held["state"], held["reason"]) == ("held", "contract_closed")
    decision = {"target": note["id"], "choice": "apply", "reason": "It was done in time."}
    by_alice = world.alice.make("decide", "note", note["record"], note["set"], **decision)
    by_office = world.office.make("decide", "note", note["record"], note["set"], **decision)
    assert world.alice.push(by_alice)[0]["reason"] == "contract_closed"
    assert world.office.push(by_office)[0]["state"] == "applied"
    world.verify()


def test_a_position_that_is_not_on_the_ledger_has_diverged(world: World) -> None:
    world.alice.position = (3, "f" * 64)
    before = LedgerEntry.objects.count()

    response = world.alice.post([world.alice.note()])

    assert (response.status_code, response.json()["code"]) == (409, "diverged")
    assert LedgerEntry.objects.count() == before
    query = {"after": 0, "known": 3, "chain": "f" * 64}
    feed = world.alice.client.get(f"/api/sync/v1/contracts/{world.contract_id}/feed", query_params=query)
    assert feed.status_code == 409


@pytest.mark.parametrize("limit", [1, 2, 7, 100_000])
def test_the_feed_is_the_same_however_it_is_cut(world: World, limit: int) -> None:
    notes = [world.alice.note(f"Note {number}") for number in range(9)]
    early = world.alice.make("revise", "note", str(new_id(at=NOW)), {"text": "x"}, base={}, seen={})
    world.alice.push(*notes, early)

    world.bob.pull(limit=limit)

    stored = LedgerImage.objects.filter(contract_id=world.contract_id).values_list("line", flat=True)
    told = {line["record"]: line for line in map(json.loads, stored)}
    assert world.bob.images == told
    assert set(world.bob.held) == {early["id"]}
    assert world.bob.cursor == LedgerHead.objects.get(contract_id=world.contract_id).seq


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{", {}, 400),
        (b"[]", {}, 400),
        (b'{"device":"x","operations":[]}', {}, 400),
        (b'{"device":"00000000-0000-7000-8000-000000000000","known":-1,"operations":[]}', {}, 400),
        (
            b'{"device":"00000000-0000-7000-8000-000000000000","operations":[' + b"{}," * 500 + b"{}]}",
            {},
            413,
        ),
        (b" " * (1024 * 1024 + 1), {}, 413),
        (gzip.compress(b" " * (64 * 1024 * 1024), mtime=0), {"Content-Encoding": "gzip"}, 413),
        (b"no gzip", {"Content-Encoding": "gzip"}, 400),
        (gzip.compress(b'{"device":"x"}', mtime=0)[:-9], {"Content-Encoding": "gzip"}, 400),
        (b'{"device":"00000000-0000-7000-8000-000000000000","operations":[]}', {}, 200),
        (
            gzip.compress(b'{"device":"00000000-0000-7000-8000-000000000000","operations":[]}', mtime=0),
            {"Content-Encoding": "gzip"},
            200,
        ),
    ],
)
def test_envelopes(world: World, body: bytes, headers: dict[str, str], status: int) -> None:
    address = f"/api/sync/v1/contracts/{world.contract_id}/operations"

    response = world.alice.client.post(address, data=body, content_type="application/json", headers=headers)

    assert response.status_code == status
    assert response["X-Tallybook-Protocol"] == "1"


def test_no_query_count_grows_with_a_push(world: World) -> None:
    world.alice.push(world.alice.note())
    few = [world.alice.transaction(world.item, "0.1") for _ in range(5)]
    many = [world.alice.transaction(world.item, "0.1") for _ in range(200)]

    with CaptureQueriesContext(connection) as for_few:
        world.alice.push(*few)
    with CaptureQueriesContext(connection) as for_many:
        world.alice.push(*many)

    assert len(for_many) <= len(for_few)


def test_a_checkout_is_registered_heard_from_and_given_back(world: World) -> None:
    address = f"/api/sync/v1/contracts/{world.contract_id}/checkouts"
    body = json.dumps({"device": world.alice.id, "label": "Alice's tablet"})
    assert world.alice.client.post(address, data=body, content_type="application/json").status_code == 200
    world.alice.post([], waiting=7)

    listed = world.bob.client.get("/api/sync/v1/contracts").json()["contracts"]

    assert [(one["number"], one["right"]) for one in listed] == [("SP 1", "inspection")]
    assert [(one["label"], one["waiting"]) for one in listed[0]["checkouts"]] == [("Alice's tablet", 7)]
    assert world.alice.client.delete(f"{address}/{world.alice.id}").status_code == 204
    assert world.bob.client.get("/api/sync/v1/contracts").json()["contracts"][0]["checkouts"] == []


def test_who_lost_his_right_gives_his_copy_back_and_nobody_elses(world: World) -> None:
    address = f"/api/sync/v1/contracts/{world.contract_id}/checkouts"
    for one in (world.alice, world.bob):
        body = {"device": one.id, "label": "tablet"}
        assert one.client.post(address, data=body, content_type="application/json").status_code == 200
    revoke = OwnChange("revise", "person", world.alice.person.id, {"voided": True})
    settle_own(contract_id=world.contract_id, acting=world.bob.person.id, changes=[revoke], at=NOW, reason="revoked")

    given = [world.alice.client.delete(f"{address}/{one.id}").status_code for one in (world.alice, world.bob)]

    assert given == [204, 204]
    listed = world.bob.client.get("/api/sync/v1/contracts").json()["contracts"]
    assert [one["device"] for one in listed[0]["checkouts"]] == [world.bob.id]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE ledger_ledgerentry SET operation = replace(operation, 'Paving', 'paving')", "was altered"),
        ("DELETE FROM ledger_ledgerentry WHERE seq = 3", "Entry 3 is missing"),
        ("UPDATE ledger_ledgerimage SET line = replace(line, 'Paving', 'paving')", "The image of record"),
        ("UPDATE inspection_note SET text = 'paving'", "The row of note"),
        ("UPDATE ledger_ledgerhead SET revisions = revisions + 1", "The head says"),
    ],
)
def test_verifying_finds_what_was_altered(world: World, statement: str, said: str) -> None:
    world.alice.push(world.alice.note())
    with connection.cursor() as cursor:
        cursor.execute(statement)

    difference = find_first_difference(contract_id=world.contract_id, rules=RULES)

    assert difference is not None
    assert said in difference
