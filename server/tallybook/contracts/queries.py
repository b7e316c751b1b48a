"""Reading contracts: by number, and who has which right on them."""

from typing import Literal, cast
from uuid import UUID

from tallybook.accounts.models import Person
from tallybook.core.failures import TallybookFailure

from .models import Contract, ContractPerson

Right = Literal["inspection", "office", "view"]


class ContractNotFound(TallybookFailure):
    """Also raised where the person may not see the contract: its existence is not told."""

    code = "contract_not_found"
    http_status = 403
    title = "There is no such contract for you."
    remedy = "Ask your office to give you a right on this contract."


def right_on_contract(*, person: Person, contract_id: UUID) -> Right | None:
    """Return what a person may do on a contract; None: he may not learn that it exists. Cost: one query.

    Who was disabled has no right anywhere, whatever his assignments say.
    """
    if not person.is_active:
        return None
    if person.role == "admin":
        return "office" if Contract.objects.filter(contract_id=contract_id).exists() else None
    found = ContractPerson.objects.filter(contract_id=contract_id, id=person.id, voided=False)
    right = found.values_list("right", flat=True).first()
    return _within_role(person, right)


def rights_on_contracts(*, person: Person) -> dict[UUID, Right]:
    """Return a person's right on each contract where he has one. Cost: one query."""
    if not person.is_active:
        return {}
    if person.role == "admin":
        return dict.fromkeys(Contract.objects.values_list("contract_id", flat=True), "office")
    found = ContractPerson.objects.filter(id=person.id, voided=False).values_list("contract_id", "right")
    return {contract_id: right for contract_id, one in found if (right := _within_role(person, one))}


def find_contract_by_number(*, number: str) -> Contract:
    """Return the contract with this number. Raises ContractNotFound. Cost: one query."""
    found = Contract.objects.filter(number=number).first()
    if found is None:
        raise ContractNotFound(f"There is no contract {number}.")
    return found


def _within_role(person: Person, right: str | None) -> Right | None:
    """A viewer reads, whatever his assignment says."""
    if right is None:
        return None
    return "view" if person.role == "viewer" else cast(Right, right)
