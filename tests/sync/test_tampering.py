"""Whatever is changed in the database past the program is found: each column of each row, each row gone or added."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction

from tallybook.commands.main import main
from tallybook.contracts.models import Contract, ContractItem, ContractPerson, Project
from tallybook.inspection.models import ItemTransaction, Note
from tallybook.ledger.models import LedgerAwait, LedgerEntry, LedgerHead, LedgerHold, LedgerImage
from tallybook.ledger.replay import find_first_difference
from tallybook.ledger.stored import next_chain, spell_entry
from tallybook.ledger.tables import as_key
from tallybook.sync.models import UnclaimedOperation
from tallybook.sync.registry import RULES

from tests.support.agency import TestDevice, make_contract, make_inspector, make_person

pytestmark = pytest.mark.django_db

LEDGER: tuple[type[models.Model], ...] = (LedgerHead, LedgerEntry, LedgerImage, LedgerHold, LedgerAwait)
TYPED: tuple[type[models.Model], ...] = (Contract, Project, ContractItem, ContractPerson, Note, ItemTransaction)
# What follows from nothing that is kept: an estimate for people, why it was held what is held no more, and how many
# devices are coming back, which is of them and not of the ledger.
FREE = {("ledger_ledgerhead", "bytes"), ("ledger_ledgerhead", "returning"), ("ledger_ledgerentry", "detail")}

Row = dict[str, Any]


@dataclass
class Kept:
    """A contract with some of everything: holds open and ended, a record revised, one voided."""

    contract_id: UUID
    alice: TestDevice

    def find(self) -> str | None:
        """The first difference."""
        return find_first_difference(contract_id=self.contract_id, rules=RULES)


@pytest.fixture(scope="module")
def kept(django_db_setup: None, django_db_blocker: Any) -> Iterator[Kept]:
    """Made once; each test changes it in a transaction that is rolled back."""
    with django_db_blocker.unblock():
        contract_id, item = make_contract(make_person("ruth", "office"))
        alice, bob = make_inspector(contract_id, "alice"), make_inspector(contract_id, "bob")
        eve = TestDevice(make_person("eve"), contract_id)
        play(alice, bob, item)
        eve.push(eve.note())
        yield Kept(contract_id=contract_id, alice=alice)
        call_command("flush", verbosity=0, interactive=False)


def play(alice: TestDevice, bob: TestDevice, item: UUID) -> None:
    """Two conflicts decided, one not; one released, one waiting; one decided too late."""
    entries = [alice.transaction(item, "0.25", location="Pier 2") for _ in range(3)]
    alice.push(*entries, alice.note(), alice.note(station="10+00"))
    alice.pull()
    bob.pull()
    alice.push(*(revise(alice, one, "0.5") for one in entries))
    held = [revise(bob, one, "0.75") for one in entries]
    bob.push(*held)
    bob.pull()
    applied = decide(bob, held[0], choice="apply", set_={"quantity": "0.75"})
    bob.push(applied, decide(bob, held[1], choice="set_aside"), decide(bob, held[1], choice="set_aside"))
    early, never = alice.note(), alice.note()
    alice.push(revise_unseen(alice, early), revise_unseen(alice, never), early)
    bob.pull()
    voided = bob.make("revise", "item_transaction", entries[2]["record"], {"voided": True}, reason="counted twice")
    assert bob.push(voided)[0]["state"] == "applied"


def revise(device: TestDevice, typed: Row, quantity: str) -> Row:
    return device.make("revise", "item_transaction", typed["record"], {"quantity": quantity})


def revise_unseen(device: TestDevice, typed: Row) -> Row:
    return device.make(
        "revise", "note", typed["record"], {"text": "Rain."}, base=typed["set"], seen=typed["id"], revision=1
    )


def decide(device: TestDevice, held: Row, *, choice: str, set_: Row | None = None) -> Row:
    more = {"target": held["id"], "choice": choice, "reason": "measured again"}
    return device.make("decide", "item_transaction", held["record"], set_ or {}, **more)


def rows_of(model: type[models.Model], contract_id: UUID) -> list[Row]:
    """The rows of a table, as the database has them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table} WHERE contract_id = %s", [as_key(contract_id)])
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def primary(model: type[models.Model]) -> list[str]:
    """The columns of its key."""
    return [str(one.column) for one in getattr(model._meta.pk, "fields", None) or (model._meta.pk,)]


