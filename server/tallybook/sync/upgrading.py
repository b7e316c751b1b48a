"""After an upgrade: what an older program could not read, or failed by, is judged by this one."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, OperationalError, transaction

from tallybook.core.instants import spell_instant
from tallybook.ledger.models import LedgerHold
from tallybook.ledger.settle import settle_anew
from tallybook.ledger.workspace import Workspace, lock_head

from .push import acts_for_office_on
from .registry import RULES

logger = logging.getLogger(__name__)

REASONS = ("unknown_type", "unknown_schema", "error")
OPERATIONS_AT_ONCE = 500


def settle_after_upgrade(*, at: datetime) -> int:
    """Settle anew what is held as unknown or as an error, in the order of seq; return how many entries that made.

    Again: nothing more is made. Each batch is whole or not at all; an operation that fails still stays held.
    Cost: one query where nothing is held so, else that of a push for each 500 of them.
    """
    open_holds = LedgerHold.objects.filter(ended_seq=None, reason__in=REASONS).order_by("contract_id", "seq")
    by_contract: dict[UUID, list[UUID]] = {}
    for contract_id, operation_id in open_holds.values_list("contract_id", "operation_id"):
        by_contract.setdefault(contract_id, []).append(operation_id)
    made = 0
    for contract_id, ids in by_contract.items():
        for start in range(0, len(ids), OPERATIONS_AT_ONCE):
            made += _settle_all_or_each(contract_id, ids[start : start + OPERATIONS_AT_ONCE], spell_instant(at))
    return made


def _settle_all_or_each(contract_id: UUID, ids: Sequence[UUID], received_at: str) -> int:
    try:
        return _settle(contract_id, ids, received_at)
    except OperationalError:
        raise
    except (DatabaseError, ValueError, TypeError, ArithmeticError, LookupError, RecursionError):
        if len(ids) == 1:
            logger.exception("Operation %s stays held: it fails by itself", ids[0])
            return 0
    return sum(_settle_all_or_each(contract_id, [one], received_at) for one in ids)


@transaction.atomic
def _settle(contract_id: UUID, ids: Sequence[UUID], received_at: str) -> int:
    head = lock_head(contract_id)
    assert head is not None  # a hold has its ledger
    workspace = Workspace(contract_id=contract_id, head=head, rules=RULES)
    return settle_anew(
        workspace,
        workspace.load_open_holds(ids, reasons=REASONS),
        received_at=received_at,
        acts_for_office=acts_for_office_on(contract_id),
    )
