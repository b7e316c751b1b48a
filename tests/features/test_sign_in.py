"""Signing in by session: cookies, CSRF, wrong passwords, slowing down, disabling, headers."""

from __future__ import annotations

import json

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client

from tallybook.accounts.models import Person
from tallybook.accounts.operations import change_password, disable_person

from tests.support.agency import PASSWORD, make_person

LOG_IN = "/_allauth/browser/v1/auth/login"


@pytest.fixture
def alice(transactional_db: None) -> Person:
    call_command("createcachetable", verbosity=0)
    cache.clear()  # failures to sign in are counted there, and no test flushes its table
    return make_person("alice")


def log_in(client: Client, password: str, email: str = "alice@example.org") -> int:
    client.get("/api/v1/session")
    token = client.cookies["csrftoken"].value
    body = json.dumps({"email": email, "password": password})
    headers = {"X-CSRFToken": token}
    return client.post(LOG_IN, body, content_type="application/json", headers=headers).status_code


def change_own_password(client: Client) -> int:
    body = json.dumps({"current_password": PASSWORD, "new_password": "another long one 7"})
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    address = "/_allauth/browser/v1/account/password/change"
    return client.post(address, body, content_type="application/json", headers=headers).status_code


def test_a_person_signs_in_and_out(alice: Person) -> None:
    client = Client(enforce_csrf_checks=True)

    assert log_in(client, PASSWORD, "Alice@Example.org") == 200

    assert client.get("/api/v1/session").json()["person"]["email"] == "alice@example.org"
    cookie = client.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    client.delete("/_allauth/browser/v1/auth/session", headers=headers)
    assert client.get("/api/v1/session").status_code == 401


def test_a_write_by_session_needs_the_csrf_token(alice: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    log_in(client, PASSWORD)
    address = f"/api/sync/v1/contracts/{alice.id}/operations"
    body = json.dumps({"device": str(alice.id), "operations": []})

    without = client.post(address, body, content_type="application/json")
    headers = {"X-CSRFToken": client.cookies["csrftoken"].value}
    with_token = client.post(address, body, content_type="application/json", headers=headers)

    assert (without.status_code, without.json()["code"]) == (403, "csrf_refused")
    assert with_token.status_code == 200


def test_a_wrong_password_and_then_too_many(alice: Person) -> None:
    client = Client(enforce_csrf_checks=True)

    statuses = [log_in(client, "wrong") for _ in range(12)]

    assert set(statuses) <= {400, 429}
    assert log_in(client, PASSWORD) != 200


def test_another_password_ends_the_sessions(alice: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    assert log_in(client, PASSWORD) == 200

    change_password(person=alice, password="another long one 7")

    assert client.get("/api/v1/session").status_code == 401
    assert log_in(Client(enforce_csrf_checks=True), "another long one 7") == 200


def test_a_disabled_person_is_signed_out_and_stays_out(alice: Person) -> None:
    client = Client(enforce_csrf_checks=True)
    assert log_in(client, PASSWORD) == 200

    disable_person(person=alice)

    assert client.get("/api/v1/session").status_code == 401
    assert log_in(Client(enforce_csrf_checks=True), PASSWORD) != 200
    assert log_in(client, PASSWORD) != 200
    assert client.get("/_allauth/browser/v1/auth/session").status_code == 401
    assert change_own_password(client) == 401


def test_nobody_signs_up() -> None:
    assert Client().post("/_allauth/browser/v1/auth/signup").status_code == 404


@pytest.mark.parametrize("address", ["/api/v1/session", "/contracts", "/api/nowhere"])
def test_every_answer_has_its_headers(db: None, address: str) -> None:
    response = Client().get(address)

    assert response["X-Tallybook-Protocol"] == "1"
    policy = response["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Clear-Site-Data" not in response


def test_an_address_of_the_api_where_there_is_nothing(db: None) -> None:
    response = Client().get("/api/nowhere")

    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")
    assert response.json()["code"] == "not_found"
