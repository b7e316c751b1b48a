"""What the office does with operations that came without a right: hands them to their contract, or sets them aside."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import OperationalError, transaction
from django.db.models import QuerySet

from tallybook.accounts.models import Person
from tallybook.contracts.models import Contract
from tallybook.contracts.queries import ContractNotFound, right_on_contract
from tallybook.core.failures import DatabaseBusy, TallybookFailure
from tallybook.core.fields import find_unstorable
from tallybook.core.instants import spell_instant
from tallybook.core.operations import REASON_LENGTH_MAX
from tallybook.ledger.stored import Answer, decode_json, read_operation
from tallybook.ledger.workspace import lock_head

from .models import UnclaimedOperation
from .push import OPERATIONS_MAX, SettleAll, settle_or_one_by_one
from .unclaimed import open_operations


class OfficeRightNeeded(TallybookFailure):
    """Somebody on the contract asks for what its office decides."""

    code = "office_right_needed"
    http_status = 403
    title = "Only who has the office right on this contract decides this."
    remedy = "Ask your office."


class ReasonRefused(TallybookFailure):
    """What the office does with somebody's work needs a reason that can be kept."""

    code = "reason_refused"
    http_status = 422
    title = f"This needs a reason, of at most {REASON_LENGTH_MAX} characters."
    remedy = "Write in a few words why. It is kept."


class NothingChosen(TallybookFailure):
    """Neither some operations nor a person, both, or more than one request takes."""

    code = "nothing_chosen"
    http_status = 422
    title = f"Choose from one to {OPERATIONS_MAX} entries, or all of one person."
    remedy = "Choose, then try again."


@dataclass(frozen=True)
class Choice:
    """Some of what came for a contract: by their ids, or all that one person delivered."""

    contract_id: UUID
    ids: Sequence[UUID] = ()
    person_id: UUID | None = None

    def select(self) -> QuerySet[UnclaimedOperation]:
        """Return what of it is open, in the order typed on each device."""
        rows = open_operations().filter(contract_id=self.contract_id).order_by("device", "number", "id")
        return rows.filter(id__in=self.ids) if self.person_id is None else rows.filter(person_id=self.person_id)


@dataclass(frozen=True)
class Done:
    """What became of the chosen operations, and how many of the choice stay open."""

    answers: Sequence[Answer]  # of those handed over
    count: int
    remaining: int


def hand_over(*, acting: Person, choice: Choice, reason: str, at: datetime) -> Done:
    """Settle chosen operations on their contract as if `acting` pushed them now, all of them or none.

    At most 500, the first typed first; `remaining` says whether to ask again. The operations stay as they
    came: their author is who typed them, and the entries say that `acting` was signed in. What somebody else
    dealt with meanwhile is left out.

    Raises ContractNotFound, OfficeRightNeeded, NothingChosen, ReasonRefused, DatabaseBusy; then nothing was kept.
    Source: docs/sync-protocol.md, "Unclaimed". Cost: that of one push, and four statements.
    """
    kept_reason = _check(choice, reason)
    return settle_or_one_by_one(partial(_hand_over, acting, choice, kept_reason, at))


def set_aside(*, acting: Person, choice: Choice, reason: str, at: datetime) -> Done:
    """Mark chosen operations, at most 500, as of no use: they stay here, with who did it, when and why.

    An administrator sets aside what came for a contract that does not exist, too.
    Raises ContractNotFound, OfficeRightNeeded, NothingChosen, ReasonRefused, DatabaseBusy. Cost: five statements.
    """
    kept_reason = _check(choice, reason)
    try:
        with transaction.atomic():
            exists = Contract.objects.filter(contract_id=choice.contract_id).exists()
            if exists or acting.role != "admin":
                _require_office(acting, choice.contract_id)
            lock_head(choice.contract_id)
            rows = _take(choice)
            _end(rows, "set_aside", acting, kept_reason, at)
            return Done(answers=(), count=len(rows), remaining=choice.select().count())
    except OperationalError as busy:
        raise DatabaseBusy from busy


def _hand_over(acting: Person, choice: Choice, reason: str, at: datetime, settle_all: SettleAll) -> Done:
    with transaction.atomic():
        _require_office(acting, choice.contract_id)
        head = lock_head(choice.contract_id)
        if head is None:
            raise ContractNotFound
        rows = _take(choice)
        operations = [read_operation(decode_json(row.operation)) for row in rows]
        answers = settle_all(head, operations, str(acting.id), spell_instant(at)) if operations else []
        _end(rows, "handed_over", acting, reason, at)
        return Done(answers=answers, count=len(rows), remaining=choice.select().count())


def _require_office(acting: Person, contract_id: UUID) -> None:
    right = right_on_contract(person=acting, contract_id=contract_id)
    if right is None:
        raise ContractNotFound
    if right != "office":
        raise OfficeRightNeeded


def _take(choice: Choice) -> list[UnclaimedOperation]:
    """Return the first of a choice, locked: two people of the office deal with each one once."""
    return list(choice.select().select_for_update(of=("self",))[:OPERATIONS_MAX])


def _end(rows: Sequence[UnclaimedOperation], how: str, acting: Person, reason: str, at: datetime) -> None:
    UnclaimedOperation.objects.filter(id__in=[row.id for row in rows]).update(
        how=how, ended_at=at, ended_by=acting, reason=reason
    )


def _check(choice: Choice, reason: str) -> str:
    """Return the reason as it is kept. Raises NothingChosen, ReasonRefused."""
    if bool(choice.ids) == (choice.person_id is not None) or len(choice.ids) > OPERATIONS_MAX:
        raise NothingChosen
    kept = reason.strip()
    if not kept or len(kept) > REASON_LENGTH_MAX or find_unstorable(kept):
        raise ReasonRefused
    return kept
