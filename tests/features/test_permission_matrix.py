"""Who may do what: every endpoint, asked by everybody."""

from __future__ import annotations

import json
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import URLPattern, URLResolver, get_resolver

from tallybook.accounts.operations import create_token, disable_person

from tests.support.agency import NOW, assign, make_contract, make_person

CONTRACT = "{contract}"
PUSH = {"device": str(uuid4()), "operations": []}
CHOICE = {"contract": CONTRACT, "ids": [str(uuid4())], "reason": "He was on leave."}
CHECKOUT = {"device": str(uuid4()), "label": "tablet"}
ITEMS = b"Item No,Description,Unit,Quantity,Unit Price\n2021.501,Mobilization,LS,1,5\n"

#            name              method    address                                           body
ENDPOINTS = {
    "backup_upload": ("post", "/api/sync/v1/backups", {"no": "backup"}),
    "backup_delete": ("delete", f"/api/sync/v1/backups/{uuid4()}", None),
    "backup_preview": ("post", f"/api/sync/v1/backups/{uuid4()}/preview", {"passphrase": ""}),
    "backup_merge": ("post", f"/api/sync/v1/backups/{uuid4()}/merge", {"after": None}),
    "sync_contracts": ("get", "/api/sync/v1/contracts", None),
    "sync_check_out": ("post", f"/api/sync/v1/contracts/{CONTRACT}/checkouts", CHECKOUT),
    "sync_check_in": ("delete", f"/api/sync/v1/contracts/{CONTRACT}/checkouts/{uuid4()}", None),
    "sync_feed": ("get", f"/api/sync/v1/contracts/{CONTRACT}/feed", None),
    "sync_known": ("post", f"/api/sync/v1/contracts/{CONTRACT}/known", {"operations": [str(uuid4())]}),
    "sync_push": ("post", f"/api/sync/v1/contracts/{CONTRACT}/operations", PUSH),
    "session": ("get", "/api/v1/session", None),
    "history": ("get", f"/api/v1/contracts/{CONTRACT}/records/{uuid4()}/history", None),
    "unclaimed": ("get", "/api/v1/unclaimed", None),
    "unclaimed_groups": ("get", "/api/v1/unclaimed/groups", None),
    "unclaimed_hand_over": ("post", "/api/v1/unclaimed/hand-over", CHOICE),
    "unclaimed_set_aside": ("post", "/api/v1/unclaimed/set-aside", CHOICE),
    "restores": ("get", "/api/v1/restores", None),
    "returned_entries": ("get", f"/api/v1/returns/{uuid4()}/entries", None),
    "contract_import_preview": ("post", "/api/v1/contract-imports/preview", ITEMS),
    "contract_import": ("post", "/api/v1/contract-imports", ITEMS),
    "client": ("get", "/contracts", None),
}
SIGN_IN = {"log_in", "sign_in_session", "change_password"}  # allauth's: test_sign_in.py asks them

# What a caller gets, by endpoint; the columns are the people of `callers`. Those from `viewer` to `office` have
# a right on the contract; the clerk's role is office, and he has none.
CALLERS = ("nobody", "disabled", "stranger", "viewer", "view", "inspection", "office", "admin", "clerk")
# Who is disabled delivers what he typed, gives copies back, and is told by what he asks first why he is shown nothing.
EXPECTED = {
    "backup_upload": (401, 401, 201, 201, 201, 201, 201, 201, 201),
    "backup_delete": (401, 401, 404, 404, 404, 404, 404, 404, 404),
    "backup_preview": (401, 401, 404, 404, 404, 404, 404, 404, 404),
    "backup_merge": (401, 401, 404, 404, 404, 404, 404, 404, 404),
    "sync_contracts": (401, 403, 200, 200, 200, 200, 200, 200, 200),
    "sync_check_out": (401, 401, 403, 200, 200, 200, 200, 200, 403),
    "sync_check_in": (401, 204, 204, 204, 204, 204, 204, 204, 204),
    "sync_feed": (401, 403, 403, 200, 200, 200, 200, 200, 403),
    "sync_known": (401, 401, 403, 200, 200, 200, 200, 200, 403),
    "sync_push": (401, 200, 200, 200, 200, 200, 200, 200, 200),
    "session": (401, 401, 200, 200, 200, 200, 200, 200, 200),
    "history": (401, 401, 403, 200, 200, 200, 200, 200, 403),
    "unclaimed": (401, 401, 200, 200, 200, 200, 200, 200, 200),
    "unclaimed_groups": (401, 401, 200, 200, 200, 200, 200, 200, 200),
    "unclaimed_hand_over": (401, 401, 403, 403, 403, 403, 200, 200, 403),
    "unclaimed_set_aside": (401, 401, 403, 403, 403, 403, 200, 200, 403),
    "restores": (401, 401, 200, 200, 200, 200, 200, 200, 200),
    "returned_entries": (401, 401, 403, 403, 403, 403, 403, 403, 403),
    "contract_import_preview": (401, 401, 403, 403, 403, 403, 403, 200, 200),
    "contract_import": (401, 401, 403, 403, 403, 403, 403, 201, 201),
    "client": (200, 200, 200, 200, 200, 200, 200, 200, 200),
}
WRITES = {  # the answer to a note, and to a change of the contract's name
    "stranger": ("forbidden", "forbidden"),
    "viewer": ("forbidden", "forbidden"),
    "view": ("forbidden", "forbidden"),
    "inspection": ("applied", "forbidden"),
    "office": ("applied", "applied"),
    "admin": ("applied", "applied"),
}


