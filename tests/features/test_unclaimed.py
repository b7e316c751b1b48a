"""What came without a right: listed for the office, handed to its contract or set aside, told to nobody else."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tallybook.inspection.models import Note
from tallybook.ledger.models import LedgerEntry, LedgerHead
from tallybook.ledger.replay import find_first_difference
from tallybook.ledger.stored import decode_json
from tallybook.sync.installation import OwnChange, settle_own
from tallybook.sync.models import UnclaimedOperation
from tallybook.sync.registry import RULES

from tests.support.agency import NOW, TestDevice, assign, make_contract, make_inspector, make_person


@dataclass
class World:
    office: TestDevice
    admin: TestDevice
    alice: TestDevice  # Inspection on the contract
    lost: TestDevice  # typed while he had a right, and has none now
    contract_id: UUID
    item: UUID

    def verify(self) -> None:
        assert find_first_difference(contract_id=self.contract_id, rules=RULES) is None

    def keep(self, *operations: dict[str, Any]) -> None:
        answers = self.lost.push(*operations)
        assert {(one["state"], one["reason"]) for one in answers} == {("held", "forbidden")}

    def ids(self, device: TestDevice | None = None, **query: str) -> list[str]:
        return [one["id"] for one in listed(device or self.office, **query)["unclaimed"]]


@pytest.fixture
def world(transactional_db: None) -> World:
    office = make_person("ruth", "office")
    contract_id, item = make_contract(office)
    alice = make_inspector(contract_id, "alice")
    others = (office, make_person("dana", "admin"), make_person("lost"))
    ruth, dana, lost = (TestDevice(one, contract_id) for one in others)
    return World(ruth, dana, alice, lost, contract_id, item)


def listed(device: TestDevice, **query: str) -> dict[str, Any]:
    response = device.client.get("/api/v1/unclaimed", query_params=query)
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def ask(device: TestDevice, what: str, contract: UUID | None = None, **choice: Any) -> tuple[int, dict[str, Any]]:
    body = {"contract": str(contract or device.contract_id), "reason": "He was on leave."} | choice
    response = device.client.post(f"/api/v1/unclaimed/{what}", data=json.dumps(body), content_type="application/json")
    return response.status_code, response.json()


def hand_over(device: TestDevice, **choice: Any) -> dict[str, Any]:
    status, told = ask(device, "hand-over", **choice)
    assert status == 200, told
    return told


def test_the_office_sees_who_brought_what_when(world: World) -> None:
    note, posting = world.lost.note(), world.lost.transaction(world.item, "2")
    world.keep(posting, note)

    told = listed(world.office)

    first, second = told["unclaimed"]  # in the order typed, not in the order sent
    assert (first["operation"], second["operation"]) == (note, posting)
    assert (first["contract"], first["contract_number"]) == (str(world.contract_id), "SP 1")
    assert first["person"] == {"id": str(world.lost.person.id), "name": "Lost"}
    assert told["people"] == {str(world.lost.person.id): "Lost"}
    assert told["items"] == {str(world.item): {"line": "10", "description": "Mobilization", "unit": "LS"}}
    groups = world.office.client.get("/api/v1/unclaimed/groups").json()
    assert groups["open"] == groups["groups"][0]["count"] == 2
    assert groups["groups"][0]["person"]["name"] == "Lost"
    assert groups["groups"][0]["contract_number"] == "SP 1"


def test_handed_over_it_is_settled_as_if_pushed_then(world: World) -> None:
    note = world.lost.note()
    # Sent first, typed last: on its device the note was made before it was revised.
    better = world.lost.make(
        "revise", "note", note["record"], {"text": "Better."}, base=note["set"], seen=note["id"], revision=1
    )
    world.keep(better)
    world.keep(note)

    told = hand_over(world.office, person=str(world.lost.person.id))

    assert (told["handed_over"], told["remaining"]) == (2, 0)
    assert [(one["id"], one["state"]) for one in told["answers"]] == [
        (note["id"], "applied"), (better["id"], "applied")
    ]  # fmt: skip
    assert Note.objects.get(id=note["record"]).text == "Better."
    entry = LedgerEntry.objects.get(contract_id=world.contract_id, operation_id=note["id"])
    assert decode_json(entry.operation) == note
    assert (entry.author, entry.signed_in) == (world.lost.person.id, world.office.person.id)
    world.verify()
    row = UnclaimedOperation.objects.get(operation_id=note["id"])
    assert (row.how, row.ended_by, row.reason) == ("handed_over", world.office.person, "He was on leave.")


def test_the_device_gets_the_stored_answer_once_it_may_and_the_feed_brings_it(world: World) -> None:
    note = world.lost.note()
    world.keep(note)
    hand_over(world.office, person=str(world.lost.person.id))
    seq = LedgerHead.objects.get(contract_id=world.contract_id).seq
    world.keep(note)  # without a right nothing is told
    assert (UnclaimedOperation.objects.count(), world.ids()) == (1, [])

    assign(world.lost.person, world.contract_id, "inspection")
    again = world.lost.push(note)
    world.lost.pull()

    assert [(one["state"], one["seq"]) for one in again] == [("applied", seq)]
    assert world.lost.images[note["record"]]["by"] == note["id"]
    assert Note.objects.count() == 1
    world.verify()


def test_what_a_ledger_holds_is_held_and_decided_there(world: World) -> None:
    note = world.alice.note()
    world.alice.push(note)
    world.alice.pull()
    world.alice.push(world.alice.make("revise", "note", note["record"], {"text": "First."}))
    late = world.lost.make(
        "revise", "note", note["record"], {"text": "Second."}, base=note["set"], seen=note["id"], revision=1
    )
    world.keep(late)

    told = hand_over(world.office, ids=world.ids())

    assert [(one["state"], one["reason"]) for one in told["answers"]] == [("held", "conflict")]
    world.alice.pull()
    assert world.alice.held[late["id"]]["reason"] == "conflict"
    world.verify()


def test_what_came_again_with_a_right_is_open_no_longer(world: World) -> None:
    note = world.lost.note()
    world.keep(note)
    assign(world.lost.person, world.contract_id, "inspection")

    world.lost.push(note)

    assert world.ids() == []
    assert world.office.client.get("/api/v1/unclaimed/groups").json() == {"groups": [], "groups_max": 1000, "open": 0}
    assert hand_over(world.office, person=str(world.lost.person.id))["handed_over"] == 0


def test_set_aside_it_stays_with_who_when_and_why(world: World) -> None:
    kept, other = world.lost.note(), world.lost.note("Other.")
    world.keep(kept, other)
    first = world.ids()[0]
    head = LedgerHead.objects.get(contract_id=world.contract_id).seq

    status, told = ask(world.office, "set-aside", ids=[first], reason="  Typed twice. ")

    assert (status, told) == (200, {"set_aside": 1, "remaining": 0})
    assert [one["operation"] for one in listed(world.office)["unclaimed"]] == [other]
    (aside,) = listed(world.office, state="set_aside")["unclaimed"]
    assert aside["operation"] == kept
    assert {name: aside["ended"][name] for name in ("how", "by", "reason")} == {
        "how": "set_aside", "by": {"id": str(world.office.person.id), "name": "Ruth"}, "reason": "Typed twice.",
    }  # fmt: skip
    assert aside["ended"]["at"].endswith("Z")
    world.keep(kept)
    assert len(world.ids()) == 1
    assert hand_over(world.office, ids=[first])["handed_over"] == 0
    assert LedgerHead.objects.get(contract_id=world.contract_id).seq == head


def test_set_aside_it_is_not_brought_in_by_a_right_that_comes_later(world: World) -> None:
    note = world.lost.note()
    world.keep(note)
    ask(world.office, "set-aside", ids=world.ids())
    assign(world.lost.person, world.contract_id, "inspection")
    head = LedgerHead.objects.get(contract_id=world.contract_id).seq

    (answer,) = world.lost.push(note)

    assert (answer["state"], answer["reason"]) == ("held", "forbidden")
    assert LedgerHead.objects.get(contract_id=world.contract_id).seq == head
    assert world.ids() == []


def test_of_a_contract_that_does_not_exist_it_can_only_be_set_aside_by_an_administrator(world: World) -> None:
    nowhere = replace(world.lost, contract_id=uuid4())
    note = nowhere.note()
    nowhere.push(note)
    ids = world.ids(world.admin)

    (row,) = listed(world.admin)["unclaimed"]
    assert (row["contract_number"], row["operation"]) == (None, note)
    assert world.ids() == []
    assert ask(world.admin, "hand-over", nowhere.contract_id, ids=ids)[1]["code"] == "contract_not_found"
    assert ask(world.office, "set-aside", nowhere.contract_id, ids=ids)[1]["code"] == "contract_not_found"
    assert ask(world.admin, "set-aside", nowhere.contract_id, ids=ids) == (200, {"set_aside": 1, "remaining": 0})


def test_operations_of_another_contract_are_left_where_they_are(world: World) -> None:
    other_id, _ = make_contract(world.admin.person, "SP 2")
    replace(world.lost, contract_id=other_id).push(world.lost.note() | {"contract": str(other_id)})
    (other,) = world.ids(world.admin)

    assert hand_over(world.office, ids=[other])["handed_over"] == 0
    assert ask(world.office, "set-aside", other_id, ids=[other])[1]["code"] == "contract_not_found"

    assert world.ids(world.admin) == [other]


def test_nothing_is_told_without_the_office_right(world: World) -> None:
    world.keep(world.lost.note())
    ids = world.ids()
    viewer = make_person("vic", "viewer")
    assign(viewer, world.contract_id, "office")  # a viewer reads, whatever his assignment says
    nobody = uuid4()

    for device in (world.alice, world.lost, TestDevice(viewer, world.contract_id)):
        has_right = device is not world.lost
        assert listed(device)["unclaimed"] == []
        assert listed(device)["people"] == {}
        assert device.client.get("/api/v1/unclaimed/groups").json()["groups"] == []
        for what in ("hand-over", "set-aside"):
            refused = ask(device, what, ids=ids)
            assert refused[0] == 403
            assert refused[1]["code"] == ("office_right_needed" if has_right else "contract_not_found")
            if not has_right:  # word for word as of a contract that is not there
                assert refused == ask(device, what, nobody, ids=ids)
    assert world.ids() == ids


@pytest.mark.parametrize("what", ["hand-over", "set-aside"])
@pytest.mark.parametrize(
    ("choice", "code"),
    [
        ({"reason": ""}, "reason_refused"),
        ({"reason": "  "}, "reason_refused"),
        ({"reason": "x" * 2_001}, "reason_refused"),
        ({"reason": "a\0b"}, "reason_refused"),
        ({"ids": []}, "nothing_chosen"),
        ({"person": str(uuid4())}, "nothing_chosen"),
        ({"ids": [str(uuid4()) for _ in range(501)]}, "nothing_chosen"),
        ({"ids": ["x"]}, "bad_request"),
        ({"reason": None}, "bad_request"),
    ],
)
def test_what_is_asked_must_be_clear(world: World, what: str, choice: dict[str, Any], code: str) -> None:
    world.keep(world.lost.note())
    ids = world.ids()

    status, told = ask(world.office, what, **({"ids": ids} | choice))

    assert (status, told["code"]) == (400 if code == "bad_request" else 422, code)
    assert world.ids() == ids


def test_all_of_a_person_goes_in_parts_of_a_push(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallybook.sync.unclaimed_office.OPERATIONS_MAX", 2)
    notes = [world.lost.note(f"Note {number}") for number in range(5)]
    world.keep(*reversed(notes))
    person = str(world.lost.person.id)

    told = [hand_over(world.office, person=person) for _ in range(3)]

    assert [(one["handed_over"], one["remaining"]) for one in told] == [(2, 3), (2, 1), (1, 0)]
    assert [answer["id"] for one in told for answer in one["answers"]] == [note["id"] for note in notes]


def test_no_number_of_queries_grows_with_what_is_chosen(world: World) -> None:
    person = str(world.lost.person.id)

    def count(operations: int, act: Callable[[], Any]) -> int:
        world.keep(*(world.lost.note() for _ in range(operations)))
        with CaptureQueriesContext(connection) as asked:
            act()
        return len(asked)

    for act in (
        lambda: listed(world.office, limit="50"),
        lambda: world.office.client.get("/api/v1/unclaimed/groups"),
        lambda: hand_over(world.office, person=person),
        lambda: ask(world.office, "set-aside", person=person),
    ):
        assert count(2, act) == count(40, act)


def test_the_list_comes_in_pages(world: World) -> None:
    world.keep(*(world.lost.note(f"Note {number}") for number in range(5)))
    whole = world.ids()
    found: list[str] = []

    more, query = True, {"limit": "2"}
    while more:
        page = listed(world.office, **query)
        found += [one["id"] for one in page["unclaimed"]]
        more, query = page["more"], {"limit": "2", "after": found[-1]}

    assert found == whole
    assert len(whole) == 5
    assert world.ids(contract=str(uuid4())) == []
    assert world.ids(person=str(world.lost.person.id)) == whole
    for wrong in ({"after": "x"}, {"state": "gone"}, {"contract": "1"}, {"limit": "-1"}):
        assert world.office.client.get("/api/v1/unclaimed", query_params=wrong).status_code == 400


def test_a_page_is_no_larger_than_it_may_be(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallybook.sync.unclaimed_list.PAGE_BYTES", 2_000)
    world.keep(*(world.lost.note("x" * 3_000) for _ in range(2)))

    page = listed(world.office)

    assert (len(page["unclaimed"]), page["more"]) == (1, True)


def test_what_no_text_should_hold_is_listed_all_the_same(world: World) -> None:
    strange = {"id": "x", "device": 7, "number": "y", "set": {"text": "\ud800"}}
    response = world.lost.post([strange, "z"])
    assert response.status_code == 200

    told = listed(world.office)

    assert [one["operation"] for one in told["unclaimed"] if one["operation"] != "z"] == [strange]
    answers = hand_over(world.office, person=str(world.lost.person.id))["answers"]
    assert {(one["state"], one["reason"]) for one in answers} == {("held", "invalid")}
    world.verify()


def test_nothing_is_handed_over_where_the_commit_fails(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.keep(world.lost.note(), world.lost.note())
    head = LedgerHead.objects.get(contract_id=world.contract_id).seq

    def fail(*_args: Any, **_more: Any) -> None:
        raise OperationalError("disk full")

    monkeypatch.setattr("tallybook.sync.unclaimed_office._end", fail)
    status, told = ask(world.office, "hand-over", ids=world.ids())

    assert (status, told["code"]) == (503, "busy")
    assert LedgerHead.objects.get(contract_id=world.contract_id).seq == head
    assert len(world.ids()) == 2
    assert ask(world.office, "set-aside", ids=world.ids())[1]["code"] == "busy"


def test_a_closed_contract_holds_what_is_handed_to_it(world: World) -> None:
    world.keep(world.lost.note())
    close = OwnChange("revise", "contract", world.contract_id, {"status": "closed"})
    settle_own(contract_id=world.contract_id, acting=world.office.person.id, changes=[close], at=NOW, reason="done")

    told = hand_over(world.office, ids=world.ids())

    assert [(one["state"], one["reason"]) for one in told["answers"]] == [("held", "contract_closed")]