def key_of(model: type[models.Model], row: Row) -> Row:
    """What tells the row from others."""
    return {name: row[name] for name in primary(model)}


def write_past(model: type[models.Model], verb: str, row: Row, changed: Row) -> None:
    """Change, delete or add a row, with no program between."""
    table, key = model._meta.db_table, key_of(model, row)
    with connection.cursor() as cursor:
        if verb == "insert":
            whole = row | changed
            names, marks = ", ".join(f'"{one}"' for one in whole), ", ".join(["%s"] * len(whole))
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(whole.values()))
            return
        where = " AND ".join(f'"{name}" = %s' for name in key)
        sets = ", ".join(f'"{name}" = %s' for name in changed)
        start = f"UPDATE {table} SET {sets}" if verb == "update" else f"DELETE FROM {table}"
        cursor.execute(f"{start} WHERE {where}", [*changed.values(), *key.values()])
        assert cursor.rowcount == 1


def others(field: models.Field[Any, Any], value: Any) -> list[Any]:
    """Values that the column takes and that are not this one: of a text, one character is changed, or all is gone."""
    if isinstance(field, models.UUIDField):
        found: list[Any] = [as_key(uuid4())]
    elif isinstance(field, models.BooleanField):
        found = [not value]
    elif isinstance(field, models.DateField):
        found = ["2001-01-01"]
    elif isinstance(field, models.IntegerField):
        found = [(value or 0) + 10_000]
    else:
        place = min(2, len(value or "") - 1)  # of JSON, in its first name
        found = [value[:place] + ("x" if value[place] != "x" else "y") + value[place + 1 :] if value else "x", ""]
    return [one for one in (*found, *([None] if field.null else [])) if one != value]


def found_after(kept: Kept, model: type[models.Model], verb: str, row: Row, changed: Row) -> str | None:
    """What verifying says after the change, which is undone."""
    with transaction.atomic():
        write_past(model, verb, row, changed)
        said = kept.find()
        transaction.set_rollback(True)
    return said


def test_nothing_is_found_where_nothing_was_changed(kept: Kept) -> None:
    assert kept.find() is None
    for model in (*LEDGER, *TYPED):
        assert rows_of(model, kept.contract_id), model
    holds = rows_of(LedgerHold, kept.contract_id)
    assert {one["how"] for one in holds} == {"", "apply", "set_aside", "released"}
    assert UnclaimedOperation.objects.count() == 1  # verifying has nothing to say about it, and leaves it


@pytest.mark.parametrize("model", [*LEDGER, *TYPED], ids=lambda one: one.__name__)
def test_each_changed_column_of_each_row_is_found(kept: Kept, model: type[models.Model]) -> None:
    fields = {one.column: one for one in model._meta.local_concrete_fields if one.column}
    missed = set()
    for row in rows_of(model, kept.contract_id):
        for name, field in fields.items():
            for value in others(field, row[name]):
                if found_after(kept, model, "update", row, {name: value}) is None:
                    missed.add((model._meta.db_table, name))

    assert missed == {(table, name) for table, name in FREE if table == model._meta.db_table}


@pytest.mark.parametrize("model", [*LEDGER, *TYPED], ids=lambda one: one.__name__)
def test_each_row_gone_is_found(kept: Kept, model: type[models.Model]) -> None:
    for row in rows_of(model, kept.contract_id):
        assert found_after(kept, model, "delete", row, {}), row


@pytest.mark.parametrize("model", [*LEDGER[1:], *TYPED], ids=lambda one: one.__name__)
def test_each_row_added_is_found(kept: Kept, model: type[models.Model]) -> None:
    identity = next(name for name in ("seq", "record_id", "operation_id", "id") if name in primary(model))
    row = rows_of(model, kept.contract_id)[-1]
    new = {identity: 10_000 if identity == "seq" else as_key(uuid4())}
    unique = {"number": "SP 2"} if model is Contract else {"line": "20"} if model is ContractItem else {}

    assert found_after(kept, model, "insert", row, new | unique)


