"""Receiving a push: who may write what, settling, unclaimed operations, and when a device was heard."""

import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError, OperationalError, transaction

from tallybook.accounts.models import Person
from tallybook.contracts.queries import Right, right_on_contract
from tallybook.core.failures import DatabaseBusy
from tallybook.core.instants import spell_instant
from tallybook.core.operations import Operation
from tallybook.inspection.records import FIELD_TYPES
from tallybook.ledger.feed import Diverged, check_position
from tallybook.ledger.models import LedgerHead
from tallybook.ledger.settle import settle
from tallybook.ledger.stored import Answer
from tallybook.ledger.workspace import Workspace, lock_head

from .hearing import hear_from
from .registry import RULES
from .returning import count_returned, note_return
from .unclaimed import keep_unclaimed, list_set_aside

logger = logging.getLogger(__name__)

OPERATIONS_MAX = 500  # in one push
Settled = TypeVar("Settled")
# Settles operations on a locked head: who was signed in, when they were received.
SettleAll = Callable[[LedgerHead, Sequence[Operation], str, str], list[Answer]]


@dataclass(frozen=True)
class Push:
    """What a device sends: its position, how many operations stay behind, and some of them."""

    device: UUID
    waiting: int
    known: int
    chain: str
    operations: Sequence[Operation]


@dataclass(frozen=True)
class PushAnswer:
    """An answer for each operation, in the order sent, and the device's new position.

    What has a seq above `before` came by this push.
    None is the answer of what was not kept: the list of unclaimed operations is full.
    """

    answers: list[Answer | None]
    head: int
    chain: str
    before: int  # the head that the push found


def push_operations(*, person: Person, contract_id: UUID, push: Push, received_at: datetime) -> PushAnswer:
    """Settle a push durably, in one transaction.

    Raises Diverged, DatabaseBusy; then nothing was kept. Content raises nothing: what fails by itself is held.
    Cost: about fifteen statements, whatever the number of operations.
    Source: docs/sync-protocol.md, "Settling".
    """
    try:
        return settle_or_one_by_one(partial(_settle_push, person, contract_id, push, received_at))
    except Diverged:
        note_diverged(person=person, contract_id=contract_id, device=push.device, known=push.known, at=received_at)
        raise


def note_diverged(*, person: Person, contract_id: UUID, device: UUID, known: int, at: datetime) -> None:
    """Note for the office that a device comes back to a restored server. Raises DatabaseBusy: it comes again."""
    try:
        note_return(person=person, contract_id=contract_id, device=device, known=known, at=at)
    except OperationalError as busy:
        raise DatabaseBusy from busy


def settle_or_one_by_one(settle_push: Callable[[SettleAll], Settled]) -> Settled:
    """Run a transaction that settles a batch; where that fails by its content, once more, one by one.

    Raises DatabaseBusy; then nothing was kept.
    """
    try:
        return settle_push(_settle_batch)
    except OperationalError as busy:
        logger.warning("A push was rolled back and may be sent again: %s", busy)
        raise DatabaseBusy from busy
    except (DatabaseError, ValueError, TypeError, ArithmeticError, LookupError, RecursionError):
        logger.exception("A push failed as a whole; its operations are settled one by one")
    try:
        return settle_push(_settle_one_by_one)
    except OperationalError as busy:
        raise DatabaseBusy from busy


def may_write(*, right: Right | None, person: Person, operation: Operation) -> bool:
    """Whether somebody may deliver an operation to a contract on which he has `right`.

    Who may not see the record type, or brings what someone else typed without the office right, may not.
    What cannot be read is judged by the ledger, which holds it.
    """
    if right in (None, "view"):
        return False
    if right == "office":
        return True
    own = operation.author_id in (None, str(person.id))
    return own and (operation.verb == "decide" or operation.type in FIELD_TYPES or operation.type not in RULES.types)


