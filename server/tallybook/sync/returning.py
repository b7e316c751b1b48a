"""Devices that come back to a restored server: how far each had been told, and what it has brought since."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tallybook.accounts.models import Person
from tallybook.core.fields import is_uuid
from tallybook.core.operations import Operation
from tallybook.ledger.models import LedgerHead
from tallybook.ledger.new_ids import new_id
from tallybook.ledger.stored import Answer
from tallybook.ledger.workspace import lock_head

from .models import Checkout, DeviceReturn, ReturnedEntry
from .unclaimed import number_of

# A contract, and when its restore was noticed.
RestoreKey = tuple[UUID, datetime]
DEVICES_MAX = 100  # whose numbers are kept apart; beyond that what was here already is told as too little
RETURNS_MAX = 1_000  # unfinished ones of a contract; more are answered as ever, and not noted


@transaction.atomic
def note_return(*, person: Person, contract_id: UUID, device: UUID, known: int, at: datetime) -> None:
    """Note that a device was told of more than this ledger has, once until it has sent everything again.

    Cost: five statements; none on a push that does not diverge.
    """
    head = lock_head(contract_id)
    if head is None:
        return
    unfinished = DeviceReturn.objects.filter(contract_id=contract_id, finished_at=None)
    found = unfinished.filter(device=device, person=person)
    if found.exists():
        found.filter(known__lt=known).update(known=known)
        return
    if unfinished.count() >= RETURNS_MAX:
        return
    DeviceReturn.objects.create(
        id=new_id(at=at),
        contract_id=contract_id,
        device=device,
        person=person,
        noticed_at=_find_noticed_at(contract_id, device, at),
        reported_at=at,
        known=known,
        head_then=head.seq,
    )
    head.returning += 1
    head.save(update_fields=["returning"])


def count_returned(
    *,
    head: LedgerHead,
    before: int,
    person: Person,
    device: UUID,
    operations: Sequence[Operation],
    answers: Sequence[Answer | None],
    waiting: int,
    at: datetime,
) -> None:
    """Count what a push of a returning device brought, in the push's own transaction.

    `before`: how far the ledger went before it. Cost: none where no device of the contract is returning.
    """
    if head.returning == 0:
        return
    coming = DeviceReturn.objects.filter(
        contract_id=head.contract_id, device=device, person=person, finished_at=None
    ).first()
    if coming is None:
        return
    _count(coming, before, operations, answers)
    coming.last_sent_at = at
    if waiting == 0 and None not in answers:
        coming.finished_at = at
        head.returning -= 1
        head.save(update_fields=["returning"])
    coming.save()


def find_not_back(restores: Collection[RestoreKey]) -> dict[RestoreKey, list[Checkout]]:
    """Return for each restore the checkouts of devices not heard from since, longest unheard first.

    Cost: two queries, for any number of restores.
    """
    contracts = {contract_id for contract_id, _ in restores}
    returns = DeviceReturn.objects.filter(contract_id__in=contracts, noticed_at__in={at for _, at in restores})
    back = set(returns.values_list("contract_id", "noticed_at", "device"))
    found = Checkout.objects.filter(contract_id__in=contracts, checked_in_at=None)
    out: dict[UUID, list[Checkout]] = {}
    for one in found.select_related("person").order_by("last_heard_at"):
        out.setdefault(one.contract_id, []).append(one)
    return {
        (contract_id, at): [
            one
            for one in out.get(contract_id, ())
            if one.last_heard_at < at and (contract_id, at, one.device) not in back
        ]
        for contract_id, at in restores
    }


def _find_noticed_at(contract_id: UUID, device: UUID, at: datetime) -> datetime:
    """Return when the restore was noticed of which a device tells now.

    It is the last one, unless all had come back from that, or this very device had.
    """
    returns = DeviceReturn.objects.filter(contract_id=contract_id)
    last = returns.order_by("-noticed_at").first()
    if last is None:
        return at
    of_last = returns.filter(noticed_at=last.noticed_at)
    if of_last.filter(device=device).exclude(finished_at=None).exists():
        return at
    is_over = not of_last.filter(finished_at=None).exists()
    key = (contract_id, last.noticed_at)
    if is_over and not find_not_back([key])[key]:
        return at
    return last.noticed_at


def _count(
    coming: DeviceReturn, before: int, operations: Sequence[Operation], answers: Sequence[Answer | None]
) -> None:
    brought: dict[int, Answer] = {}
    for operation, answer in zip(operations, answers, strict=True):
        if answer is None:
            continue
        is_repeat = _is_repeat(coming, operation)
        if answer.seq is not None and answer.seq > before:
            brought[answer.seq] = answer
        elif is_repeat:
            continue
        elif answer.seq is None:
            coming.unclaimed += 1
        else:
            coming.here_already += 1
    coming.brought += len(brought)
    coming.held += sum(answer.state == "held" for answer in brought.values())
    ReturnedEntry.objects.bulk_create(ReturnedEntry(return_id=coming.id, seq=seq) for seq in brought)


def _is_repeat(coming: DeviceReturn, operation: Operation) -> bool:
    """Whether an operation was counted before: those typed on one device come in the order of their numbers.

    A restored backup brings operations of other devices, which have numbers of their own.
    """
    numbers: dict[str, int] = coming.last_numbers
    device = operation.device if is_uuid(operation.device) else ""
    if device not in numbers and len(numbers) >= DEVICES_MAX - 1:
        device = ""
    number, last = number_of(operation.received), numbers.get(device, 0)
    numbers[device] = max(last, number)
    return number <= last
