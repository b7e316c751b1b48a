"""An agency to test with: people, a contract, devices that push and pull through the real endpoints."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.test import Client

from tallybook.accounts.models import Person
from tallybook.accounts.operations import create_person, create_token
from tallybook.ledger.new_ids import new_id
from tallybook.sync.installation import OwnChange, create_contract, settle_own

from tests.support.device_lines import make_operation, take_line, upon

PASSWORD = "orange barrel 42"
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def make_person(name: str, role: str = "inspector") -> Person:
    """Somebody who can sign in as name@example.org."""
    return create_person(
        id=new_id(at=NOW),
        email=f"{name}@example.org",
        name=name.title(),
        role=role,
        password=PASSWORD,
        at=NOW,
    )


def assign(person: Person, contract_id: UUID, right: str) -> None:
    """Give a right, as the command does."""
    fields = {"name": person.name, "initials": person.initials, "right": right}
    settle_own(
        contract_id=contract_id,
        acting=person.id,
        changes=[OwnChange("create", "person", person.id, fields)],
        at=NOW,
    )


def make_contract(acting: Person, number: str = "SP 1", *, accuracy: int = 3) -> tuple[UUID, UUID]:
    """A contract with one project and one item; return the ids of contract and item."""
    project, item = new_id(at=NOW), new_id(at=NOW)
    fields = {
        "project": str(project), "line": "10", "item_number": "2021.501", "description": "Mobilization",
        "unit": "LS", "quantity": "1", "unit_price": "75000.5", "accuracy": accuracy, "plan_quantity": False,
    }  # fmt: skip
    contract_id = create_contract(
        acting=acting,
        fields={"number": number, "name": "Overlay", "status": "construction", "note_types": ["General"]},
        projects=[OwnChange("create", "project", project, {"number": "1", "title": "One", "primary": True})],
        items=[OwnChange("create", "contract_item", item, fields)],
        at=NOW,
    )
    return contract_id, item


@dataclass
class TestDevice:
    """A script of one person, signed in by token: what it typed, and what it was told."""

    __test__ = False

    person: Person
    contract_id: UUID
    id: str = field(default_factory=lambda: str(new_id(at=NOW)))
    number: int = 0
    position: tuple[int, str] = (0, "")
    cursor: int = 0
    images: dict[str, dict[str, Any]] = field(default_factory=dict)
    held: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        token = create_token(person=self.person, at=NOW)
        self.client = Client(headers={"Authorization": f"Bearer {token}"}, enforce_csrf_checks=True)

    def make(self, verb: str, type_: str, record: str, set_: dict[str, Any], **more: Any) -> dict[str, Any]:
        """An operation as the client makes it, upon the record as this device last saw it."""
        self.number += 1
        seen = upon(self.images.get(record)) if verb != "create" else {}
        operation = make_operation(
            verb, type_, record, set_,
            at=NOW, device=self.id, number=self.number, contract=self.contract_id, author=self.person.id,
        )  # fmt: skip
        return operation | seen | more

    def note(self, text: str = "Paving began.", **more: Any) -> dict[str, Any]:
        """A new note."""
        set_ = {"note_type": "General", "work_date": "2026-11-20", "text": text}
        return self.make("create", "note", str(new_id(at=NOW)), set_ | more)

    def transaction(self, item: UUID, quantity: str, **more: Any) -> dict[str, Any]:
        """A new transaction."""
        set_ = {"item": str(item), "work_date": "2026-11-20", "quantity": quantity}
        return self.make("create", "item_transaction", str(new_id(at=NOW)), set_ | more.pop("fields", {}) | more)

    def post(self, operations: list[Any], **more: Any) -> Any:
        """Push; return the response."""
        known, chain = self.position
        envelope = {"device": self.id, "waiting": 0, "known": known, "chain": chain, "operations": operations}
        return self.client.post(
            f"/api/sync/v1/contracts/{self.contract_id}/operations",
            data=json.dumps(envelope | more),
            content_type="application/json",
        )

    def push(self, *operations: Any) -> list[dict[str, Any]]:
        """Push; return the answers."""
        response = self.post(list(operations))
        assert response.status_code == 200, response.content
        told = response.json()
        self.position = max(self.position, (told["head"], told["chain"]))
        answers: list[dict[str, Any]] = told["answers"]
        assert len(answers) == len(operations)
        return answers

    def pull(self, limit: int = 2_000) -> None:
        """Pull until there is no more, and compare the tally."""
        last: dict[str, Any] = {"more": True}
        while last["more"]:
            known, chain = self.position
            query = {"after": self.cursor, "known": known, "chain": chain, "limit": limit}
            response = self.client.get(f"/api/sync/v1/contracts/{self.contract_id}/feed", query_params=query)
            assert response.status_code == 200, response.content
            first, *lines, last = [json.loads(line) for line in response.content.splitlines()]
            for line in lines:
                take_line(line, images=self.images, held=self.held)
            self.position = max(self.position, (first["head"], first["chain"]))
            self.cursor = last["cursor"]
        revisions = sum(one["revision"] for one in self.images.values())
        assert last["tally"] == {"records": len(self.images), "revisions": revisions}


def make_inspector(contract_id: UUID, name: str) -> TestDevice:
    """Somebody with the right to inspect the contract, with a device."""
    person = make_person(name)
    assign(person, contract_id, "inspection")
    return TestDevice(person, contract_id)
