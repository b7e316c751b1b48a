"""Writing what settling changed: entries, images, holds, the typed tables and the head."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tallybook.core.operations import Operation

from .judging import Verdict
from .models import LedgerAwait, LedgerEntry, LedgerHold, LedgerImage
from .stored import spell_detail, spell_hold, spell_image
from .tables import Row, delete_rows, insert_rows, replace_rows
from .workspace import Workspace

ENTRY_COLUMNS = (
    "contract_id", "seq", "operation_id", "operation", "operation_hash", "author", "signed_in", "received_at",
    "state", "reason", "detail", "hash",
)  # fmt: skip
IMAGE_COLUMNS = ("contract_id", "record_id", "seq", "line")
HOLD_COLUMNS = ("contract_id", "operation_id", "seq", "reason", "line", "ended_seq", "how")
AWAIT_COLUMNS = ("contract_id", "awaited", "operation_id")


@dataclass
class Written:
    """What a run of settling will have written, in the order it happened."""

    entries: list[Row] = field(default_factory=list)
    records: dict[str, None] = field(default_factory=dict)  # an ordered set
    holds: dict[str, tuple[Any, ...]] = field(default_factory=dict)  # by operation: seq, reason, line, ended_seq, how
    ended: dict[str, tuple[int, str]] = field(default_factory=dict)  # of holds that were stored before
    awaits: dict[str, frozenset[str]] = field(default_factory=dict)  # by operation

    def add_entry(
        self,
        workspace: Workspace,
        operation: Operation,
        verdict: Verdict,
        *,
        seq: int,
        signed_in: str,
        received_at: str,
    ) -> None:
        """Add the entry at the head."""
        self.entries.append(
            (
                workspace.contract_id, seq, operation.id, operation.canonical.decode(), operation.hash,
                operation.author_id, signed_in, received_at, verdict.state, verdict.reason,
                spell_detail(verdict.detail), workspace.head.chain,
            )
        )  # fmt: skip

    def hold(self, operation: Operation, verdict: Verdict, seq: int) -> None:
        """Hold an operation, or hold it for another reason."""
        line = spell_hold(seq=seq, operation=operation, reason=verdict.reason, detail=verdict.detail)
        self.holds[operation.id] = (seq, verdict.reason, line, None, "")
        self.awaits[operation.id] = verdict.awaits

    def end(self, operation_id: str, seq: int, how: str) -> None:
        """End a hold."""
        if operation_id in self.holds:
            self.holds[operation_id] = (*self.holds[operation_id][:3], seq, how)
        else:
            self.ended[operation_id] = (seq, how)
        self.awaits[operation_id] = frozenset()


def write(workspace: Workspace, written: Written) -> None:
    """Write a run of settling. Call inside `atomic`.

    Cost: one statement for each table that changed, two where rows are replaced.
    """
    if not written.entries:
        return
    insert_rows(LedgerEntry, ENTRY_COLUMNS, written.entries)
    _write_images(workspace, written)
    _write_holds(workspace, written)
    _write_awaits(workspace, written.awaits)
    workspace.head.save(update_fields=["seq", "chain", "records", "revisions", "bytes"])


def _write_images(workspace: Workspace, written: Written) -> None:
    contract_id = workspace.contract_id
    lines = {record: spell_image(record, workspace.images[record]) for record in written.records}
    existing = [record for record in lines if record in workspace.stored_records]
    workspace.head.bytes += sum(len(line) for record, line in lines.items() if record not in workspace.stored_records)
    replace_rows(
        LedgerImage,
        IMAGE_COLUMNS,
        [(contract_id, record, workspace.images[record].seq, line) for record, line in lines.items()],
        contract_id=contract_id,
        key="record_id",
        existing=existing,
    )
    by_type: dict[str, list[Row]] = defaultdict(list)
    for record in lines:
        stored = workspace.images[record]
        kind = workspace.rules.types[stored.type]
        by_type[stored.type].append(
            kind.row(contract_id=contract_id, record=record, seq=stored.seq, image=stored.image)
        )
    for name, rows in by_type.items():
        kind = workspace.rules.types[name]
        replace_rows(kind.model, kind.table_columns(), rows, contract_id=contract_id, key="id", existing=existing)
    workspace.stored_records.update(lines)


def _write_holds(workspace: Workspace, written: Written) -> None:
    contract_id = workspace.contract_id
    replace_rows(
        LedgerHold,
        HOLD_COLUMNS,
        [(contract_id, operation_id, *row) for operation_id, row in written.holds.items()],
        contract_id=contract_id,
        key="operation_id",
        existing=[one for one in written.holds if workspace.known[one].answer.seq != written.holds[one][0]],
    )
    ended = {one: how for one, how in written.ended.items() if one not in written.holds}
    holds = list(LedgerHold.objects.filter(contract_id=contract_id, operation_id__in=ended)) if ended else []
    for hold in holds:
        hold.ended_seq, hold.how = ended[str(hold.operation_id)]
    if holds:
        LedgerHold.objects.bulk_update(holds, ["ended_seq", "how"])


def _write_awaits(workspace: Workspace, awaits: Mapping[str, frozenset[str]]) -> None:
    contract_id = workspace.contract_id
    delete_rows(LedgerAwait, contract_id=contract_id, column="operation_id", ids=list(awaits))
    rows = [(contract_id, awaited, waiter) for waiter, all_ in awaits.items() for awaited in sorted(all_)]
    insert_rows(LedgerAwait, AWAIT_COLUMNS, rows)
