"""Every posting of two finished contracts, through four devices, in shuffled order, with lost answers."""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tallybook.contracts.accuracy import DEFAULT_ACCURACY_BY_UNIT
from tallybook.contracts.import_plan import plan_import
from tallybook.core.quantities import normalise_decimal
from tallybook.inspection.models import ItemTransaction
from tallybook.inspection.queries import read_item_record_account
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.contract_import import save_import
from tallybook.sync.registry import RULES

from tests.support.agency import NOW, TestDevice, assign, make_person
from tests.support.postings import DECIMALS, quantity_of, read_rows

BATCH_MAX = 120


def plain_number(item: str) -> str:
    """`R-02` and `R-2` are one item."""
    head, _, tail = item.rpartition("-")
    return f"{head}-{int(tail)}" if tail.isdigit() else item


def published_amounts(folder: Path, contract: str) -> dict[str, Decimal]:
    """What was paid for each item in all."""
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    column = "period_amount" if contract == "1070I" else "amount_total"
    for row in read_rows(folder / f"{contract}_item_period_amounts.csv"):
        amounts[plain_number(row["bid_item"])] += Decimal(row[column])
    return amounts


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.parametrize(("contract", "postings"), [("1070I", 2_124), ("2977J", 482)])
def test_every_posting_arrives_once(transactional_db: None, real_data: Path, contract: str, postings: int) -> None:
    folder = real_data / "progress_payments"
    office = make_person("ruth", "office")
    content = (folder / f"{contract}_contract_items.csv").read_bytes()
    plan = plan_import(content, accuracy_by_unit=DEFAULT_ACCURACY_BY_UNIT, accuracy=DECIMALS)
    contract_id = save_import(plan, acting=office, number=contract, name="San Francisco", at=NOW)
    items = {plain_number(one.item.item_number): one.item for one in read_item_record_account(contract_id=contract_id)}
    devices = []
    for name in ("ann", "bo", "cy", "dee"):
        person = make_person(name)
        assign(person, contract_id, "inspection")
        devices.append(TestDevice(person, contract_id))
    rows = read_rows(folder / f"{contract}_location_postings.csv")
    assert len(rows) == postings
    chance = random.Random(contract)
    outbox: dict[str, list[dict[str, object]]] = defaultdict(list)
    zero = 0
    for row in rows:
        item = items[plain_number(row["bid_item"])]
        quantity = normalise_decimal(f"{quantity_of(row, item.unit_price):f}")
        zero += quantity == "0"
        if quantity and quantity != "0":
            device = chance.choice(devices)
            typed = device.transaction(item.id, quantity, fields={"location": row["location"][:200]})
            outbox[device.id].append(typed)
    for waiting in outbox.values():
        chance.shuffle(waiting)

    while any(outbox.values()):
        device = chance.choice(devices)
        batch = outbox[device.id][: chance.randint(1, BATCH_MAX)]
        answers = device.push(*batch)
        if chance.random() < 0.3:  # the answer was lost: the same again, later
            continue
        assert {answer["state"] for answer in answers} <= {"applied"}
        outbox[device.id] = outbox[device.id][len(batch) :]
    for device in devices:
        device.pull()

    kept = postings - zero
    assert ItemTransaction.objects.filter(contract_id=contract_id).count() == kept
    entries = LedgerEntry.objects.filter(contract_id=contract_id)
    assert entries.values("operation_id").distinct().count() == entries.count()
    assert all(device.images == devices[0].images for device in devices)
    published = published_amounts(folder, contract)
    located = {plain_number(row["bid_item"]) for row in rows}
    account = {
        plain_number(one.item.item_number): one.amount for one in read_item_record_account(contract_id=contract_id)
    }
    differing = {item: account[item] - published[item] for item in located if account[item] != published[item]}
    # SW-49 is paid at 262,500 a piece: a millionth of a piece is 26 cents, and its fractions are thirds.
    assert {item: abs(amount) for item, amount in differing.items()} == (
        {"SW-49": Decimal("0.88")} if contract == "1070I" else {}
    )
    assert find_first_difference(contract_id=contract_id, rules=RULES) is None
