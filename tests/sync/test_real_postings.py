"""Every posting of two finished contracts, through four devices, in shuffled order, with lost answers."""

from __future__ import annotations

import random
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from tallybook.contracts.accuracy import DEFAULT_ACCURACY_BY_UNIT
from tallybook.contracts.import_plan import plan_import
from tallybook.core.quantities import normalise_decimal
from tallybook.inspection.models import ItemTransaction
from tallybook.inspection.queries import ItemTotal, read_item_record_account
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.contract_import import save_import
from tallybook.sync.registry import RULES

from tests.support.agency import NOW, TestDevice, assign, make_person
from tests.support.postings import DECIMALS, quantity_of, read_rows

BATCH_MAX = 120

Outboxes = dict[str, list[dict[str, object]]]  # by device


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


def import_contract(folder: Path, contract: str) -> UUID:
    """The published contract, as its command imports it."""
    content = (folder / f"{contract}_contract_items.csv").read_bytes()
    plan = plan_import(content, accuracy_by_unit=DEFAULT_ACCURACY_BY_UNIT, accuracy=DECIMALS)
    office = make_person("ruth", "office")
    return save_import(plan, acting=office, number=contract, name="San Francisco", at=NOW)


def make_devices(contract_id: UUID) -> list[TestDevice]:
    """Four inspectors with a device each."""
    people = [make_person(name) for name in ("ann", "bo", "cy", "dee")]
    for person in people:
        assign(person, contract_id, "inspection")
    return [TestDevice(person, contract_id) for person in people]


def items_of(contract_id: UUID) -> dict[str, ItemTotal]:
    """The Item Record Account, by the item's plain number."""
    return {plain_number(one.item.item_number): one for one in read_item_record_account(contract_id=contract_id)}


def type_postings(rows: list[dict[str, str]], devices: list[TestDevice], chance: random.Random) -> Outboxes:
    """Somebody's transaction for each posting, in shuffled order; a quantity of nothing is none."""
    items = items_of(devices[0].contract_id)
    outboxes: Outboxes = defaultdict(list)
    for row in rows:
        item = items[plain_number(row["bid_item"])].item
        quantity = normalise_decimal(f"{quantity_of(row, item.unit_price):f}")
        assert quantity, row
        if quantity != "0":
            device = chance.choice(devices)
            typed = device.transaction(item.id, quantity, fields={"location": row["location"][:200]})
            outboxes[device.id].append(typed)
    for waiting in outboxes.values():
        chance.shuffle(waiting)
    return outboxes


def push_all(outboxes: Outboxes, devices: list[TestDevice], chance: random.Random) -> None:
    """Push in batches of any size, now this device, now that one; some answers are lost."""
    while any(outboxes.values()):
        device = chance.choice(devices)
        batch = outboxes[device.id][: chance.randint(1, BATCH_MAX)]
        answers = device.push(*batch)
        if chance.random() < 0.3:  # the answer was lost: the same again, later
            continue
        assert {answer["state"] for answer in answers} <= {"applied"}
        outboxes[device.id] = outboxes[device.id][len(batch) :]


@pytest.mark.real_data
@pytest.mark.slow
@pytest.mark.parametrize(("contract", "postings"), [("1070I", 2_124), ("2977J", 482)])
def test_every_posting_arrives_once(transactional_db: None, real_data: Path, contract: str, postings: int) -> None:
    folder, chance = real_data / "progress_payments", random.Random(contract)
    contract_id = import_contract(folder, contract)
    devices = make_devices(contract_id)
    rows = read_rows(folder / f"{contract}_location_postings.csv")
    assert len(rows) == postings
    outboxes = type_postings(rows, devices, chance)
    typed = sum(map(len, outboxes.values()))

    push_all(outboxes, devices, chance)
    for device in devices:
        device.pull()

    assert ItemTransaction.objects.filter(contract_id=contract_id).count() == typed
    entries = LedgerEntry.objects.filter(contract_id=contract_id)
    assert entries.values("operation_id").distinct().count() == entries.count()
    assert all(device.images == devices[0].images for device in devices)
    published, account = published_amounts(folder, contract), items_of(contract_id)
    differing = {
        item: abs(account[item].amount - published[item])
        for item in {plain_number(row["bid_item"]) for row in rows}
        if account[item].amount != published[item]
    }
    # SW-49 is paid at 262,500 a piece: a millionth of a piece is 26 cents, and its fractions are thirds.
    assert differing == ({"SW-49": Decimal("0.88")} if contract == "1070I" else {})
    assert find_first_difference(contract_id=contract_id, rules=RULES) is None
