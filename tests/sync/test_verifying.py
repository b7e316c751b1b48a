"""Verifying a ledger while people work: what is pushed in between is no difference."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from tallybook.ledger import replay
from tallybook.ledger.models import LedgerHead
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.registry import RULES

from tests.support.agency import TestDevice, make_contract, make_inspector, make_person


def test_a_ledger_is_verified_as_it_was_at_one_instant(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is pushed in between is no difference."""
    contract_id, _ = make_contract(make_person("ruth", "office"))
    device = make_inspector(contract_id, "alice")
    head = LedgerHead.objects.get(contract_id=contract_id).seq
    compare = dict(replay.COMPARISONS)

    def push_between(replayed: Any) -> str | None:
        with ThreadPoolExecutor() as other:
            other.submit(push_elsewhere, device).result()
        return compare["The head"](replayed)

    monkeypatch.setitem(replay.COMPARISONS, "The head", push_between)

    assert find_first_difference(contract_id=contract_id, rules=RULES) is None
    assert LedgerHead.objects.get(contract_id=contract_id).seq == head + 1


def push_elsewhere(device: TestDevice) -> None:
    """As another process does, on a connection of its own."""
    try:
        device.push(device.note())
    finally:
        connection.close()
