"""After an upgrade, what an older server could not read, or failed by, is settled by the newer one."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from tallybook.commands.main import main
from tallybook.inspection.models import Note
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.replay import find_first_difference
from tallybook.sync import upgrading
from tallybook.sync.registry import RULES
from tallybook.sync.upgrading import settle_after_upgrade

from tests.support.agency import TestDevice, make_contract, make_inspector, make_person
from tests.support.poison import poisoned_notes

NOW = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture
def device(transactional_db: None) -> TestDevice:
    contract_id, _ = make_contract(make_person("ruth", "office"))
    return make_inspector(contract_id, "alice")


def reasons(answers: list[dict[str, Any]]) -> list[str]:
    return [one.get("reason", one["state"]) for one in answers]


def upgrade(device: TestDevice) -> list[tuple[str, str]]:
    """What an upgrade adds to the ledger; it and what it left must be right, and twice is as once."""
    before = LedgerEntry.objects.filter(contract_id=device.contract_id).count()
    made = settle_after_upgrade(at=NOW)
    assert settle_after_upgrade(at=NOW) == 0
    assert find_first_difference(contract_id=device.contract_id, rules=RULES) is None
    entries = LedgerEntry.objects.filter(contract_id=device.contract_id).order_by("seq").values_list("state", "reason")
    assert len(entries) == before + made
    return list(entries)[before:]


def test_what_was_of_an_unknown_type_is_released_and_what_waited_for_it(
    device: TestDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = device.note("Early.")
    revise = device.make("revise", "note", note["record"], {"text": "Better."}, base=note["set"], seen=note["id"])
    with monkeypatch.context() as older:
        older.delitem(RULES.types, "note")
        assert reasons(device.push(note, revise)) == ["unknown_type", "unknown_type"]
        assert settle_after_upgrade(at=NOW) == 0

    assert upgrade(device) == [("released", ""), ("released", "")]

    assert Note.objects.get().text == "Better."
    device.pull()
    assert (device.held, device.images[note["record"]]["fields"]["text"]) == ({}, "Better.")
    assert reasons(device.push(note)) == ["unknown_type"]  # the answer stays: the feed told the end


def test_a_version_that_is_known_now_is_judged_as_if_it_came_now(
    device: TestDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, newer, newest = device.note("As it was."), device.note() | {"schema": 2}, device.note() | {"schema": 3}
    device.push(note)
    stale = device.make("revise", "note", note["record"], {"text": "Other."}, schema=2, base={"text": ""}, seen={})
    assert reasons(device.push(newer, stale, newest)) == ["unknown_schema"] * 3
    monkeypatch.setitem(RULES.types, "note", replace(RULES.types["note"], schema=2))

    assert upgrade(device) == [("released", ""), ("held", "conflict")]

    device.pull()
    assert {one["held"]["id"]: one["reason"] for one in device.held.values()} == {
        stale["id"]: "conflict",
        newest["id"]: "unknown_schema",
    }


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_what_fails_still_stays_held_and_the_others_go_on(
    device: TestDevice, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr(upgrading, "OPERATIONS_AT_ONCE", at_once)
    early, poison, late = device.note("Early."), device.note("poison"), device.note("Late.")
    with poisoned_notes():
        with monkeypatch.context() as older:
            older.delitem(RULES.types, "note")
            device.push(early)
        assert reasons(device.push(poison)) == ["error"]
        with monkeypatch.context() as older:
            older.delitem(RULES.types, "note")
            device.push(late)
        assert upgrade(device) == [("released", ""), ("released", "")]

    assert upgrade(device) == [("released", "")]

    assert {one.text for one in Note.objects.all()} == {"Early.", "poison", "Late."}


def test_migrate_does_it_and_says_so(
    device: TestDevice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as older:
        older.delitem(RULES.types, "note")
        device.push(device.note())

    assert [main(["migrate"]), main(["migrate"])] == [0, 0]

    said = capsys.readouterr().out
    assert said.count("could judge: 1.") == 1
    assert said.count("The database is ready.") == 2