def names_of(resolver: URLResolver) -> set[str]:
    found: set[str] = set()
    for pattern in resolver.url_patterns:
        found |= names_of(pattern) if isinstance(pattern, URLResolver) else {str(pattern.name)}
        assert isinstance(pattern, URLResolver | URLPattern)
    return found


def test_every_endpoint_is_in_the_matrix() -> None:
    assert names_of(get_resolver()) == ENDPOINTS.keys() | SIGN_IN
    assert ENDPOINTS.keys() == EXPECTED.keys()


@pytest.fixture
def callers(transactional_db: None) -> tuple[dict[str, Client], UUID]:
    contract_id, _ = make_contract(make_person("maker", "office"))
    roles = dict.fromkeys(CALLERS[1:], "inspector") | {"viewer": "viewer", "admin": "admin", "clerk": "office"}
    people = {name: make_person(name, role) for name, role in roles.items()}
    for name, right in (("viewer", "office"), ("view", "view"), ("inspection", "inspection"), ("office", "office")):
        assign(people[name], contract_id, right)
    tokens = {name: create_token(person=person, at=NOW) for name, person in people.items()}
    disable_person(person=people["disabled"])
    clients = {name: Client(headers={"Authorization": f"Bearer {token}"}) for name, token in tokens.items()}
    return {"nobody": Client(), **clients}, contract_id


def ask(client: Client, name: str, contract_id: UUID) -> tuple[int, bytes]:
    method, address, body = ENDPOINTS[name]
    address = address.replace(CONTRACT, str(contract_id))
    if not isinstance(body, bytes):
        text = json.dumps(body) if body else ""
        content, content_type = text.replace(CONTRACT, str(contract_id)).encode(), "application/json"
    else:
        fields = {"file": SimpleUploadedFile("items.csv", body), "number": str(uuid4()), "name": "Overlay"}
        content, content_type = encode_multipart(BOUNDARY, fields), MULTIPART_CONTENT
    if name == "backup_upload":
        content_type = "application/octet-stream"
    response = client.generic(method.upper(), address, content, content_type=content_type)
    return response.status_code, response.content


def test_the_matrix(callers: tuple[dict[str, Client], UUID]) -> None:
    clients, contract_id = callers

    found = {name: tuple(ask(clients[one], name, contract_id)[0] for one in CALLERS) for name in ENDPOINTS}

    assert found == EXPECTED


@pytest.mark.parametrize("name", sorted(ENDPOINTS.keys() - {"backup_upload"}))  # each file gets an id of its own
def test_without_a_right_a_contract_is_as_if_it_were_not(callers: tuple[dict[str, Client], UUID], name: str) -> None:
    clients, contract_id = callers

    assert ask(clients["stranger"], name, contract_id) == ask(clients["stranger"], name, uuid4())


def test_who_may_write_what(callers: tuple[dict[str, Client], UUID]) -> None:
    clients, contract_id = callers

    for name, expected in WRITES.items():
        author = clients[name].get("/api/v1/session").json()["person"]["id"]
        shared = {"device": str(uuid4()), "contract": str(contract_id), "author": author, "made_at": "", "schema": 1}
        note = {"note_type": "General", "work_date": "2026-11-20", "text": "x"}
        contract = clients["admin"].get(f"/api/sync/v1/contracts/{contract_id}/feed").content.splitlines()
        image = next(line for line in map(json.loads, contract) if line.get("record") == str(contract_id))
        operations = [
            {"id": str(uuid4()), "type": "note", "record": str(uuid4()), "verb": "create", "set": note, **shared},
            {
                "id": str(uuid4()), "type": "contract", "record": str(contract_id), "verb": "revise",
                "set": {"name": f"By {name}"}, "base": image["fields"], "revision": image["revision"],
                "seen": dict.fromkeys(image["fields"], image["by"]) | image["by_field"], **shared,
            },
        ]  # fmt: skip
        body = json.dumps({"device": shared["device"], "operations": operations})
        answers = clients[name].generic(
            "POST", f"/api/sync/v1/contracts/{contract_id}/operations", body, content_type="application/json"
        )
        assert tuple(one.get("reason", one["state"]) for one in answers.json()["answers"]) == expected, name


def test_the_list_of_unclaimed_is_the_offices(callers: tuple[dict[str, Client], UUID]) -> None:
    clients, contract_id = callers
    body = json.dumps({"device": str(uuid4()), "operations": [{"id": str(uuid4()), "type": "note"}]})
    address = f"/api/sync/v1/contracts/{contract_id}/operations"
    clients["stranger"].generic("POST", address, body, content_type="application/json")

    seen = {name: len(clients[name].get("/api/v1/unclaimed").json()["unclaimed"]) for name in CALLERS[2:]}

    assert seen == {"stranger": 0, "viewer": 0, "view": 0, "inspection": 0, "office": 1, "admin": 1, "clerk": 0}