def altered_with_its_chain(kept: Kept, seq: int, old: str, new: str) -> None:
    """What somebody does who knows how the chain is made: he alters one entry, and makes all hashes new."""
    entries = list(LedgerEntry.objects.filter(contract_id=kept.contract_id).order_by("seq"))
    chain = entries[seq - 2].hash
    for entry in entries[seq - 1 :]:
        operation = entry.operation.replace(old, new) if entry.seq == seq else entry.operation
        assert (operation != entry.operation) == (entry.seq == seq)
        spelled = spell_entry(
            operation=operation.encode(), reason=entry.reason, received_at=entry.received_at, seq=entry.seq,
            signed_in=str(entry.signed_in), state=entry.state,
        )  # fmt: skip
        chain = next_chain(chain, spelled)
        row = {"contract_id": as_key(kept.contract_id), "seq": entry.seq}
        write_past(LedgerEntry, "update", row, {"operation": operation, "hash": chain})
    head = rows_of(LedgerHead, kept.contract_id)[0]
    write_past(LedgerHead, "update", head, {"chain": chain})


def entry_of(kept: Kept, **wanted: str) -> LedgerEntry:
    found = LedgerEntry.objects.filter(contract_id=kept.contract_id, **wanted).order_by("seq").first()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("wanted", "old", "new", "said"),
    [
        ({"state": "applied", "operation__contains": "0.25"}, '"0.25"', '"0.35"', "Entry {seq} is kept under the id"),
        ({"state": "applied", "operation__contains": "0.25"}, '"quantity"', '"quantity', "Entry {seq} cannot be read"),
        (
            {"state": "applied", "operation__contains": '"type":"note"'}, '"type":"note"', '"type":"nota"',
            "Entry {seq} is kept under the id",
        ),
    ],
    ids=["a value", "no JSON", "another type"],
)  # fmt: skip
def test_an_altered_entry_with_a_new_chain_is_found(
    kept: Kept, wanted: dict[str, str], old: str, new: str, said: str
) -> None:
    with transaction.atomic():
        seq = entry_of(kept, **wanted).seq
        altered_with_its_chain(kept, seq, old, new)
        found = kept.find()
        transaction.set_rollback(True)

    assert found is not None
    assert found.startswith(said.format(seq=seq))


def test_a_device_that_synced_is_a_witness_against_a_new_chain(kept: Kept) -> None:
    """Even where everything else was made to agree."""
    with transaction.atomic():
        kept.alice.pull()
        altered_with_its_chain(kept, entry_of(kept, state="applied", operation__contains="0.25").seq, "0.25", "0.35")
        answer = kept.alice.post([])
        transaction.set_rollback(True)

    assert (answer.status_code, answer.json()["code"]) == (409, "diverged")


def test_the_command_says_where_and_ends_with_1(kept: Kept, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify-ledger", "SP 1"]) == 0
    note = next(row for row in rows_of(Note, kept.contract_id) if row["station"])
    with transaction.atomic():
        write_past(Note, "update", note, {"station": "11+00"})
        assert main(["verify-ledger", "SP 1"]) == main(["verify-ledger"]) == 1
        transaction.set_rollback(True)

    right, wrong, again = capsys.readouterr().out.splitlines()
    assert right == "SP 1: every entry, image and row is as it should be."
    assert wrong == again == f"SP 1: The row of note {UUID(str(note['id']))} differs from its entries in station."


@pytest.mark.parametrize("model", [Contract, LedgerHead], ids=lambda one: one.__name__)
def test_a_contract_that_was_taken_from_the_list_is_verified_all_the_same(
    kept: Kept, model: type[models.Model], capsys: pytest.CaptureFixture[str]
) -> None:
    with transaction.atomic():
        write_past(model, "delete", rows_of(model, kept.contract_id)[0], {})
        assert main(["verify-ledger"]) == 1
        transaction.set_rollback(True)

    assert "missing" in capsys.readouterr().out
