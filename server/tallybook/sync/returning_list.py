"""What came back after a restore, as the office sees it: from which device and person, and who is still to come."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tallybook.accounts.models import Person
from tallybook.accounts.queries import names_of
from tallybook.contracts.models import Contract
from tallybook.contracts.queries import ContractNotFound, rights_on_contracts
from tallybook.core.fields import is_uuid
from tallybook.core.operations import Operation
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.stored import decode_json, read_operation

from .checkouts import labels_of_devices
from .models import Checkout, DeviceReturn, ReturnedEntry
from .push import spell_instant
from .returning import list_not_back

RESTORES_MAX = 100  # the newest of them
DEVICES_MAX = 1_000  # of one restore, that came back or are to come
PAGE_MAX = 200  # entries
PAGE_BYTES = 2_000_000  # about, of their operations


@dataclass(frozen=True)
class Restore:
    """One contract's ledger found restored, at the time when the first device told so."""

    contract_id: UUID
    noticed_at: datetime


def list_restores(*, reader: Person) -> list[dict[str, Any]]:
    """Return each contract's restores, newest first, with who came back and who has not.

    Of the contracts on which the reader has the office right. Cost: two queries, and three for each restore.
    """
    returns = _seen_by(reader)
    found = returns.order_by("-noticed_at", "contract_id").values_list("contract_id", "noticed_at").distinct()
    restores = [Restore(*one) for one in found[:RESTORES_MAX]]
    found_contracts = Contract.objects.filter(contract_id__in={one.contract_id for one in restores})
    contracts = {one.contract_id: one for one in found_contracts}
    return [_tell_restore(one, contracts[one.contract_id]) for one in restores]


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


def _tell_restore(restore: Restore, contract: Contract) -> dict[str, Any]:
    returns = DeviceReturn.objects.filter(contract_id=restore.contract_id, noticed_at=restore.noticed_at)
    came = list(returns.select_related("person").order_by("reported_at")[:DEVICES_MAX])
    labels = labels_of_devices(contract_id=restore.contract_id, devices={str(one.device) for one in came})
    not_back = list_not_back(contract_id=restore.contract_id, noticed_at=restore.noticed_at)
    return {
        "contract": str(restore.contract_id),
        "contract_number": contract.number,
        "contract_name": contract.name,
        "noticed_at": spell_instant(restore.noticed_at),
        "returns": [_tell_return(one, labels.get(str(one.device), "")) for one in came],
        "not_back": [
            _tell_checkout(one) for one in not_back.select_related("person").order_by("last_heard_at")[:DEVICES_MAX]
        ],
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
