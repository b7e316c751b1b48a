"""Keeping operations that came without a right or a contract: safe, and within what one person may leave here."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from tallybook.accounts.models import Person
from tallybook.core.failures import TallybookFailure
from tallybook.core.fields import is_uuid
from tallybook.core.operations import Operation
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.new_ids import new_id

from .models import UnclaimedOperation

UNCLAIMED_MAX = 10_000  # open ones of one person
UNCLAIMED_BYTES_MAX = 64 * 1024 * 1024  # of these
NUMBER_MAX = 2**62


class TooManyUnclaimed(TallybookFailure):
    """Somebody without a right sends more than the list of unclaimed operations takes from one person.

    It ends no request: it is told beside the answers of the others in the push.
    """

    code = "too_many_unclaimed"
    http_status = 200
    title = "The office has not looked at your earlier entries yet."
    remedy = "Nothing is lost: they stay on this device. Ask your office about your right on the contract."


def too_many_unclaimed() -> TooManyUnclaimed:
    """Return what to tell of operations that were not kept."""
    return TooManyUnclaimed(detail={"operations_max": UNCLAIMED_MAX, "bytes_max": UNCLAIMED_BYTES_MAX})


def open_operations() -> QuerySet[UnclaimedOperation]:
    """Return what nobody has dealt with yet: neither the office nor, once he had a right, who sent it again."""
    in_ledger = LedgerEntry.objects.filter(
        contract_id=OuterRef("contract_id"),
        operation_id=OuterRef("operation_id"),
        operation_hash=OuterRef("operation_hash"),
    )
    return UnclaimedOperation.objects.filter(~Exists(in_ledger), how="")


def list_set_aside(*, person: Person, contract_id: UUID) -> frozenset[str]:
    """Return the operations that somebody brought to a contract and that the office set aside there.

    Cost: one range scan of what ever came to the contract without a right.
    """
    rows = UnclaimedOperation.objects.filter(contract_id=contract_id, person=person, how="set_aside")
    return frozenset(str(one) for one in rows.values_list("operation_id", flat=True))


def list_all_set_aside(*, person: Person) -> dict[UUID, set[str]]:
    """Return the same of every contract, by contract. Cost: one query."""
    rows = UnclaimedOperation.objects.filter(person=person, how="set_aside")
    found: dict[UUID, set[str]] = defaultdict(set)
    for contract_id, operation_id in rows.values_list("contract_id", "operation_id"):
        found[contract_id].add(str(operation_id))
    return found


def keep_unclaimed(
    *, person: Person, contract_id: UUID, operations: Sequence[Operation], received_at: datetime
) -> Sequence[Operation]:
    """Keep operations for the office, and return those from the first on that the list does not take any more.

    What is kept already stays as it is. Call inside `atomic`. Cost: none without operations, else three statements.
    """
    new = _find_new(person, contract_id, operations)
    if not new:
        return ()
    kept = open_operations().filter(person=person).aggregate(count=Count("id"), bytes=Sum("bytes"))
    count, size = kept["count"], kept["bytes"] or 0
    fit = 0
    for one in new:
        size += len(one.canonical)
        if count + fit == UNCLAIMED_MAX or size > UNCLAIMED_BYTES_MAX:
            break
        fit += 1
    rows = [_row(person, contract_id, one, received_at) for one in new[:fit]]
    UnclaimedOperation.objects.bulk_create(rows, ignore_conflicts=True)
    return new[fit:]


def _find_new(person: Person, contract_id: UUID, operations: Sequence[Operation]) -> list[Operation]:
    if not operations:
        return []
    rows = UnclaimedOperation.objects.filter(
        person=person, contract_id=contract_id, operation_id__in={one.id for one in operations}
    )
    kept = {(str(id_), hash_) for id_, hash_ in rows.values_list("operation_id", "operation_hash")}
    return [one for one in operations if (one.id, one.hash) not in kept]


def _row(person: Person, contract_id: UUID, operation: Operation, received_at: datetime) -> UnclaimedOperation:
    return UnclaimedOperation(
        id=new_id(at=received_at),
        contract_id=contract_id,
        operation_id=operation.id,
        operation=operation.canonical.decode(),
        operation_hash=operation.hash,
        bytes=len(operation.canonical),
        device=operation.device if is_uuid(operation.device) else "",
        number=number_of(operation.received),
        person=person,
        received_at=received_at,
    )


def number_of(received: Any) -> int:
    """Return the number of an operation as received; 0 where it does not say."""
    number = received.get("number") if isinstance(received, dict) else 0
    return number if type(number) is int and 0 < number < NUMBER_MAX else 0
