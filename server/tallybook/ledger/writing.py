"""Writing what settling changed: entries, images, holds, the typed tables and the head."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tallybook.core.operations import Operation

from .judging import Verdict
from .models import LedgerAwait, LedgerEntry, LedgerHold, LedgerImage
from .record_types import RecordType
from .stored import spell_end, spell_hold, spell_image
from .tables import Row, delete_rows, insert_rows, replace_rows
from .workspace import Workspace

ENTRY_COLUMNS = (
    "contract_id", "seq", "operation_id", "operation", "operation_hash", "record_id", "author", "signed_in",
    "received_at", "state", "reason", "detail", "hash",
)  # fmt: skip
IMAGE_COLUMNS = ("contract_id", "record_id", "seq", "line")
HOLD_COLUMNS = ("contract_id", "operation_id", "seq", "reason", "line", "ended_seq", "how")
AWAIT_COLUMNS = ("contract_id", "awaited", "operation_id")


@dataclass
class Written:
    """What a run of settling will have written beside its entries, in the order it happened."""

    records: dict[str, None] = field(default_factory=dict)  # an ordered set
    holds: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # by operation: seq, reason, line, ended_seq, how
    ended: dict[str, tuple[int, str]] = field(default_factory=dict)  # of holds that were stored before
    awaits: dict[str, frozenset[str]] = field(default_factory=dict)  # by operation

    def hold(self, operation: Operation, verdict: Verdict, seq: int) -> None:
        """Hold an operation, or hold it for another reason."""
        line = spell_hold(seq=seq, operation=operation, reason=verdict.reason, detail=verdict.detail)
        self.holds[operation.id] = (seq, verdict.reason, line, None, "")
        self.awaits[operation.id] = verdict.awaits

    def end(self, operation_id: str, seq: int, how: str) -> None:
        """End a hold."""
        if operation_id in self.holds:
            held_seq, reason = self.holds[operation_id][:2]
            line = spell_end(seq=seq, operation_id=operation_id, how=how)
            self.holds[operation_id] = (held_seq, reason, line, seq, how)
        else:
            self.ended[operation_id] = (seq, how)
        self.awaits[operation_id] = frozenset()


def insert_entries(entries: Iterable[Row]) -> None:
    """Append entries to the ledger, as they come. Call inside `atomic`."""
    insert_rows(LedgerEntry, ENTRY_COLUMNS, entries)


def write(workspace: Workspace, written: Written) -> None:
    """Write all that a run of settling changed but its entries. Call inside `atomic`.

    Cost: one statement for each table that changed, two where rows are replaced.
    """
    _write_images(workspace, written)
    _write_holds(workspace, written)
    _write_awaits(workspace, written.awaits)
    workspace.head.save(update_fields=["seq", "chain", "records", "revisions", "bytes"])


def _write_images(workspace: Workspace, written: Written) -> None:
    if not written.records:
        return
    existing = [record for record in written.records if record in workspace.stored_records]
    # Rows are spelled while they are sent, so that the database works on the first when the last are not made yet.
    replace_rows(
        LedgerImage,
        IMAGE_COLUMNS,
        _image_rows(workspace, written),
        contract_id=workspace.contract_id,
        key="record_id",
        existing=existing,
    )
    records_by_type: dict[str, list[str]] = defaultdict(list)
    for record in written.records:
        records_by_type[workspace.images[record].type].append(record)
    for name, records in records_by_type.items():
        kind = workspace.rules.types[name]
        rows = _typed_rows(workspace, kind, records)
        replace_rows(
            kind.model, kind.table_columns(), rows, contract_id=workspace.contract_id, key="id", existing=existing
        )
    workspace.stored_records.update(written.records)


def _typed_rows(workspace: Workspace, kind: RecordType, records: Sequence[str]) -> Iterator[Row]:
    for record in records:
        stored = workspace.images[record]
        yield kind.row(contract_id=workspace.contract, record=record, seq=stored.seq, image=stored.image)


def _image_rows(workspace: Workspace, written: Written) -> Iterator[Row]:
    for record in written.records:
        stored = workspace.images[record]
        line = spell_image(record, stored)
        workspace.head.bytes += 0 if record in workspace.stored_records else len(line)
        yield (workspace.contract, record, stored.seq, line)


def _write_holds(workspace: Workspace, written: Written) -> None:
    contract_id = workspace.contract_id
    if written.holds:
        replace_rows(
            LedgerHold,
            HOLD_COLUMNS,
            [(workspace.contract, operation_id, *row) for operation_id, row in written.holds.items()],
            contract_id=contract_id,
            key="operation_id",
            existing=[one for one in written.holds if workspace.known[one].answer.seq != written.holds[one][0]],
        )
    ended = {one: how for one, how in written.ended.items() if one not in written.holds}
    holds = list(LedgerHold.objects.filter(contract_id=contract_id, operation_id__in=ended)) if ended else []
    for hold in holds:
        hold.ended_seq, hold.how = ended[str(hold.operation_id)]
        hold.line = spell_end(seq=hold.ended_seq, operation_id=str(hold.operation_id), how=hold.how)
    if holds:
        LedgerHold.objects.bulk_update(holds, ["ended_seq", "how", "line"])


def _write_awaits(workspace: Workspace, awaits: Mapping[str, frozenset[str]]) -> None:
    contract_id = workspace.contract_id
    delete_rows(LedgerAwait, contract_id=contract_id, column="operation_id", ids=list(awaits))
    rows = [(workspace.contract, awaited, waiter) for waiter, all_ in awaits.items() for awaited in sorted(all_)]
    if rows:
        insert_rows(LedgerAwait, AWAIT_COLUMNS, rows)
