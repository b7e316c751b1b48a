"""What the installation does itself, at once from several places: one installation, and each operation its number."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from tallybook.ledger.models import LedgerEntry
from tallybook.sync.installation import this_installation
from tallybook.sync.models import Installation

from tests.support.agency import NOW, assign, make_contract, make_person

AT_ONCE = 6


def all_at_once(acts: list[Callable[[], object]]) -> None:
    """Each in a thread with a connection of its own, begun together."""
    start = threading.Barrier(len(acts))
    failures: list[BaseException] = []

    def run(act: Callable[[], object]) -> None:
        try:
            start.wait()
            act()
        except BaseException as failure:  # noqa: BLE001 - told by the test, which waits for this thread
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []


@pytest.mark.usefixtures("transactional_db")
def test_imports_at_once_give_each_operation_a_number_of_its_own() -> None:
    ruth = make_person("ruth", "office")

    def imports(number: int) -> Callable[[], object]:
        return lambda: [make_contract(ruth, f"SP {number}-{turn}") for turn in range(3)]

    all_at_once([imports(number) for number in range(AT_ONCE)])

    made: list[Any] = [json.loads(one) for one in LedgerEntry.objects.values_list("operation", flat=True)]
    assert sorted(one["number"] for one in made) == list(range(1, len(made) + 1))
    assert {one["device"] for one in made} == {str(Installation.objects.get().device)}


@pytest.mark.usefixtures("transactional_db")
def test_rights_given_at_once_have_numbers_of_their_own() -> None:
    ruth = make_person("ruth", "office")
    contracts = [make_contract(ruth, f"SP {number}")[0] for number in range(AT_ONCE)]
    people = [make_person(f"person{number}") for number in range(AT_ONCE)]

    all_at_once([lambda at=at: assign(people[at], contracts[at], "inspection") for at in range(AT_ONCE)])  # type: ignore[misc]

    numbers = [json.loads(one)["number"] for one in LedgerEntry.objects.values_list("operation", flat=True)]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.usefixtures("transactional_db")
def test_first_requests_at_once_make_one_installation() -> None:
    found: list[Installation] = []

    all_at_once([lambda: found.append(this_installation(at=NOW))] * AT_ONCE)

    assert len({one.agency_id for one in found}) == 1
    assert Installation.objects.count() == 1
