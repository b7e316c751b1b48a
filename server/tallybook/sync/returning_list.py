"""What came back after a restore, as the office sees it: from which device and person, and who is still to come."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tallybook.accounts.models import Person
from tallybook.accounts.queries import names_of
from tallybook.contracts.models import Contract
from tallybook.contracts.queries import ContractNotFound, rights_on_contracts
from tallybook.core.fields import is_uuid
from tallybook.core.instants import spell_instant
from tallybook.core.operations import Operation
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.stored import decode_json, read_operation

from .models import Checkout, DeviceReturn, ReturnedEntry
from .returning import RestoreKey, find_not_back

RESTORES_MAX = 100  # the newest of them
DEVICES_MAX = 1_000  # of one restore, that came back or are to come
PAGE_MAX = 200  # entries
PAGE_BYTES = 2_000_000  # about, of their operations


def list_restores(*, reader: Person) -> list[dict[str, Any]]:
    """Return each contract's restores, newest first, with who came back and who has not.

    Of the contracts on which the reader has the office right. Cost: seven queries, for any number of restores.
    """
    returns = _seen_by(reader)
    found = returns.order_by("-noticed_at", "contract_id").values_list("contract_id", "noticed_at").distinct()
    restores: list[RestoreKey] = list(found[:RESTORES_MAX])
    contract_ids = {contract_id for contract_id, _ in restores}
    contracts = {one.contract_id: one for one in Contract.objects.filter(contract_id__in=contract_ids)}
    came = _find_returns(restores)
    devices = {one.device for some in came.values() for one in some}
    labels = _find_labels(contract_ids, devices)
    not_back = find_not_back(restores)
    return [
        {
            "contract": str(contract_id),
            "contract_number": contracts[contract_id].number,
            "contract_name": contracts[contract_id].name,
            "noticed_at": spell_instant(at),
            "returns": [
                _tell_return(one, labels.get((contract_id, one.device), ""))
                for one in came[contract_id, at][:DEVICES_MAX]
            ],
            "not_back": [_tell_checkout(one) for one in not_back[contract_id, at][:DEVICES_MAX]],
        }
        for contract_id, at in restores
    ]


def list_returned(*, reader: Person, return_id: UUID, after: int = 0, limit: int = PAGE_MAX) -> dict[str, Any]:
    """Return the entries that a returning device brought, with a seq greater than `after`.

    Raises ContractNotFound where there is no such return for the reader. Cost: five queries for any page.
    """
    coming = _seen_by(reader).filter(id=return_id).first()
    if coming is None:
        raise ContractNotFound
    limit = max(1, min(limit, PAGE_MAX))
    brought = ReturnedEntry.objects.filter(return_id=return_id, seq__gt=after).order_by("seq")
    seqs = list(brought.values_list("seq", flat=True)[: limit + 1])
    rows = LedgerEntry.objects.filter(contract_id=coming.contract_id, seq__in=seqs[:limit]).order_by("seq")
    entries: list[tuple[LedgerEntry, Operation]] = []
    size = 0
    for row in rows.iterator(chunk_size=PAGE_MAX):
        size += len(row.operation)
        if entries and size > PAGE_BYTES:
            break
        entries.append((row, read_operation(decode_json(row.operation))))
    names = names_of({operation.author for _, operation in entries if is_uuid(operation.author)})
    return {
        "contract": str(coming.contract_id),
        "entries": [_tell_entry(row, operation, names) for row, operation in entries],
        "more": len(entries) < len(seqs),
    }


def _seen_by(reader: Person) -> QuerySet[DeviceReturn]:
    office = [one for one, right in rights_on_contracts(person=reader).items() if right == "office"]
    return DeviceReturn.objects.filter(contract_id__in=office)


def _find_returns(restores: Collection[RestoreKey]) -> dict[RestoreKey, list[DeviceReturn]]:
    found = DeviceReturn.objects.filter(
        contract_id__in={contract_id for contract_id, _ in restores}, noticed_at__in={at for _, at in restores}
    )
    came: dict[RestoreKey, list[DeviceReturn]] = {one: [] for one in restores}
    for one in found.select_related("person").order_by("reported_at"):
        if (key := (one.contract_id, one.noticed_at)) in came:
            came[key].append(one)
    return came


def _find_labels(contract_ids: Collection[UUID], devices: Collection[UUID]) -> dict[tuple[UUID, UUID], str]:
    found = Checkout.objects.filter(contract_id__in=contract_ids, device__in=devices)
    return {
        (contract_id, device): label
        for contract_id, device, label in found.values_list("contract_id", "device", "label")
    }


def _tell_return(coming: DeviceReturn, label: str) -> dict[str, Any]:
    return {
        "id": str(coming.id),
        "device": str(coming.device),
        "label": label,
        "person": {"id": str(coming.person_id), "name": coming.person.name},
        "reported_at": spell_instant(coming.reported_at),
        "known": coming.known,
        "head_then": coming.head_then,
        "last_sent_at": spell_instant(coming.last_sent_at) if coming.last_sent_at else None,
        "finished_at": spell_instant(coming.finished_at) if coming.finished_at else None,
        "brought": coming.brought,
        "held": coming.held,
        "here_already": coming.here_already,
        "unclaimed": coming.unclaimed,
    }


def _tell_checkout(checkout: Checkout) -> dict[str, Any]:
    return {
        "device": str(checkout.device),
        "label": checkout.label,
        "person": {"id": str(checkout.person_id), "name": checkout.person.name},
        "last_heard_at": spell_instant(checkout.last_heard_at),
        "waiting": checkout.waiting,
    }


def _tell_entry(row: LedgerEntry, operation: Operation, names: dict[str, str]) -> dict[str, Any]:
    return {
        "seq": row.seq,
        "state": row.state,
        "reason": row.reason,
        "received_at": row.received_at,
        "type": operation.type,
        "verb": operation.verb,
        "record": operation.record_id,
        "made_at": operation.made_at,
        "author": {"id": operation.author, "name": names.get(operation.author)},
        "set": operation.set,
    }
