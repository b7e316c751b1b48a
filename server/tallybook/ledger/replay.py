"""Replaying a ledger from nothing, with no judgement left to make: what its tables ought to hold."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from tallybook.core.merging import fold
from tallybook.core.operations import Operation

from .exact_decimal import to_millionths
from .judging import normalise_change
from .models import LedgerEntry, LedgerHead, LedgerHold, LedgerImage
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


@dataclass
class Replayed:
    """A ledger's images and holds as its entries alone say they are."""

    seq: int = 0
    chain: str = ""
    images: dict[str, StoredImage] = field(default_factory=dict)
    held: dict[str, tuple[int, str]] = field(default_factory=dict)  # by operation: the seq that holds it, and the line
    ended: dict[str, tuple[int, str, str]] = field(default_factory=dict)  # by operation: seq, how and the line


def find_first_difference(*, contract_id: UUID, rules: Rules) -> str | None:
    """Return in a sentence where the stored ledger, images or tables differ from its replay; None: nowhere.

    Cost: reads every row of the contract once; memory for all of its images.
    """
    replayed = Replayed()
    for entry in _entries(contract_id):
        if difference := _replay_entry(replayed, entry, rules):
            return difference
    return (
        _compare_head(contract_id, replayed)
        or _compare_images(contract_id, replayed)
        or _compare_holds(contract_id, replayed)
        or _compare_tables(contract_id, replayed, rules)
    )


def _entries(contract_id: UUID) -> Iterator[LedgerEntry]:
    return LedgerEntry.objects.filter(contract_id=contract_id).order_by("seq").iterator(chunk_size=ROWS_AT_ONCE)


def _replay_entry(replayed: Replayed, entry: LedgerEntry, rules: Rules) -> str | None:
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
    replayed.seq, replayed.chain = seq, next_chain(replayed.chain, spelled)
    if entry.hash != replayed.chain:
        return f"Entry {seq} was altered: its hash does not follow from its content."
    operation = read_operation(decode_json(entry.operation))
    if entry.reason == "id_reused":
        operation = under_derived_id(operation)
    if str(entry.operation_id) != operation.id or entry.operation_hash != operation.hash:
        return f"Entry {seq} is kept under the id or hash of another operation."
    _remember(replayed, entry, operation, rules)
    return None


def _remember(replayed: Replayed, entry: LedgerEntry, operation: Operation, rules: Rules) -> None:
    if entry.state == "held":
        detail = read_detail(entry.detail)
        line = spell_hold(seq=entry.seq, operation=operation, reason=entry.reason, detail=detail)
        replayed.held[operation.id] = (entry.seq, line)
        return
    if entry.state in WROTE and not (operation.verb == "decide" and operation.choice == "set_aside"):
        _write(replayed, entry, operation, rules.types[operation.type])
    if operation.id in replayed.held:
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
    replayed.held.pop(operation_id, None)
    replayed.ended[operation_id] = (seq, how, spell_end(seq=seq, operation_id=operation_id, how=how))


def _compare_head(contract_id: UUID, replayed: Replayed) -> str | None:
    head = LedgerHead.objects.get(contract_id=contract_id)
    revisions = sum(one.image.revision for one in replayed.images.values())
    stored = (head.seq, head.chain, head.records, head.revisions)
    expected = (replayed.seq, replayed.chain, len(replayed.images), revisions)
    if stored != expected:
        return f"The head says {stored[:1] + stored[2:]}, the entries say {expected[:1] + expected[2:]}."
    return None


def _compare_images(contract_id: UUID, replayed: Replayed) -> str | None:
    rows = LedgerImage.objects.filter(contract_id=contract_id).order_by("seq").values_list("record_id", "seq", "line")
    seen = set()
    for record_id, seq, line in rows.iterator(chunk_size=ROWS_AT_ONCE):
        seen.add(str(record_id))
        expected = replayed.images.get(str(record_id))
        if expected is None or (seq, line) != (expected.seq, spell_image(str(record_id), expected)):
            return f"The image of record {record_id} differs from its entries."
    absent = replayed.images.keys() - seen
    return f"The image of record {min(absent)} is missing." if absent else None


def _compare_holds(contract_id: UUID, replayed: Replayed) -> str | None:
    rows = LedgerHold.objects.filter(contract_id=contract_id)
    held, ended = {}, {}
    for id_, seq, ended_seq, how, line in rows.values_list("operation_id", "seq", "ended_seq", "how", "line"):
        if ended_seq is None:
            held[str(id_)] = (seq, line)
        else:
            ended[str(id_)] = (ended_seq, how, line)
    if held == replayed.held and ended == replayed.ended:
        return None
    differing = {one for one, _ in held.items() ^ replayed.held.items() | ended.items() ^ replayed.ended.items()}
    return f"The hold of operation {min(differing)} differs from its entries."


def _compare_tables(contract_id: UUID, replayed: Replayed, rules: Rules) -> str | None:
    expected: dict[str, dict[str, tuple[Any, ...]]] = {name: {} for name in rules.types}
    for record, stored in replayed.images.items():
        kind = rules.types[stored.type]
        row = kind.row(contract_id=str(contract_id), record=record, seq=stored.seq, image=stored.image)
        expected[stored.type][record] = tuple(map(_comparable, row))
    for name, kind in rules.types.items():
        table = kind.model._default_manager.filter(contract_id=contract_id)
        rows = table.values_list(*kind.table_columns())
        stored_rows = {str(row[1]): tuple(map(_comparable, row)) for row in rows.iterator(chunk_size=ROWS_AT_ONCE)}
        if stored_rows != expected[name]:
            differing = {one for one, _ in stored_rows.items() ^ expected[name].items()}
            return f"The row of {name} {min(differing)} differs from its entries."
    return None


def _comparable(value: Any) -> str:
    """Return a value of a row so that what settling writes and what the database reads compare equal."""
    if isinstance(value, Decimal):
        return str(to_millionths(value))
    return "" if value is None else str(value)
