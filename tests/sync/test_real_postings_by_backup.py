"""Every posting of a finished contract by a push and by a backup file: the ledger is the same."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from tallybook.accounts.models import Person
from tallybook.ledger.models import LedgerEntry, LedgerImage
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.backup_merging import merge_part
from tallybook.sync.backup_reading import read_backup
from tallybook.sync.installation import this_installation
from tallybook.sync.registry import RULES

from tests.support.agency import NOW, TestDevice
from tests.support.backup_files import BackupWriter, Operations, save
from tests.support.postings import read_rows
from tests.sync.test_real_postings import import_contract, make_devices, type_postings

CONTRACT, POSTINGS = "1070I", 2_124
BATCH = 200


def what_is_kept(contract_id: UUID) -> tuple[list[Any], dict[UUID, int]]:
    """All of the ledger but who brought it and when."""
    entries = LedgerEntry.objects.filter(contract_id=contract_id).order_by("seq")
    images = LedgerImage.objects.filter(contract_id=contract_id)
    rows = list(entries.values_list("seq", "operation", "operation_hash", "state", "reason"))
    return rows, dict(images.values_list("record_id", "seq"))


def push_in_order(devices: list[TestDevice], typed: dict[str, list[dict[str, Any]]]) -> None:
    for device in devices:
        for start in range(0, len(typed[device.id]), BATCH):
            device.push(*typed[device.id][start : start + BATCH])


def merge_file(content: bytes, folder: Path, person: Person) -> dict[str, int]:
    """All parts; return the counts."""
    agency_id = this_installation(at=NOW).agency_id
    read = read_backup(save(content, folder.parent), folder, agency_id=agency_id)
    assert read.findings == []
    counts = dict.fromkeys(("new", "known", "applied", "merged", "held", "unclaimed"), 0)
    after: str | None = ""
    while after is not None:
        part = merge_part(
            person=person, read=read, folder=folder, merge_id=uuid4(), contracts=None, with_damaged=False, after=after,
            now=lambda: datetime.now(UTC),
        )  # fmt: skip
        for one in part.contracts:
            counts = {name: count + getattr(one, name) for name, count in counts.items()}
        after = part.next
    return {name: count for name, count in counts.items() if count}


@pytest.mark.real_data
@pytest.mark.slow
def test_a_backup_brings_what_a_push_brings(transactional_db: None, real_data: Path, tmp_path: Path) -> None:
    folder = real_data / "progress_payments"
    contract_id = import_contract(folder, CONTRACT)
    devices = sorted(make_devices(contract_id), key=lambda one: one.id)
    rows = read_rows(folder / f"{CONTRACT}_location_postings.csv")
    assert len(rows) == POSTINGS
    typed: dict[str, list[dict[str, Any]]] = type_postings(rows, devices, random.Random(CONTRACT))
    in_order: Operations = [one for device in devices for one in typed[device.id]]
    content = BackupWriter(devices[0].person, {contract_id: in_order}).write()
    with transaction.atomic():
        push_in_order(devices, typed)
        pushed = what_is_kept(contract_id)
        transaction.set_rollback(True)

    private = tmp_path / "private"
    private.mkdir()
    told = merge_file(content, private, Person.objects.get(email="ruth@example.org"))

    assert told == {"new": len(in_order), "applied": len(in_order)}
    assert what_is_kept(contract_id) == pushed
    assert find_first_difference(contract_id=contract_id, rules=RULES) is None
