"""Merging a backup: what it would bring, and bringing it, part by part, through the door of every push."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from tallybook.accounts.models import Person
from tallybook.accounts.queries import names_of
from tallybook.contracts.models import Contract
from tallybook.contracts.queries import Right, rights_on_contracts
from tallybook.core.failures import TallybookFailure
from tallybook.core.operations import Operation
from tallybook.ledger.models import LedgerEntry
from tallybook.ledger.stored import Answer, under_derived_id

from .backup_lines import AUTHORS_MAX, is_line_start, read_batches
from .backup_reading import ReadBackup, ReadContract, plain_file
from .push import Push, may_deliver, push_operations
from .unclaimed import list_all_set_aside

PART_OPERATIONS_MAX = 2_000  # in one part, each batch of it one transaction


class PlaceRefused(TallybookFailure):
    """Where to go on is no place in this file."""

    code = "backup_place_refused"
    http_status = 400
    title = "There is no such place in this backup."
    remedy = "Start the merge again: what was merged is not doubled."


class MergedContract(msgspec.Struct, omit_defaults=False):
    """What a part of a merge brought to a contract, in operations."""

    id: UUID
    new: int = 0
    known: int = 0
    applied: int = 0
    merged: int = 0
    held: int = 0
    unclaimed: int = 0
    not_kept: int = 0  # the list of unclaimed operations is full
    by_author: Counter[str] = msgspec.field(default_factory=Counter)


class MergedPart(msgspec.Struct):
    """A part of a merge; `next` is where to go on, None at the end."""

    done: float
    next: str | None
    contracts: list[MergedContract]


def preview_merge(*, person: Person, read: ReadBackup, folder: Path) -> dict[str, Any]:
    """Return what a file holds and what of it this server has, without writing anything.

    Nothing is told of a contract beyond what the file says, unless the person has a right on it.
    Cost: four queries, and one for each 500 operations that the person may deliver.
    """
    authors = {one for contract in read.contracts for one in contract.lines.by_author if one}
    names = names_of(list(islice(authors, AUTHORS_MAX)))
    rights = rights_on_contracts(person=person)
    shown = {one.id for one in read.contracts if one.id in rights}
    here = {one.contract_id: one for one in Contract.objects.filter(contract_id__in=shown)}
    out = list_all_set_aside(person=person)
    return {
        "whose": read.whose,
        "device": read.device,
        "made_at": read.made_at,
        "contracts": [
            _describe(one, rights.get(one.id), here.get(one.id), names)
            | _count_lines(person, one, rights.get(one.id), out.get(one.id, ()), folder)
            for one in read.contracts
        ],
        "findings": read.findings,
    }


def merge_part(
    *,
    person: Person,
    read: ReadBackup,
    folder: Path,
    merge_id: UUID,
    contracts: Collection[UUID] | None,
    with_damaged: bool,
    after: str,
    now: Callable[[], datetime],
) -> MergedPart:
    """Settle the next part of a file as if its devices pushed it and `person` were signed in there.

    Each batch is one push, whole or not at all; so it may be cut off anywhere, and any part may come again.
    `merge_id` stands for the device in the envelope: no checkout is taken for it. Raises PlaceRefused, DatabaseBusy.
    """
    chosen = [
        one
        for one in read.contracts
        if one.lines.operations and (contracts is None or one.id in contracts) and (with_damaged or not one.is_damaged)
    ]
    index, place = _read_place(after, chosen, folder)
    told: list[MergedContract] = []
    left = PART_OPERATIONS_MAX
    while index < len(chosen) and left > 0:
        merged = MergedContract(id=chosen[index].id)
        told.append(merged)
        for batch in read_batches(plain_file(folder, merged.id), place):
            _merge_batch(person, merge_id, merged, batch.operations, now())
            place, left = batch.end, left - len(batch.operations)
            if left <= 0:
                break
        if place >= chosen[index].lines.bytes or left > 0:
            index, place = index + 1, 0
    total = sum(one.lines.bytes for one in chosen)
    behind = sum(one.lines.bytes for one in chosen[:index]) + place
    is_over = index == len(chosen)
    return MergedPart(
        done=1.0 if is_over else behind / total, next=None if is_over else f"{index}:{place}", contracts=told
    )


def tell_merged(merged: Sequence[MergedContract]) -> list[dict[str, Any]]:
    """Return what was merged as the API and the command tell it, authors by name. Cost: one query."""
    names = names_of({author for one in merged for author in one.by_author if author})
    told = []
    for one in merged:
        counts = {name: value for name, value in msgspec.structs.asdict(one).items() if name != "by_author"}
        by = [
            {"author": _name_of(author, names), "new": count}
            for author, count in sorted(one.by_author.items(), key=lambda pair: (-pair[1], pair[0]))
        ]
        told.append(counts | {"by": by})
    return told


def add_merged(sums: dict[UUID, MergedContract], part: MergedPart) -> None:
    """Add a part to what was merged before it, by contract."""
    for one in part.contracts:
        sum_ = sums.setdefault(one.id, MergedContract(id=one.id))
        for name in ("new", "known", "applied", "merged", "held", "unclaimed", "not_kept"):
            setattr(sum_, name, getattr(sum_, name) + getattr(one, name))
        sum_.by_author.update(one.by_author)


def _describe(
    contract: ReadContract, right: Right | None, here: Contract | None, names: Mapping[str, str]
) -> dict[str, Any]:
    lines = contract.lines
    authors = sorted(lines.by_author.items(), key=lambda pair: (-pair[1], pair[0]))
    return {
        "id": contract.id,
        "number": here.number if here else contract.number,
        "name": here.name if here else contract.name,
        "right": right,
        "from": lines.first_made_at or None,
        "to": lines.last_made_at or None,
        "operations": lines.operations,
        "damaged": contract.is_damaged,
        "authors": [{"name": _name_of(one, names), "operations": count} for one, count in authors],
    }


def _count_lines(
    person: Person, contract: ReadContract, right: Right | None, out: Collection[str], folder: Path
) -> dict[str, int]:
    counts = {"new": 0, "known": 0, "unclaimed": 0}
    for batch in read_batches(plain_file(folder, contract.id)) if contract.lines.operations else ():
        may = [one for one in batch.operations if may_deliver(right=right, person=person, operation=one, set_aside=out)]
        found = _find_known(contract.id, may)
        counts["unclaimed"] += len(batch.operations) - len(may)
        for one in may:
            counts["known" if one.hash in found else "new"] += 1
            found.add(one.hash)
    return counts


def _merge_batch(
    person: Person, merge_id: UUID, merged: MergedContract, operations: Sequence[Operation], at: datetime
) -> None:
    if not operations:
        return
    push = Push(device=merge_id, waiting=0, known=0, chain="", operations=operations)
    pushed = push_operations(person=person, contract_id=merged.id, push=push, received_at=at)
    counted: set[int] = set()
    for operation, answer in zip(operations, pushed.answers, strict=True):
        seq = answer.seq if answer else None
        _count(merged, operation, answer, is_new=seq is not None and seq > pushed.before and seq not in counted)
        counted |= {seq} if seq else set()


def _count(merged: MergedContract, operation: Operation, answer: Answer | None, *, is_new: bool) -> None:
    if answer is None:
        merged.not_kept += 1
    elif answer.seq is None:
        merged.unclaimed += 1
    elif not is_new:
        merged.known += 1
    else:
        merged.new += 1
        merged.by_author[operation.author_id or ""] += 1
        if answer.state == "held":
            merged.held += 1
        elif answer.state == "merged":
            merged.merged += 1
        else:
            merged.applied += 1


def _find_known(contract_id: UUID, operations: Sequence[Operation]) -> set[str]:
    """Return the hashes of those operations that the ledger has: under their id, or under one of id and hash."""
    if not operations:
        return set()
    ids = {one.id for one in operations} | {under_derived_id(one).id for one in operations}
    rows = LedgerEntry.objects.filter(contract_id=contract_id, operation_id__in=ids)
    return set(rows.values_list("operation_hash", flat=True))


def _read_place(after: str, chosen: Sequence[ReadContract], folder: Path) -> tuple[int, int]:
    if not after:
        return 0, 0
    parts = after.split(":")
    if len(parts) != 2 or not all(one.isascii() and one.isdigit() and len(one) < 15 for one in parts):
        raise PlaceRefused
    index, place = int(parts[0]), int(parts[1])
    if index >= len(chosen) or place > chosen[index].lines.bytes:
        raise PlaceRefused
    if not is_line_start(plain_file(folder, chosen[index].id), place):
        raise PlaceRefused
    return index, place


def _name_of(author: str, names: Mapping[str, str]) -> str:
    return names.get(author) or author or "?"
