"""The demonstration agency: as large as it says, through the ledger, and never made twice."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from tallybook.accounts.models import Person
from tallybook.commands.demonstration import loading
from tallybook.commands.demonstration.contracts import ANN, CONTRACTS, DemoContract
from tallybook.commands.demonstration.items import make_items
from tallybook.commands.demonstration.loading import load_contract
from tallybook.commands.demonstration.people import PEOPLE, NotADemonstration, make_people
from tallybook.commands.main import main
from tallybook.contracts.models import Contract, ContractItem, ContractPerson, Project
from tallybook.contracts.queries import rights_on_contracts
from tallybook.inspection.models import ItemTransaction, Note
from tallybook.inspection.queries import read_item_record_account
from tallybook.ledger.models import LedgerEntry, LedgerHead, LedgerHold
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.models import UnclaimedOperation
from tallybook.sync.push import PushAnswer, push_operations
from tallybook.sync.registry import RULES

from tests.support.agency import NOW, make_contract, make_person

#           items, projects, transactions, notes, people who write
SIZES = {"S": (35, 1, 250, 60, 1), "M": (120, 2, 1_500, 500, 3), "L": (500, 4, 10_000, 5_000, 3)}
SMALL = CONTRACTS[0]


def id_of(contract: DemoContract) -> UUID:
    found: UUID = Contract.objects.get(number=contract.number).contract_id
    return found


def heads() -> list[tuple[int, str]]:
    return sorted(LedgerHead.objects.values_list("seq", "chain"))


def test_the_whole_demonstration(transactional_db: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo"]) == 0

    told = capsys.readouterr().out
    assert all(email in told for email, _, _ in PEOPLE)
    for contract in CONTRACTS:
        assert contract.number in told
        assert_as_large_as_it_says(contract)
        assert_believable(contract)
        assert find_first_difference(contract_id=id_of(contract), rules=RULES) is None
    assert not UnclaimedOperation.objects.exists()
    before, people = heads(), Person.objects.count()
    assert main(["demo"]) == 0
    assert (heads(), Person.objects.count()) == (before, people)


def assert_as_large_as_it_says(contract: DemoContract) -> None:
    on_it = {"contract_id": id_of(contract)}
    noted = LedgerEntry.objects.filter(operation__contains='"type":"note","verb":"create"', **on_it)
    found = (
        ContractItem.objects.filter(**on_it).count(),
        Project.objects.filter(**on_it).count(),
        ItemTransaction.objects.filter(**on_it).count(),
        Note.objects.filter(**on_it).count(),
        noted.values("author").distinct().count(),
    )
    assert found == SIZES[contract.size]


def assert_believable(contract: DemoContract) -> None:
    """Some items not begun, some over, most in between; corrected, and something left to decide."""
    contract_id = id_of(contract)
    account = read_item_record_account(contract_id=contract_id)
    shares = [one.used / one.item.quantity for one in account]
    assert all(0 <= share <= Decimal("1.13") for share in shares)
    assert min(shares) == 0
    assert max(shares) > 1
    assert sum(Decimal("0.1") < share <= 1 for share in shares) > len(shares) / 2
    assert 500_000 < sum(one.amount for one in account) < 30_000_000
    transactions = ItemTransaction.objects.filter(contract_id=contract_id)
    assert transactions.filter(voided=True).count() >= contract.transactions // 150
    assert transactions.filter(revision__gt=1, voided=False).count() >= contract.transactions // 100
    begun_at = loading._instant_of_making(contract_id)
    days = set(transactions.values_list("work_date", flat=True))
    today = begun_at + timedelta(days=contract.season_days)
    assert begun_at.date() <= min(days)
    assert today.date() - timedelta(days=2) <= max(days) <= today.date()
    assert len(days) > contract.season_days / 2
    texts = list(Note.objects.filter(contract_id=contract_id).values_list("text", flat=True))
    assert len(set(texts)) > len(texts) * 0.9
    assert not any("{" in text for text in texts)
    holds = LedgerHold.objects.filter(contract_id=contract_id, ended_seq=None)
    assert set(holds.values_list("reason", flat=True)) == {"conflict"}
    assert holds.count() == contract.conflicts
    assert LedgerEntry.objects.filter(contract_id=contract_id, state="merged").count() == contract.merges


def test_who_may_do_what(transactional_db: None) -> None:
    people = make_people(at=NOW)
    load_contract(SMALL, people=people, now=NOW)

    contract_id = id_of(SMALL)
    rights = {email: rights_on_contracts(person=one).get(contract_id) for email, one in people.items()}

    assert {email.partition("@")[0]: right for email, right in rights.items()} == {
        "admin": "office", "office": "office", "ann": "inspection", "bo": "inspection", "dee": "inspection",
        "viewer": "view", "nobody": None,
    }  # fmt: skip


def test_cut_short_it_is_completed_days_later(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    people, pushed = make_people(at=NOW), 0

    def push_and_die(**how: Any) -> PushAnswer:
        nonlocal pushed
        pushed += 1
        if pushed > 3:
            raise KeyboardInterrupt
        return push_operations(**how)

    monkeypatch.setattr(loading, "push_operations", push_and_die)
    with pytest.raises(KeyboardInterrupt):
        load_contract(SMALL, people=people, now=NOW)
    monkeypatch.undo()
    assert 0 < ItemTransaction.objects.count() < SMALL.transactions

    later = NOW + timedelta(days=5, hours=3)
    assert load_contract(SMALL, people=make_people(at=later), now=later) > 0

    assert_as_large_as_it_says(SMALL)
    assert_believable(SMALL)
    assert load_contract(SMALL, people=people, now=later) == 0


def test_what_somebody_changed_on_it_stays(transactional_db: None) -> None:
    people = make_people(at=NOW)
    load_contract(SMALL, people=people, now=NOW)
    assert main(["revoke", ANN, SMALL.number]) == 0

    assert load_contract(SMALL, people=people, now=NOW) == 0

    assert ContractPerson.objects.get(id=people[ANN].id).voided


def test_its_items_are_the_same_every_time() -> None:
    for contract in CONTRACTS:
        items = make_items(contract, at=NOW)

        assert items == make_items(contract, at=NOW)
        assert len({item.fields["line"] for item in items}) == contract.items
        assert len({(item.project.number, item.fields["item_number"]) for item in items}) == contract.items


def test_it_does_not_mix_with_real_people(transactional_db: None, capsys: pytest.CaptureFixture[str]) -> None:
    make_person("ruth")

    assert main(["demo"]) == 1

    assert "TALLYBOOK_DATA_DIR" in capsys.readouterr().err
    assert (Person.objects.count(), Contract.objects.count()) == (1, 0)


def test_it_does_not_write_on_a_contract_of_somebody_else(transactional_db: None) -> None:
    people = make_people(at=NOW)
    make_contract(people["office@tallybook.example"], SMALL.number)

    with pytest.raises(NotADemonstration, match=SMALL.number):
        load_contract(SMALL, people=people, now=NOW)

    assert not ItemTransaction.objects.exists()
