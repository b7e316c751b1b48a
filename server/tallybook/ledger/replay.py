"""Replaying a ledger from nothing, with no judgement left to make: what its tables ought to hold."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from tallybook.core.merging import fold, seen_writers
from tallybook.core.operations import Operation

from .exact_decimal import DECIMALS
from .feed import consistent_read
from .judging import normalise_change
from .models import LedgerAwait, LedgerEntry, LedgerHead, LedgerHold, LedgerImage
from .record_types import RecordType, Rules
from .stored import (
    WROTE,
    StoredImage,
    decode_json,
    next_chain,
    read_detail,
    read_operation,
    spell_end,
    spell_entry,
    spell_hold,
    spell_image,
    under_derived_id,
)

ROWS_AT_ONCE = 2_000
HEAD_COLUMNS = ("seq", "chain", "records", "revisions")  # `bytes` is an estimate, which no replay can know
HOLD_COLUMNS = ("seq", "reason", "line", "ended_seq", "how")
UNREADABLE = (ValueError, ArithmeticError, TypeError, LookupError)  # by what was written past the program

HoldRow = tuple[int, str, str, int | None, str]


@dataclass
class Replayed:
    """A ledger's images and holds as its entries alone say they are."""

    contract_id: UUID
    rules: Rules
    seq: int = 0
    chain: str = ""
    images: dict[str, StoredImage] = field(default_factory=dict)
    holds: dict[str, HoldRow] = field(default_factory=dict)  # by operation
    waiting: dict[str, Operation] = field(default_factory=dict)  # held for something missing


def find_first_difference(*, contract_id: UUID, rules: Rules) -> str | None:
    """Return in a sentence where the stored ledger, images, holds or tables differ from its replay; None: nowhere.

    Cost: reads every row of the contract once, all as they were at one instant; memory for all of its images.
    """
    replayed = Replayed(contract_id=contract_id, rules=rules)
    with consistent_read():
        for what, compare in COMPARISONS.items():
            try:
                difference = compare(replayed)
            except UNREADABLE as wrong:
                difference = f"{what.format(next=replayed.seq + 1)} cannot be read: {wrong}."
            if difference:
                return difference
    return None


def _compare_entries(replayed: Replayed) -> str | None:
    for entry in _entries(replayed.contract_id):
        if difference := _replay_entry(replayed, entry):
            return difference
    return None


def _entries(contract_id: UUID) -> Iterator[LedgerEntry]:
    return LedgerEntry.objects.filter(contract_id=contract_id).order_by("seq").iterator(chunk_size=ROWS_AT_ONCE)


def _replay_entry(replayed: Replayed, entry: LedgerEntry) -> str | None:
    seq = replayed.seq + 1
    if entry.seq != seq:
        return f"Entry {seq} is missing: entry {entry.seq} follows {replayed.seq}."
    spelled = spell_entry(
        operation=entry.operation.encode(),
        reason=entry.reason,
        received_at=entry.received_at,
        seq=seq,
        signed_in=str(entry.signed_in),
        state=entry.state,
    )
    chain = next_chain(replayed.chain, spelled)
    if entry.hash != chain:
        return f"Entry {seq} was altered: its hash does not follow from its content."
    operation = read_operation(decode_json(entry.operation))
    if entry.reason == "id_reused":
        operation = under_derived_id(operation)
    if str(entry.operation_id) != operation.id or entry.operation_hash != operation.hash:
        return f"Entry {seq} is kept under the id or hash of another operation."
    if (entry.record_id, entry.author) != (_as_id(operation.record_id), _as_id(operation.author_id)):
        return f"Entry {seq} is kept under another record or author than its operation names."
    if entry.detail and entry.state != "held":
        return f"Entry {seq} has a detail, and was not held."
    _remember(replayed, entry, operation)
    replayed.seq, replayed.chain = seq, chain
    return None


def _as_id(text: str | None) -> UUID | None:
    return UUID(text) if text else None


def _remember(replayed: Replayed, entry: LedgerEntry, operation: Operation) -> None:
    if entry.state == "held":
        line = spell_hold(seq=entry.seq, operation=operation, reason=entry.reason, detail=read_detail(entry.detail))
        replayed.holds[operation.id] = (entry.seq, entry.reason, line, None, "")
        if entry.reason.startswith("missing_"):
            replayed.waiting[operation.id] = operation
        else:
            replayed.waiting.pop(operation.id, None)
        return
    if entry.state in WROTE and not (operation.verb == "decide" and operation.choice == "set_aside"):
        _write(replayed, entry, operation, replayed.rules.types[operation.type])
    if operation.id in replayed.holds:
        _end(replayed, operation.id, entry.seq, entry.state)
    if operation.verb == "decide" and entry.state in WROTE:
        _end(replayed, operation.target, entry.seq, operation.choice)


def _write(replayed: Replayed, entry: LedgerEntry, operation: Operation, kind: RecordType) -> None:
    stored = replayed.images.get(operation.record)
    change, _ = normalise_change(operation, kind)
    replayed.images[operation.record] = StoredImage(
        type=operation.type,
        seq=entry.seq,
        image=fold(image=stored.image if stored else None, change=change),
        author=operation.author,
        made_at=operation.made_at,
        received_at=entry.received_at,
    )


def _end(replayed: Replayed, operation_id: str, seq: int, how: str) -> None:
    held_seq, reason, *_ = replayed.holds[operation_id]
    line = spell_end(seq=seq, operation_id=operation_id, how=how)
    replayed.holds[operation_id] = (held_seq, reason, line, seq, how)
    replayed.waiting.pop(operation_id, None)