def may_deliver(*, right: Right | None, person: Person, operation: Operation, set_aside: Collection[str]) -> bool:
    """Whether what somebody brings is settled; else it is unclaimed.

    What the office set aside when he had no right is not brought in again by his having one.
    """
    return operation.id not in set_aside and may_write(right=right, person=person, operation=operation)


def acts_for_office_on(contract_id: UUID) -> Callable[[str], bool]:
    """Return whether somebody who was signed in has the office right on a contract; asked once for each person."""

    @cache
    def acts_for_office(signed_in: str) -> bool:
        found = Person.objects.filter(id=signed_in).first()
        return found is not None and right_on_contract(person=found, contract_id=contract_id) == "office"

    return acts_for_office


def _settle_push(
    person: Person, contract_id: UUID, push: Push, received_at: datetime, settle_all: SettleAll
) -> PushAnswer:
    with transaction.atomic():
        right = right_on_contract(person=person, contract_id=contract_id)
        head = lock_head(contract_id) if right else None
        if head is not None:
            check_position(head=head, known=push.known, chain=push.chain)
        out = list_set_aside(person=person, contract_id=contract_id)
        may = [
            may_deliver(right=right if head else None, person=person, operation=one, set_aside=out)
            for one in push.operations
        ]
        refused = [one for one, yes in zip(push.operations, may, strict=True) if not yes]
        left = keep_unclaimed(person=person, contract_id=contract_id, operations=refused, received_at=received_at)
        if head is None:
            # Who may not read the contract is told nothing of it, its length included.
            return PushAnswer(answers=_tell_in_order(push, may, [], left), head=0, chain="", before=0)
        before = head.seq
        allowed = [one for one, yes in zip(push.operations, may, strict=True) if yes]
        settled = settle_all(head, allowed, str(person.id), spell_instant(received_at))
        hear_from(contract_id=contract_id, device=push.device, waiting=push.waiting, at=received_at)
        answers = _tell_in_order(push, may, settled, left)
        count_returned(
            head=head, before=before, person=person, device=push.device, waiting=push.waiting,
            operations=push.operations, answers=answers, at=received_at,
        )  # fmt: skip
    return PushAnswer(answers=answers, head=head.seq, chain=head.chain, before=before)


def _tell_in_order(
    push: Push, may: Sequence[bool], settled: Sequence[Answer], left: Collection[Operation]
) -> list[Answer | None]:
    """Return each operation's answer; none for what was not kept: it stays unanswered on its device."""
    answers, not_kept = iter(settled), {id(one) for one in left}
    return [
        next(answers) if yes else None if id(one) in not_kept else Answer(id=one.id, state="held", reason="forbidden")
        for one, yes in zip(push.operations, may, strict=True)
    ]


def _settle_batch(head: LedgerHead, operations: Sequence[Operation], signed_in: str, received_at: str) -> list[Answer]:
    return settle(
        Workspace(contract_id=head.contract_id, head=head, rules=RULES),
        operations,
        signed_in=signed_in,
        received_at=received_at,
        acts_for_office=acts_for_office_on(head.contract_id),
    )


def _settle_one_by_one(
    head: LedgerHead, operations: Sequence[Operation], signed_in: str, received_at: str
) -> list[Answer]:
    """Settle each operation by itself, and hold the one that fails: those behind it go on."""
    answers = []
    for operation in operations:
        try:
            with transaction.atomic():
                answers += _settle_batch(head, [operation], signed_in, received_at)
        except OperationalError:
            raise
        except (DatabaseError, ValueError, TypeError, ArithmeticError, LookupError, RecursionError):
            logger.exception("Operation %s is held: it fails by itself", operation.id)
            head.refresh_from_db()
            answers += settle(
                Workspace(contract_id=head.contract_id, head=head, rules=RULES),
                [operation],
                signed_in=signed_in,
                received_at=received_at,
                acts_for_office=acts_for_office_on(head.contract_id),
                as_error=True,
            )
    return answers
