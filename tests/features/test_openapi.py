"""protocol/openapi.json is what the code answers: written from it, told in docs/errors.md, and asked by Schemathesis.

Schemathesis asks every call, in good and in bad form, as everybody; no answer may be 5xx or other than documented.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from django.urls import get_resolver
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tallybook.accounts.models import Person
from tallybook.accounts.operations import create_token
from tallybook.api.openapi import CALLS, NO_API
from tallybook.ledger.replay import find_first_difference
from tallybook.sync.registry import RULES

from scripts.write_openapi import DOCUMENT, spell_document
from tests.docs.pages import page, rows
from tests.support.agency import NOW, PASSWORD, TestDevice, assign, make_contract, make_person
from tests.support.pocket_device import examples_wanted

CSRF = "a" * 32
EXAMPLES = 40  # of each call
# A password takes its time to be compared.
SLOW = {"/_allauth/browser/v1/auth/login": 25, "/_allauth/browser/v1/account/password/change": 25}
CHECKS = [
    schemathesis.checks.not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
DESCRIBED = json.loads(DOCUMENT.read_text(encoding="utf-8"))
OPERATIONS = [
    (path, method) for path, described in DESCRIBED["paths"].items() for method in described if method != "parameters"
]


def test_the_document_is_written_from_the_code() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == spell_document(), "Run: .venv/bin/python -m scripts.write_openapi"


def test_no_call_is_described_that_is_not_there() -> None:
    def names_of(resolver: Any) -> Iterator[str]:
        for one in resolver.url_patterns:
            yield from names_of(one) if hasattr(one, "url_patterns") else [one.name]

    assert set(names_of(get_resolver())) == CALLS.keys() | set(NO_API)


def test_every_code_of_the_document_is_told_with_its_status() -> None:
    told = {cells[0].strip("`"): cells[1] for cells in rows(page("docs/errors.md")) if len(cells) == 4}

    described = {
        (code, status)
        for calls in DESCRIBED["paths"].values()
        for method, call in calls.items()
        if method != "parameters"
        for status, answer in call["responses"].items()
        for content in answer.get("content", {}).values()
        for part in content["schema"].get("allOf", [])
        for code in part.get("properties", {}).get("code", {}).get("enum", [])
    }

    assert len(described) > 20
    assert {(code, told.get(code)) for code, _ in described} == described


@dataclass
class Agency:
    """A contract with something of everything, and who may ask for it."""

    contract_id: UUID
    records: list[str]
    people: dict[str, str]  # id by role or right
    callers: list[dict[str, Any]]  # how each of them asks: by session, by a script's token; and nobody


@pytest.fixture(scope="module")
def agency(django_db_setup: None, django_db_blocker: Any) -> Iterator[Agency]:
    """Made once; each call is asked in a transaction that is rolled back."""
    with django_db_blocker.unblock():
        office = make_person("ruth", "office")
        contract_id, item = make_contract(office)
        roles = {"admin": "admin", "inspector": "inspector", "viewer": "viewer", "stranger": "inspector"}
        people = {name: make_person(name, role) for name, role in roles.items()} | {"office": office}
        assign(people["inspector"], contract_id, "inspection")
        assign(people["viewer"], contract_id, "view")
        alice, stranger = (TestDevice(people[one], contract_id) for one in ("inspector", "stranger"))
        note, entry = alice.note(), alice.transaction(item, "0.25")
        alice.push(note, entry, alice.make("revise", "note", entry["record"], {"text": "early"}))
        stranger.push(stranger.note())
        yield Agency(
            contract_id=contract_id,
            records=[note["record"], entry["record"], str(contract_id), str(item)],
            people={name: str(one.id) for name, one in people.items()},
            callers=[*(way for one in people.values() for way in ways_to_ask(one)), {}],
        )
        call_command("flush", verbosity=0, interactive=False)


def ways_to_ask(person: Person) -> list[dict[str, Any]]:
    """By a script's token, and by a browser's session."""
    browser = Client()
    browser.force_login(person)
    cookies = {"sessionid": browser.cookies["sessionid"].value}
    return [
        {"headers": {"X-CSRFToken": CSRF}, "cookies": {**cookies, "csrftoken": CSRF}},
        {"headers": {"Authorization": f"Bearer {create_token(person=person, at=NOW)}"}},
        {"cookies": cookies},  # without the token of our pages
    ]


def load_operation(path: str, method: str) -> Any:
    """What Schemathesis asks by."""
    generation = GenerationConfig(
        modes=list(GenerationMode), with_security_parameters=False, deterministic=True, allow_x00=True
    )
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    schema = schemathesis.openapi.from_dict(DESCRIBED, config=config)
    application = get_wsgi_application()
    # As a server says it: signing in counts tries by address.
    schema.app = lambda environ, start: application(environ | {"REMOTE_ADDR": "127.0.0.1"}, start)
    return schema[path][method]


def make_real(draw: Any, agency: Agency, value: Any, name: str = "") -> Any:
    """Put ids of what is there in place of invented ones, here and there."""
    ids = {
        "contract_id": [str(agency.contract_id)], "contract": [str(agency.contract_id)], "record": agency.records,
        "record_id": agency.records, "author": list(agency.people.values()), "person": list(agency.people.values()),
        "email": ["ruth@example.org"], "password": [PASSWORD], "current_password": [PASSWORD],
    }  # fmt: skip
    if isinstance(value, dict):
        return {one: make_real(draw, agency, it, one) for one, it in value.items()}
    if isinstance(value, list):
        return [make_real(draw, agency, one) for one in value]
    return draw(st.sampled_from([*ids[name], value])) if name in ids else value


@pytest.fixture
def connection_kept(db: None) -> Iterator[None]:
    """As Django's own test client does: the end of a request does not end the test's transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.usefixtures("connection_kept")
@pytest.mark.parametrize(("path", "method"), OPERATIONS, ids=lambda one: one.removeprefix("/"))
def test_no_answer_is_undocumented(path: str, method: str, agency: Agency) -> None:
    operation = load_operation(path, method)
    statuses: Counter[int] = Counter()

    @settings(
        max_examples=min(examples_wanted(EXAMPLES), SLOW.get(path, 10_000)), derandomize=True, deadline=None,
        database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(st.data())
    def ask(story: st.DataObject) -> None:
        caller = story.draw(st.sampled_from(agency.callers))
        case = story.draw(operation.as_strategy(story.draw(st.sampled_from(GenerationMode))))
        for part in ("path_parameters", "query", "body"):
            setattr(case, part, make_real(story.draw, agency, getattr(case, part)))
        response = case.call(**caller)
        case.validate_response(response, checks=CHECKS)
        statuses[response.status_code] += 1

    ask()

    assert find_first_difference(contract_id=agency.contract_id, rules=RULES) is None
    assert len(statuses) > 1, statuses  # a fuzz is checked for what it never does
