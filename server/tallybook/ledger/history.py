"""The history of one record: every entry about it, and what each changed from what to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from tallybook.core.merging import Fields, Image, fold
from tallybook.core.operations import Operation

from .judging import normalise_change
from .models import LedgerEntry
from .record_types import Rules
from .stored import WROTE, decode_json, read_detail, read_operation

HISTORY_PAGE_MAX = 200  # entries
HISTORY_PAGE_BYTES = 2_000_000  # about, of their operations
ROWS_AT_ONCE = 200


@dataclass(frozen=True)
class Change:
    """One field: what it was, and what the operation made, or wanted to make, of it. None: nothing."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class PastEntry:
    """One entry about a record, as people read it."""

    seq: int
    operation: Operation
    signed_in: str
    received_at: str
    state: str
    reason: str
    detail: Any
    changes: list[Change]  # of one that wrote: as the record stood; of one that was held: as its author saw it
    fields: Fields  # all fields of the version that it made, or wanted to make


@dataclass(frozen=True)
class HistoryPage:
    """Some entries about a record with rising seq; `more`: there are later ones."""

    type: str  # of the record; empty where there is none
    entries: list[PastEntry]
    more: bool


def read_history(
    *, contract_id: UUID, record_id: UUID, rules: Rules, after: int = 0, limit: int = HISTORY_PAGE_MAX
) -> HistoryPage:
    """Return the entries about a record with a seq greater than `after`, oldest first; none: there are none.

    What a field was before is computed by folding what wrote before it, as a replay does.
    Cost: one range scan of the index on (contract_id, record_id, seq), over the record's entries up to the page's last.
    """
    rows = LedgerEntry.objects.filter(contract_id=contract_id, record_id=record_id).order_by("seq")
    entries: list[PastEntry] = []
    type_, size, image = "", 0, None
    limit = max(1, min(limit, HISTORY_PAGE_MAX))
    for row in rows.iterator(chunk_size=ROWS_AT_ONCE):
        past, image = _tell(row, image, rules)
        type_ = type_ or past.operation.type
        if row.seq <= after:
            continue
        size += len(row.operation)
        if entries and (len(entries) == limit or size > HISTORY_PAGE_BYTES):
            return HistoryPage(type=type_, entries=entries, more=True)
        entries.append(past)
    return HistoryPage(type=type_, entries=entries, more=False)


def _tell(row: LedgerEntry, image: Image | None, rules: Rules) -> tuple[PastEntry, Image | None]:
    operation = read_operation(decode_json(row.operation))
    kind = rules.types.get(operation.type)
    wanted, saw = operation.set, operation.base
    after = image
    if operation.verb == "decide" and operation.choice == "set_aside":
        wanted = {}  # it writes nothing, whatever it says
    elif kind is not None:
        change, _ = normalise_change(operation, kind)
        wanted, saw = change.set, change.base
        if row.state in WROTE:
            saw = image.fields if image else {}
            after = fold(image=image, change=change)
    past = PastEntry(
        seq=row.seq,
        operation=operation,
        signed_in=str(row.signed_in),
        received_at=row.received_at,
        state=row.state,
        reason=row.reason,
        detail=read_detail(row.detail),
        changes=_compare(saw, wanted),
        fields={**saw, **wanted},
    )
    return past, after


def _compare(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Change]:
    """Return what an operation sets to another value, in the order of its fields."""
    return [Change(name, before.get(name), value) for name, value in wanted.items() if before.get(name) != value]
