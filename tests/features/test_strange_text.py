"""Text that no database takes, wherever a request may carry some: a refusal or an answer, never a failure."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tallybook.accounts.operations import create_token

from tests.support.agency import NOW, make_contract, make_person

STRANGE = ["\x00", "a\x00b", "\ud800", "x" * 100_000, "\u202e", "🚧" * 300]
ITEMS = b"Item No,Description,Unit,Quantity,Unit Price\n2021.501,Mobilization,LS,1,5\n"


@pytest.mark.parametrize("text", STRANGE, ids=["nul", "nul within", "lone surrogate", "long", "turns round", "wide"])
def test_strange_text_is_no_failure(transactional_db: None, text: str) -> None:
    office = make_person("ruth", "office")
    contract_id, item = make_contract(office)
    client = Client(headers={"Authorization": f"Bearer {create_token(person=office, at=NOW)}"})
    sync = f"/api/sync/v1/contracts/{contract_id}"
    query = text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")[:5_000]
    bodies: dict[str, Any] = {
        f"{sync}/checkouts": {"device": str(uuid4()), "label": text},
        f"{sync}/operations": {"device": str(uuid4()), "known": 3, "chain": text, "operations": [text, {"id": text}]},
        "/api/v1/unclaimed/set-aside": {"contract": str(contract_id), "reason": text, "ids": [str(uuid4())]},
        "/_allauth/browser/v1/auth/login": {"email": text, "password": text},
    }
    asked = [
        client.post(address, json.dumps(body), content_type="application/json") for address, body in bodies.items()
    ]
    for address in (f"{sync}/feed", f"/api/v1/contracts/{contract_id}/records/{item}/history", "/api/v1/unclaimed"):
        names = ("chain", "after", "known", "limit", "state", "person", "contract")
        asked += [client.get(address, query_params={"known": "3"} | {name: query}) for name in names]
    for address in ("/api/v1/contract-imports", "/api/v1/contract-imports/preview"):
        for name in ("number", "name", "prime_contractor", "accuracy", "sheet", "where"):
            form = {"number": "SP 9", "name": "Nine", name: query, "file": SimpleUploadedFile("items.csv", ITEMS)}
            asked.append(client.post(address, form))
    asked.append(client.get("/api/v1/session", headers={"Authorization": f"Bearer {query[:500]!r}"}))
    asked.append(client.get(f"/api/sync/v1/contracts/{query[:50]}/feed"))

    failed = [(one.request["PATH_INFO"], one.status_code, one.content[:200]) for one in asked if one.status_code >= 500]
    assert failed == []
    assert {one.status_code for one in asked} <= {200, 201, 400, 401, 403, 404, 409, 413, 422}


@pytest.mark.parametrize(
    "address",
    [
        "/api/sync/v1/contracts/{contract}/checkouts",
        "/api/sync/v1/contracts/{contract}/known",
        "/api/sync/v1/contracts/{contract}/operations",
        "/api/sync/v1/backups/{upload}/preview",
        "/api/sync/v1/backups/{upload}/merge",
        "/api/v1/unclaimed/hand-over",
        "/api/v1/unclaimed/set-aside",
    ],
)
def test_a_body_nested_too_deep_is_a_bad_request(transactional_db: None, address: str) -> None:
    office = make_person("ruth", "office")
    contract_id, _ = make_contract(office)
    client = Client(
        headers={"Authorization": f"Bearer {create_token(person=office, at=NOW)}"}, raise_request_exception=False
    )
    deep = '{"unknown":' + "[" * 100_000 + "]" * 100_000 + "}"

    answer = client.post(address.format(contract=contract_id, upload=uuid4()), deep, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (400, "bad_request")
