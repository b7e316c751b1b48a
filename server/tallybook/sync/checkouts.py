"""Checkouts, and what a person may take offline."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from tallybook.accounts.models import Person
from tallybook.contracts.models import Contract
from tallybook.contracts.queries import ContractNotFound, Right, right_on_contract, rights_on_contracts
from tallybook.core.fields import is_uuid
from tallybook.core.instants import spell_instant
from tallybook.ledger.models import LedgerHead

from .models import Checkout

LABEL_LENGTH_MAX = 100


def require_right(*, person: Person, contract_id: UUID) -> Right:
    """Return the person's right on a contract. Raises ContractNotFound where he has none. Cost: one query."""
    right = right_on_contract(person=person, contract_id=contract_id)
    if right is None:
        raise ContractNotFound
    return right


def list_contracts(*, person: Person) -> list[dict[str, Any]]:
    """Return what the person may take offline, by number, with who has it out. Cost: four queries."""
    rights = rights_on_contracts(person=person)
    heads = LedgerHead.objects.in_bulk(list(rights))
    checkouts: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    out = Checkout.objects.filter(contract_id__in=list(rights), checked_in_at=None).select_related("person")
    for checkout in out.order_by("checked_out_at"):
        checkouts[checkout.contract_id].append(_describe(checkout))
    contracts = Contract.objects.filter(contract_id__in=list(rights)).order_by("number")
    return [
        {
            "id": str(contract.contract_id),
            "number": contract.number,
            "name": contract.name,
            "prime_contractor": contract.prime_contractor,
            "status": contract.status,
            "right": rights[contract.contract_id],
            "head": heads[contract.contract_id].seq,
            "records": heads[contract.contract_id].records,
            "bytes": heads[contract.contract_id].bytes,
            "checkouts": checkouts[contract.contract_id],
        }
        for contract in contracts
    ]


def check_out(*, person: Person, contract_id: UUID, device: UUID, label: str, at: datetime) -> Checkout:
    """Register that a device has a copy. Again: the same checkout goes on. Raises ContractNotFound."""
    require_right(person=person, contract_id=contract_id)
    checkout, _ = Checkout.objects.update_or_create(
        contract_id=contract_id,
        device=device,
        defaults={
            "label": label.strip()[:LABEL_LENGTH_MAX],
            "person": person,
            "checked_out_at": at,
            "checked_in_at": None,
            "last_heard_at": at,
        },
    )
    return checkout


def check_in(*, person: Person, contract_id: UUID, device: UUID, at: datetime) -> None:
    """Give a device's copy back; without a checkout of his there is nothing to do.

    It needs no right: who lost his has no other way off the office's list, and learns nothing by it.
    """
    Checkout.objects.filter(contract_id=contract_id, device=device, person=person).update(
        checked_in_at=at, last_heard_at=at, waiting=0
    )


def labels_of_devices(*, contract_id: UUID, devices: Collection[str]) -> dict[str, str]:
    """Return how people call devices, of those that had the contract checked out. Cost: one query."""
    found = Checkout.objects.filter(contract_id=contract_id, device__in=[one for one in devices if is_uuid(one)])
    return {str(device): label for device, label in found.values_list("device", "label")}


def _describe(checkout: Checkout) -> dict[str, Any]:
    return {
        "device": str(checkout.device),
        "label": checkout.label,
        "person": str(checkout.person_id),
        "person_name": checkout.person.name,
        "person_disabled": not checkout.person.is_active,
        "checked_out_at": spell_instant(checkout.checked_out_at),
        "last_heard_at": spell_instant(checkout.last_heard_at),
        "waiting": checkout.waiting,
    }
