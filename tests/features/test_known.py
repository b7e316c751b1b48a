"""Which operations the office has already: what the preview of a backup file asks."""

from __future__ import annotations

import gzip
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tallybook.sync.push import OPERATIONS_MAX

from tests.support.agency import TestDevice, assign, make_contract, make_inspector, make_person


@pytest.fixture
def alice(transactional_db: None) -> TestDevice:
    contract_id, _ = make_contract(make_person("ruth", "office"))
    return make_inspector(contract_id, "alice")


def ask(device: TestDevice, body: Any, contract_id: UUID | None = None) -> Any:
    address = f"/api/sync/v1/contracts/{contract_id or device.contract_id}/known"
    return device.client.post(address, body, content_type="application/json")


def test_those_that_the_ledger_has_under_their_ids(alice: TestDevice) -> None:
    sent, not_sent, held = alice.note(), alice.note(), alice.note(no_field="of a note")
    alice.push(sent)
    alice.push(held)

    told = ask(alice, {"operations": [not_sent["id"], sent["id"], held["id"], sent["id"]]})

    assert (told.status_code, told.json()) == (200, {"known": sorted([sent["id"], held["id"]])})


def test_a_device_packs_what_it_asks(alice: TestDevice) -> None:
    alice.push(sent := alice.note())
    packed = gzip.compress(json.dumps({"operations": [sent["id"]]}).encode())
    address = f"/api/sync/v1/contracts/{alice.contract_id}/known"

    told = alice.client.post(address, packed, content_type="application/json", headers={"Content-Encoding": "gzip"})

    assert told.json() == {"known": [sent["id"]]}


def test_only_of_the_contract_that_is_asked(alice: TestDevice) -> None:
    other, _ = make_contract(make_person("rolf", "office"), "SP 2")
    assign(alice.person, other, "view")
    sent = alice.note()
    alice.push(sent)

    assert ask(alice, {"operations": [sent["id"]]}, other).json() == {"known": []}


def test_as_many_as_a_push_has_by_one_statement_and_not_one_more(alice: TestDevice) -> None:
    ids = [str(uuid4()) for _ in range(OPERATIONS_MAX)]
    ask(alice, {"operations": []})
    with CaptureQueriesContext(connection) as few:
        ask(alice, {"operations": ids[:1]})
    with CaptureQueriesContext(connection) as many:
        assert ask(alice, {"operations": ids}).json() == {"known": []}

    assert len(many) == len(few)
    assert ask(alice, {"operations": [*ids, str(uuid4())]}).status_code == 413


@pytest.mark.parametrize("body", ["", "[]", {"operations": ["no id"]}, {"operations": "all"}, {}])
def test_what_is_no_question_is_refused(alice: TestDevice, body: Any) -> None:
    assert ask(alice, body).status_code == 400
