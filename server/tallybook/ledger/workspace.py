"""All of a ledger that one push may touch: read by a few queries, judged and changed in memory."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import models

from tallybook.core.fields import is_uuid
from tallybook.core.merging import Fields, seen_writers
from tallybook.core.operations import Operation, derived_id

from .models import LedgerAwait, LedgerEntry, LedgerHead, LedgerHold, LedgerImage
from .record_types import Rules
from .stored import Answer, Hold, Known, StoredImage, decode_json, read_detail, read_image, read_operation
from .tables import select_rows


@dataclass
class Workspace:
    """A contract's ledger as far as some operations need it, its head locked until commit."""

    contract_id: UUID
    head: LedgerHead
    rules: Rules
    known: dict[str, Known] = field(default_factory=dict)  # by operation
    images: dict[str, StoredImage] = field(default_factory=dict)  # by record
    holds: dict[str, Hold] = field(default_factory=dict)  # open ones, by operation
    awaiting: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # by what is awaited
    present: set[str] = field(default_factory=set)  # operations that surely are in the ledger: they wrote
    stored_records: set[str] = field(default_factory=set)  # records that have a row already
    contract: str = field(init=False)  # its id, as operations spell it
    _asked_records: set[str] = field(default_factory=set)
    _asked_operations: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Spell the contract's id once."""
        self.contract = str(self.contract_id)

    def is_missing(self, operation_id: str) -> bool:
        """Whether this ledger never had the operation, or it waits itself for something missing."""
        hold = self.holds.get(operation_id)
        if hold is not None:
            return hold.is_missing
        return operation_id not in self.known and operation_id not in self.present

    def load(self, operations: Iterable[Operation]) -> None:
        """Read what judging these operations needs, and what may be released by them.

        Cost: seven queries at most for any number of operations, and as many again for each step of a
        chain of held operations that wait for one another.
        """
        pending = list(operations)
        while pending:
            self._load_images(self._records_of(pending))
            self._load_images(self._references_of_images(pending))
            ids = self._operations_of(pending)
            self._load_known(ids)
            pending = self._load_holds(ids | {operation.record for operation in pending if operation.record})

    def load_derived_ids(self, operations: Iterable[Operation]) -> None:
        """Read the answers of operations that came under somebody else's id before."""
        reused = (one for one in operations if (known := self.known.get(one.id)) and known.hash != one.hash)
        self._load_known({derived_id(one.id, one.hash) for one in reused})

    def load_open_holds(self, ids: Collection[UUID], *, reasons: Collection[str]) -> list[Operation]:
        """Read those holds that are open for one of these reasons; return their operations. Cost: three queries."""
        holds = LedgerHold.objects.filter(
            contract_id=self.contract_id, operation_id__in=ids, ended_seq=None, reason__in=reasons
        )
        found = {seq: (str(id_), reason) for seq, id_, reason in holds.values_list("seq", "operation_id", "reason")}
        self._load_held(found)
        return [self.holds[found[seq][0]].operation for seq in sorted(found)]

    def load_records(self, records: set[str]) -> None:
        """Read the images of some records. Cost: one query."""
        self._load_images(records)

    def _records_of(self, operations: Iterable[Operation]) -> set[str]:
        records = {self.contract}
        for operation in operations:
            records.add(operation.record)
            kind = self.rules.types.get(operation.type)
            records.update(str(operation.set.get(name, "")) for name in (kind.references if kind else ()))
        return records

    def _references_of_images(self, operations: Iterable[Operation]) -> set[str]:
        found: set[str] = set()
        for operation in operations:
            stored = self.images.get(operation.record)
            kind = self.rules.types.get(stored.type) if stored else None
            if stored and kind:
                found.update(str(stored.image.fields.get(name, "")) for name in kind.references)
        return found

    def _operations_of(self, operations: Iterable[Operation]) -> set[str]:
        ids = set()
        for operation in operations:
            ids.add(operation.id)
            ids.update(seen_writers(operation.seen))
            if operation.verb == "decide":
                ids.add(operation.target)
                stored = self.images.get(operation.record)
                ids.update(stored.image.writers() if stored else ())
        return ids

    def _load_images(self, records: set[str]) -> None:
        wanted = _ids(records - self._asked_records)
        self._asked_records |= records
        for record, line in self._select(LedgerImage, ("record_id", "line"), "record_id", wanted):
            stored = read_image(line)
            self.images[record] = stored
            self.stored_records.add(record)
            self.present |= stored.image.writers()

    def _load_known(self, ids: set[str]) -> None:
        wanted = _ids(ids - self._asked_operations)
        self._asked_operations |= ids
        columns = ("seq", "operation_id", "state", "reason", "detail", "operation_hash", "author")
        for seq, id_, state, reason, detail, hash_, author in sorted(
            self._select(LedgerEntry, columns, "operation_id", wanted), key=itemgetter(0)
        ):
            answer = Answer(id=id_, seq=seq, state=state, reason=reason, detail=read_detail(detail))
            self.known.setdefault(id_, Known(answer=answer, hash=hash_, author=author or ""))

    def _load_holds(self, ids: set[str]) -> list[Operation]:
        """Read the open holds among `ids` and those that wait for one of them; return the latter, if new."""
        # Mostly nothing of a contract waits, and asking that is cheaper than a thousand looks into an empty index.
        waits = LedgerAwait.objects.filter(contract_id=self.contract_id).exists()
        waiting = self._select(LedgerAwait, ("operation_id",), "awaited", _ids(ids)) if waits else []
        waiters = {waiter for (waiter,) in waiting}
        held = {one for one in ids if (known := self.known.get(one)) and known.answer.state == "held"}
        new = [one for one in waiters | held if one not in self.holds]
        columns = ("operation_id", "seq", "reason", "ended_seq")
        holds = self._select(LedgerHold, columns, "operation_id", new)
        self._load_held({seq: (id_, reason) for id_, seq, reason, ended_seq in holds if ended_seq is None})
        return [self.holds[one].operation for one in new if one in waiters and one in self.holds]

    def _load_held(self, hold_by_seq: Mapping[int, tuple[str, str]]) -> None:
        """Read held operations from the entries that hold them, and what they wait for."""
        if not hold_by_seq:
            return
        entries = LedgerEntry.objects.filter(contract_id=self.contract_id, seq__in=list(hold_by_seq))
        for seq, text, signed_in in entries.values_list("seq", "operation", "signed_in"):
            id_, reason = hold_by_seq[seq]
            operation = read_operation(decode_json(text))
            if operation.id != id_:
                operation = Operation(
                    id=id_, received=operation.received, canonical=operation.canonical, hash=operation.hash
                )
            self.holds[id_] = Hold(operation=operation, seq=seq, reason=reason, signed_in=str(signed_in))
        self._load_awaits([id_ for id_, _ in hold_by_seq.values()])

    def _load_awaits(self, waiters: list[str]) -> None:
        by_waiter: dict[str, set[str]] = defaultdict(set)
        for awaited, waiter in self._select(LedgerAwait, ("awaited", "operation_id"), "operation_id", waiters):
            by_waiter[waiter].add(awaited)
            self.awaiting[awaited].add(waiter)
        for waiter_id, awaits in by_waiter.items():
            self.holds[waiter_id].awaits = frozenset(awaits)

    def _select(
        self, model: type[models.Model], columns: tuple[str, ...], key: str, ids: Collection[str]
    ) -> list[tuple[Any, ...]]:
        return select_rows(model, columns, contract_id=self.contract_id, key=key, ids=ids)

    def author_of(self, operation_id: str) -> str:
        """Return who typed an operation of this ledger; empty where that was not asked for."""
        known = self.known.get(operation_id)
        return known.author if known else ""

    def fields_of(self, record: str) -> Fields:
        """Return a record's fields as they stand; none where it is not on the contract."""
        stored = self.images.get(record)
        return stored.image.fields if stored else {}


def lock_head(contract_id: UUID) -> LedgerHead | None:
    """Return the contract's head, locked until commit; None where there is no such contract. Call inside `atomic`."""
    # The row lock makes seqs visible in the order they were given out. With an autoincrement column a
    # reader could see 8 before 7 commits, move its cursor to 8, and never be sent 7.
    return LedgerHead.objects.select_for_update().filter(contract_id=contract_id).first()


def _ids(texts: Iterable[str]) -> list[str]:
    """Return those that are ids: a reference that is none names nothing, and its field says so."""
    return [one for one in texts if is_uuid(one)]