def _compare_head(replayed: Replayed) -> str | None:
    stored = LedgerHead.objects.filter(contract_id=replayed.contract_id).values_list(*HEAD_COLUMNS).first()
    if stored is None:
        return "The head is missing."
    revisions = sum(one.image.revision for one in replayed.images.values())
    expected = (replayed.seq, replayed.chain, len(replayed.images), revisions)
    for name, told, counted in zip(HEAD_COLUMNS, stored, expected, strict=True):
        if told != counted:
            return f"The head says {name} {told}, the entries say {counted}."
    return None


def _compare_images(replayed: Replayed) -> str | None:
    rows = LedgerImage.objects.filter(contract_id=replayed.contract_id).order_by("seq")
    seen = set()
    for record_id, seq, line in rows.values_list("record_id", "seq", "line").iterator(chunk_size=ROWS_AT_ONCE):
        seen.add(str(record_id))
        expected = replayed.images.get(str(record_id))
        if expected is None or (seq, line) != (expected.seq, spell_image(str(record_id), expected)):
            return f"The image of record {record_id} differs from its entries."
    absent = replayed.images.keys() - seen
    return f"The image of record {min(absent)} is missing." if absent else None


def _compare_holds(replayed: Replayed) -> str | None:
    rows = LedgerHold.objects.filter(contract_id=replayed.contract_id).values_list("operation_id", *HOLD_COLUMNS)
    stored = {str(row[0]): row[1:] for row in rows.iterator(chunk_size=ROWS_AT_ONCE)}
    if stored == replayed.holds:
        return None
    differing = {one for one, _ in stored.items() ^ replayed.holds.items()}
    return f"The hold of operation {min(differing)} differs from its entries."


def _compare_awaits(replayed: Replayed) -> str | None:
    """Say where a hold would never be looked at again, or waits for what nobody named.

    Of several missing things one is enough: when it comes, all are looked for anew.
    """
    rows = LedgerAwait.objects.filter(contract_id=replayed.contract_id).values_list("operation_id", "awaited")
    awaited_by_waiter: dict[str, set[str]] = {}
    for waiter, awaited in rows.iterator(chunk_size=ROWS_AT_ONCE):
        awaited_by_waiter.setdefault(str(waiter), set()).add(str(awaited))
    if differing := awaited_by_waiter.keys() ^ replayed.waiting.keys():
        return f"What the hold of operation {min(differing)} waits for differs from its entries."
    for id_, awaits in sorted(awaited_by_waiter.items()):
        records, operations = _named_by(replayed, replayed.waiting[id_])
        if strange := awaits - (records - replayed.images.keys()) - operations:
            return f"The hold of operation {id_} waits for {min(strange)}, which it does not name or which is there."
    return None


def _named_by(replayed: Replayed, operation: Operation) -> tuple[set[str], set[str]]:
    """Return the records and the operations that an operation, and the record that it is about, rest on."""
    kind, stored = replayed.rules.types.get(operation.type), replayed.images.get(operation.record)
    records = {operation.record}
    for name in kind.references if kind else ():
        records.update(str(fields.get(name)) for fields in (operation.set, stored.image.fields if stored else {}))
    return records, {operation.target, *seen_writers(operation.seen)}


def _compare_tables(replayed: Replayed) -> str | None:
    expected: dict[str, dict[str, tuple[str | None, ...]]] = {name: {} for name in replayed.rules.types}
    contract = str(replayed.contract_id)
    for record, stored in replayed.images.items():
        kind = replayed.rules.types[stored.type]
        row = kind.row(contract_id=contract, record=record, seq=stored.seq, image=stored.image)
        expected[stored.type][record] = tuple(map(_comparable, row))
    for name, kind in replayed.rules.types.items():
        if difference := _compare_table(name, kind, replayed.contract_id, expected[name]):
            return difference
    return None


def _compare_table(
    name: str, kind: RecordType, contract_id: UUID, expected: dict[str, tuple[str | None, ...]]
) -> str | None:
    columns = kind.table_columns()
    rows = kind.model._default_manager.filter(contract_id=contract_id).values_list(*columns)
    stored = {str(row[1]): tuple(map(_comparable, row)) for row in rows.iterator(chunk_size=ROWS_AT_ONCE)}
    for record in sorted(stored.keys() | expected.keys()):
        told, ought = stored.get(record), expected.get(record)
        if told is None or ought is None:
            return f"The row of {name} {record} {'is missing' if told is None else 'has no entries'}."
        if told != ought:
            column = next(one for one, two, three in zip(columns, told, ought, strict=True) if two != three)
            return f"The row of {name} {record} differs from its entries in {column}."
    return None


def _comparable(value: Any) -> str | None:
    """Return a value of a row so that what settling writes and what the database reads compare equal."""
    if isinstance(value, Decimal):  # as a whole number of millionths, which settling writes
        return f"{value.scaleb(DECIMALS).normalize():f}"
    return None if value is None else str(value)


# In this order: each rests on what the one before it found to be in order.
COMPARISONS: dict[str, Callable[[Replayed], str | None]] = {
    "Entry {next}": _compare_entries,
    "The head": _compare_head,
    "An image": _compare_images,
    "A hold": _compare_holds,
    "What a hold waits for": _compare_awaits,
    "A row of a typed table": _compare_tables,
}
