"""Which operations the ledger has, asked before somebody brings them again."""

from collections.abc import Sequence
from uuid import UUID

from .models import LedgerEntry


def find_known(*, contract_id: UUID, operations: Sequence[UUID]) -> list[UUID]:
    """Return those of some operations that the contract's ledger has under their ids. Cost: one statement."""
    rows = LedgerEntry.objects.filter(contract_id=contract_id, operation_id__in=operations)
    return list(rows.order_by("operation_id").values_list("operation_id", flat=True).distinct())
