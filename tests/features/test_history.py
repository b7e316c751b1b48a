"""The history of one record: who changed what from what to what, when, on which device, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection

from tallybook.core.fields import UUID_PATTERN
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.registry import RULES

from tests.support.agency import TestDevice, make_contract, make_inspector, make_person


@dataclass
class World:
    office: TestDevice
    alice: TestDevice
    bob: TestDevice
    contract_id: UUID
    item: UUID


@pytest.fixture
def world(transactional_db: None) -> World:
    office = make_person("ruth", "office")
    contract_id, item = make_contract(office)
    alice, bob = make_inspector(contract_id, "alice"), make_inspector(contract_id, "bob")
    return World(TestDevice(office, contract_id), alice, bob, contract_id, item)


def history(device: TestDevice, record: str, **query: Any) -> dict[str, Any]:
    address = f"/api/v1/contracts/{device.contract_id}/records/{record}/history"
    response = device.client.get(address, query_params=query)
    assert response.status_code == 200, response.content
    told: dict[str, Any] = response.json()
    return told


def changes(entry: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {one["field"]: (one["before"], one["after"]) for one in entry["changes"]}


def test_who_changed_what_from_what_to_what(world: World) -> None:
    checkout = {"device": world.alice.id, "label": "Alice's tablet"}
    world.alice.client.post(
        f"/api/sync/v1/contracts/{world.contract_id}/checkouts", data=checkout, content_type="application/json"
    )
    made = world.alice.transaction(world.item, "0.50", location="Bay 1")
    record = made["record"]
    world.alice.push(made)
    for device in (world.alice, world.bob):
        device.pull()
    world.bob.push(world.bob.make("revise", "item_transaction", record, {"location": None}, reason="It is not there."))
    # Alice has not seen that: another part of the record, so it is merged.
    world.alice.push(world.alice.make("revise", "item_transaction", record, {"quantity": "0.75"}))

    told = history(world.bob, record)

    assert (told["type"], told["more"]) == ("item_transaction", False)
    first, second, third = told["entries"]
    assert changes(first)["quantity"] == (None, "0.5")  # in its normal spelling, as images have it
    assert (first["verb"], first["state"], first["operation"]) == ("create", "applied", made["id"])
    assert first["author"] == first["signed_in"] == {"id": str(world.alice.person.id), "name": "Alice"}
    assert first["device"] == {"id": world.alice.id, "label": "Alice's tablet"}
    assert first["made_at"] == made["made_at"]
    assert first["received_at"].endswith("Z")
    assert changes(second) == {"location": ("Bay 1", None)}
    assert (second["why"], second["device"]["label"]) == ("It is not there.", None)
    assert (changes(third), third["state"]) == ({"quantity": ("0.5", "0.75")}, "merged")
    assert third["fields"]["item"] == str(world.item)
    assert [one["seq"] for one in told["entries"]] == sorted(one["seq"] for one in told["entries"])


def test_what_stood_there_is_the_ledgers_word_and_not_the_devices(world: World) -> None:
    note = world.alice.note("Stood there.")
    world.alice.push(note)
    world.alice.pull()
    wrong = {"text": "Never stood there."}
    world.alice.push(world.alice.make("revise", "note", note["record"], {"text": "Better."}, base=wrong))

    _, revised = history(world.alice, note["record"])["entries"]

    assert (revised["state"], changes(revised)) == ("applied", {"text": ("Stood there.", "Better.")})


def test_what_was_held_shows_what_its_author_saw_and_who_decided(world: World) -> None:
    note = world.alice.note("Base.")
    world.alice.push(note)
    for device in (world.alice, world.bob):
        device.pull()
    world.alice.push(world.alice.make("revise", "note", note["record"], {"text": "Theirs."}))
    late = world.bob.make("revise", "note", note["record"], {"text": "Mine."})
    world.bob.push(late)
    world.office.pull()
    decision = world.office.make(
        "decide", "note", note["record"], {"text": "Mine."}, target=late["id"], choice="apply", reason="Bob was there."
    )
    world.office.push(decision)

    _, _, held, decided = history(world.office, note["record"])["entries"]

    assert (held["state"], held["reason"], held["detail"]) == ("held", "conflict", {"fields": ["text"]})
    assert changes(held) == {"text": ("Base.", "Mine.")}
    assert (decided["verb"], decided["choice"], decided["target"]) == ("decide", "apply", late["id"])
    assert (changes(decided), decided["why"]) == ({"text": ("Theirs.", "Mine.")}, "Bob was there.")


def test_setting_aside_changes_nothing(world: World) -> None:
    early = world.alice.make("revise", "note", str(uuid4()), {"text": "Mine."}, base={}, seen={})
    world.alice.push(early)
    aside = world.office.make(
        "decide", "note", early["record"], {"text": "No."}, target=early["id"], choice="set_aside", reason="Lost."
    )
    world.office.push(aside)
    world.alice.push(world.alice.make("create", "note", early["record"], world.alice.note("Here.")["set"]))

    held, decided, made = history(world.alice, early["record"])["entries"]

    assert (held["reason"], decided["state"], changes(decided)) == ("missing_record", "applied", {})
    assert changes(made)["text"] == (None, "Here.")


def test_what_waited_stands_twice_and_writes_once(world: World) -> None:
    note = world.alice.note("First.")
    better = world.alice.make(
        "revise", "note", note["record"], {"text": "Better."}, base=note["set"], seen=note["id"], revision=1
    )
    world.alice.push(better)
    world.alice.push(note)

    entries = history(world.alice, note["record"])["entries"]

    assert [(one["state"], changes(one)["text"]) for one in entries] == [
        ("held", ("First.", "Better.")), ("applied", (None, "First.")), ("released", ("First.", "Better.")),
    ]  # fmt: skip


def test_it_comes_in_pages(world: World) -> None:
    note = world.alice.note("Note 0")
    world.alice.push(note)
    for number in range(1, 5):
        world.alice.pull()
        world.alice.push(world.alice.make("revise", "note", note["record"], {"text": f"Note {number}"}))
    whole = history(world.alice, note["record"])["entries"]

    found: list[dict[str, Any]] = []
    more = True
    while more:
        page = history(world.alice, note["record"], limit=2, after=found[-1]["seq"] if found else 0)
        assert len(page["entries"]) <= 2
        found, more = found + page["entries"], page["more"]

    assert found == whole
    assert changes(found[-1])["text"] == ("Note 3", "Note 4")
    assert history(world.alice, note["record"], limit=0)["entries"] == whole[:1]
    assert history(world.alice, note["record"], limit=10**9)["entries"] == whole
    wrong = world.alice.client.get(f"/api/v1/contracts/{world.contract_id}/records/{note['record']}/history?after=x")
    assert (wrong.status_code, wrong.json()["code"]) == (400, "bad_request")


def test_a_page_is_no_larger_than_it_may_be(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tallybook.ledger.history.HISTORY_PAGE_BYTES", 2_000)
    note = world.alice.note("x" * 3_000)
    world.alice.push(note)
    world.alice.pull()
    world.alice.push(world.alice.make("revise", "note", note["record"], {"text": "y" * 3_000}))

    page = history(world.alice, note["record"])

    assert (len(page["entries"]), page["more"]) == (1, True)


def test_of_a_record_that_is_not_there_there_is_none(world: World) -> None:
    assert history(world.alice, str(uuid4())) == {"type": "", "entries": [], "more": False}


def test_text_that_cannot_be_stored_is_told_all_the_same(world: World) -> None:
    note = world.alice.note("\ud800")
    world.alice.push(note)

    (held,) = history(world.alice, note["record"])["entries"]

    assert (held["reason"], changes(held)["text"]) == ("invalid", (None, "\ud800"))


def test_only_the_record_s_own_entries_are_read(world: World) -> None:
    rows = LedgerEntry.objects.filter(contract_id=world.contract_id, record_id=world.item).order_by("seq")

    plan = rows.explain() if connection.vendor == "sqlite" else _plan_of_a_large_table(rows)

    assert "ledger_entry_record" in plan


def _plan_of_a_large_table(rows: Any) -> str:
    """A planner reads a table of a few rows whole, whatever indexes there are."""
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_indexscan = on")
        try:
            plan: str = rows.explain()
        finally:
            cursor.execute("RESET enable_seqscan; RESET enable_indexscan")
    return plan


def test_an_entry_under_another_record_is_found(world: World) -> None:
    world.alice.push(world.alice.note())
    assert find_first_difference(contract_id=world.contract_id, rules=RULES) is None

    last = LedgerEntry.objects.filter(contract_id=world.contract_id).order_by("-seq")[0]
    LedgerEntry.objects.filter(contract_id=world.contract_id, seq=last.seq).update(record_id=uuid4())

    found = find_first_difference(contract_id=world.contract_id, rules=RULES)
    assert found is not None
    assert found.startswith(f"Entry {last.seq} is kept under another record")


def test_every_entry_says_its_record(world: World) -> None:
    world.alice.push(world.alice.note(), world.alice.note() | {"record": "none"})

    records = LedgerEntry.objects.filter(contract_id=world.contract_id).values_list("record_id", flat=True)

    assert [one for one in records if one is None or not UUID_PATTERN.fullmatch(str(one))] == [None]
