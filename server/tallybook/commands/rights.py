"""Commands about rights: assign, revoke."""

import argparse
import sys
from datetime import UTC, datetime
from typing import Any

from tallybook.accounts.models import Person
from tallybook.accounts.queries import find_person
from tallybook.contracts.models import ContractPerson
from tallybook.contracts.queries import find_contract_by_number
from tallybook.contracts.records import RIGHTS
from tallybook.core.failures import TallybookFailure
from tallybook.sync.installation import OwnChange, settle_own


class NotAssigned(TallybookFailure):
    """There is no right to take away."""

    code = "not_assigned"
    http_status = 404
    title = "This person has no right on this contract."
    remedy = "Nothing was changed."


class RightBeyondRole(TallybookFailure):
    """A viewer reads, and nothing else."""

    code = "right_beyond_role"
    http_status = 422
    title = "A viewer can have the right view alone."
    remedy = "Nothing was changed. Give the right view, or make a person of another role."


class NoAdministrator(TallybookFailure):
    """A command acts as an administrator, and there is none."""

    code = "no_administrator"
    http_status = 409
    title = "There is no administrator yet."
    remedy = "Make one: tallybook create-user EMAIL --name NAME --role admin"


def add_to(subparsers: Any) -> None:
    """Add the commands."""
    assign = subparsers.add_parser("assign", help="give a person a right on a contract")
    assign.add_argument("email")
    assign.add_argument("contract_number")
    assign.add_argument("--right", required=True, choices=RIGHTS)
    assign.set_defaults(run=_assign)
    revoke = subparsers.add_parser("revoke", help="take a person's right on a contract away")
    revoke.add_argument("email")
    revoke.add_argument("contract_number")
    revoke.set_defaults(run=_revoke)


def find_acting(email: str | None = None) -> Person:
    """Return as whom a command acts: who is named, else the first administrator. Raises NoAdministrator."""
    if email:
        return find_person(email=email)
    found = Person.objects.filter(role="admin", is_active=True).order_by("created_at").first()
    if found is None:
        raise NoAdministrator
    return found


def _assign(arguments: argparse.Namespace) -> None:
    person = find_person(email=arguments.email)
    if person.role == "viewer" and arguments.right != "view":
        raise RightBeyondRole
    contract = find_contract_by_number(number=arguments.contract_number)
    exists = ContractPerson.objects.filter(contract_id=contract.contract_id, id=person.id).exists()
    fields: dict[str, Any] = {"name": person.name, "initials": person.initials, "right": arguments.right}
    change = OwnChange("revise", "person", person.id, fields | {"voided": False}) if exists else None
    settle_own(
        contract_id=contract.contract_id,
        acting=find_acting().id,
        changes=[change or OwnChange("create", "person", person.id, fields)],
        at=datetime.now(UTC),
        reason="assigned",
    )
    sys.stdout.write(f"{person.name} has the right {arguments.right} on {contract.number}.\n")


def _revoke(arguments: argparse.Namespace) -> None:
    person = find_person(email=arguments.email)
    contract = find_contract_by_number(number=arguments.contract_number)
    if not ContractPerson.objects.filter(contract_id=contract.contract_id, id=person.id, voided=False).exists():
        raise NotAssigned
    settle_own(
        contract_id=contract.contract_id,
        acting=find_acting().id,
        changes=[OwnChange("revise", "person", person.id, {"voided": True})],
        at=datetime.now(UTC),
        reason="revoked",
    )
    sys.stdout.write(f"{person.name} has no right on {contract.number} any more.\n")
