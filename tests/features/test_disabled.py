"""A person who is disabled while his device is offline: what he typed is received, and he is shown nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tallybook.accounts.models import Person
from tallybook.accounts.operations import change_password, disable_person
from tallybook.ledger.models import LedgerHead
from tallybook.sync import unclaimed
from tallybook.sync.models import UnclaimedOperation

from tests.support.agency import PASSWORD, TestDevice, assign, make_contract, make_inspector, make_person


@pytest.fixture
def alice(transactional_db: None) -> TestDevice:
    """An inspector on a contract, with a device that pushed and pulled."""
    contract_id, _ = make_contract(make_person("ruth", "office"))
    device = make_inspector(contract_id, "alice")
    device.push(device.note("Before."))
    device.pull()
    return device


def by_session(device: TestDevice) -> TestDevice:
    """The same device, signed in as a browser is."""
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(device.person)
    browser.get("/api/v1/session")
    browser.defaults["HTTP_X_CSRFTOKEN"] = browser.cookies["csrftoken"].value
    device.client = browser
    return device


def by_token(device: TestDevice) -> TestDevice:
    return device


def ask(device: TestDevice, address: str) -> tuple[int, str]:
    answer = device.client.get(address)
    return answer.status_code, answer.json().get("code", "")


def what_is_kept() -> list[tuple[str, str]]:
    return [(str(one.operation_id), str(one.person_id)) for one in UnclaimedOperation.objects.order_by("number")]


@pytest.mark.parametrize("signed_in", [by_session, by_token])
@pytest.mark.parametrize("role", ["inspector", "office", "admin"])
def test_what_he_typed_is_received_and_nothing_is_shown(
    alice: TestDevice, signed_in: Callable[[TestDevice], TestDevice], role: str
) -> None:
    Person.objects.filter(id=alice.person.id).update(role=role)
    device = signed_in(alice)
    notes = [device.note("Typed offline."), device.note("And this.")]
    before = LedgerHead.objects.get().seq
    disable_person(person=alice.person)

    response = device.post(notes, known=10**6, chain="f" * 64)

    answers = [{"id": one["id"], "state": "held", "reason": "forbidden"} for one in notes]
    assert (response.status_code, response.json()) == (200, {"answers": answers, "head": 0, "chain": ""})
    assert LedgerHead.objects.get().seq == before
    assert what_is_kept() == [(one["id"], str(alice.person.id)) for one in notes]
    sync = f"/api/sync/v1/contracts/{alice.contract_id}"
    assert ask(device, "/api/sync/v1/contracts") == (403, "account_disabled")
    assert ask(device, f"{sync}/feed?after=0") == (403, "account_disabled")
    assert ask(device, "/api/v1/unclaimed") == (401, "not_signed_in")
    assert ask(device, "/api/v1/session") == (401, "not_signed_in")


def test_the_office_sees_it_and_hands_it_over(alice: TestDevice) -> None:
    ruth = make_person("olga", "office")
    assign(ruth, alice.contract_id, "office")
    office = TestDevice(ruth, alice.contract_id)
    note = alice.note("Typed offline.")
    disable_person(person=alice.person)
    alice.push(note)

    [group] = office.client.get("/api/v1/unclaimed/groups").json()["groups"]
    choice = {"contract": group["contract"], "person": group["person"]["id"], "reason": "He left."}
    done = office.client.post("/api/v1/unclaimed/hand-over", json.dumps(choice), content_type="application/json")

    assert (group["person"]["name"], group["count"]) == ("Alice", 1)
    assert [one["state"] for one in done.json()["answers"]] == ["applied"]
    assert alice.push(note) == [{"id": note["id"], "state": "held", "reason": "forbidden"}]


def test_he_fills_no_more_of_the_list_than_others_without_a_right(
    alice: TestDevice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unclaimed, "UNCLAIMED_MAX", 1)
    notes = [alice.note(), alice.note()]
    disable_person(person=alice.person)

    told = alice.post(notes).json()

    assert [one and one["reason"] for one in told["answers"]] == ["forbidden", None]
    assert told["not_kept"]["code"] == "too_many_unclaimed"


def test_a_push_by_his_session_still_needs_the_token_of_our_pages(alice: TestDevice) -> None:
    device = by_session(alice)
    disable_person(person=alice.person)
    del device.client.defaults["HTTP_X_CSRFTOKEN"]

    response = device.post([device.note()])

    assert (response.status_code, response.json()["code"]) == (403, "csrf_refused")
    assert what_is_kept() == []


def sign_out(device: TestDevice) -> Any:
    device.client.delete("/_allauth/browser/v1/auth/session")


def set_password(device: TestDevice) -> Any:
    change_password(person=device.person, password="another long one 7")


def set_password_unseen(device: TestDevice) -> Any:
    """As where a session is kept that should have been ended: it was signed by the password of then."""
    device.person.set_password("another long one 7")
    device.person.save()


def lose_the_device(device: TestDevice) -> Any:
    disable_person(person=device.person, with_sessions=True)


@pytest.mark.parametrize("end", [sign_out, set_password, set_password_unseen, lose_the_device])
@pytest.mark.parametrize("ended_first", [True, False])
def test_a_session_that_was_ended_delivers_nothing(
    alice: TestDevice, end: Callable[[TestDevice], Any], *, ended_first: bool
) -> None:
    device = by_session(alice)
    for act in (end, lambda one: disable_person(person=one.person))[:: 1 if ended_first else -1]:
        act(device)

    response = device.post([device.note()])

    assert (response.status_code, response.json()["code"]) == (401, "not_signed_in")
    assert what_is_kept() == []


def test_a_token_of_a_lost_device_delivers_nothing(alice: TestDevice) -> None:
    disable_person(person=alice.person, with_sessions=True)

    assert alice.post([alice.note()]).status_code == 401


def test_a_new_sign_in_is_refused_and_leaves_the_session_that_delivers(alice: TestDevice) -> None:
    device = by_session(alice)
    note = device.note()
    disable_person(person=alice.person)
    body = json.dumps({"email": alice.person.email, "password": PASSWORD})

    tried = device.client.post("/_allauth/browser/v1/auth/login", body, content_type="application/json")

    assert (tried.status_code, "errors" in tried.json()) == (401, False)  # a wrong password is 400, with errors
    assert device.push(note)[0]["reason"] == "forbidden"


def test_who_else_has_the_contract_is_told_that_his_account_is_switched_off(alice: TestDevice) -> None:
    bob = make_inspector(alice.contract_id, "bob")
    for device in (alice, bob):
        address = f"/api/sync/v1/contracts/{device.contract_id}/checkouts"
        body = {"device": device.id, "label": device.person.name}
        assert device.client.post(address, data=body, content_type="application/json").status_code == 200
    disable_person(person=alice.person)

    listed = bob.client.get("/api/sync/v1/contracts").json()["contracts"][0]["checkouts"]

    assert {one["person"]: one["person_disabled"] for one in listed} == {
        str(alice.person.id): True,
        str(bob.person.id): False,
    }
