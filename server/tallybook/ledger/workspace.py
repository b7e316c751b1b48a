"""All of a ledger that one push may touch: read by a few queries, judged and changed in memory."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from tallybook.core.fields import is_uuid
from tallybook.core.merging import Fields, seen_writers
from tallybook.core.operations import Operation, derived_id

from .models import LedgerAwait, LedgerEntry, LedgerHead, LedgerHold, LedgerImage
from .record_types import Rules
from .stored import Answer, Hold, Known, StoredImage, decode_json, read_detail, read_image, read_operation


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
    _asked_records: set[str] = field(default_factory=set)
    _asked_operations: set[str] = field(default_factory=set)

    def is_missing(self, operation_id: str) -> bool:
        """Whether this ledger never had the operation, or it waits itself for something missing."""
        hold = self.holds.get(operation_id)
        if hold is not None:
            return hold.is_missing
        return operation_id not in self.known and operation_id not in self.present

    def load(self, operations: Iterable[Operation]) -> None:
        """Read what judging these operations needs, and what may be released by them.

        Cost: six queries at most for any number of operations, and as many again for each step of a
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

    def load_records(self, records: set[str]) -> None:
        """Read the images of some records. Cost: one query."""
        self._load_images(records)

    def _records_of(self, operations: Iterable[Operation]) -> set[str]:
        records = {str(self.contract_id)}
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
        wanted = _uuids(records - self._asked_records)
        self._asked_records |= records
        if not wanted:
            return
        rows = LedgerImage.objects.filter(contract_id=self.contract_id, record_id__in=wanted)
        for record_id, line in rows.values_list("record_id", "line"):
            stored = read_image(line)
            self.images[str(record_id)] = stored
            self.stored_records.add(str(record_id))
            self.present |= stored.image.writers()

    def _load_known(self, ids: set[str]) -> None:
        wanted = _uuids(ids - self._asked_operations)
        self._asked_operations |= ids
        if not wanted:
            return
        rows = LedgerEntry.objects.filter(contract_id=self.contract_id, operation_id__in=wanted).order_by("seq")
        columns = ("operation_id", "seq", "state", "reason", "detail", "operation_hash", "author")
        for id_, seq, state, reason, detail, hash_, author in rows.values_list(*columns):
            answer = Answer(id=str(id_), seq=seq, state=state, reason=reason, detail=read_detail(detail))
            self.known.setdefault(str(id_), Known(answer=answer, hash=hash_, author=str(author or "")))

    def _load_holds(self, ids: set[str]) -> list[Operation]:
        """Read the open holds among `ids` and those that wait for one of them; return the latter, if new."""
        wanted = _uuids(ids)
        waiting = LedgerAwait.objects.filter(contract_id=self.contract_id, awaited__in=wanted)
        waiters = set(waiting.values_list("operation_id", flat=True))
        held = {UUID(one) for one in ids if (known := self.known.get(one)) and known.answer.state == "held"}
        new = [one for one in waiters | held if str(one) not in self.holds]
        if not new:
            return []
        holds = LedgerHold.objects.filter(contract_id=self.contract_id, operation_id__in=new, ended_seq=None)
        reasons = {seq: (str(id_), reason) for id_, seq, reason in holds.values_list("operation_id", "seq", "reason")}
        entries = LedgerEntry.objects.filter(contract_id=self.contract_id, seq__in=list(reasons))
        for seq, text, signed_in in entries.values_list("seq", "operation", "signed_in"):
            id_, reason = reasons[seq]
            operation = read_operation(decode_json(text))
            if operation.id != id_:
                operation = Operation(
                    id=id_, received=operation.received, canonical=operation.canonical, hash=operation.hash
                )
            self.holds[id_] = Hold(operation=operation, seq=seq, reason=reason, signed_in=str(signed_in))
        self._load_awaits([UUID(id_) for id_, _ in reasons.values()])
        return [self.holds[str(one)].operation for one in new if one in waiters and str(one) in self.holds]

    def _load_awaits(self, waiters: list[UUID]) -> None:
        rows = LedgerAwait.objects.filter(contract_id=self.contract_id, operation_id__in=waiters)
        by_waiter: dict[str, set[str]] = defaultdict(set)
        for awaited, waiter in rows.values_list("awaited", "operation_id"):
            by_waiter[str(waiter)].add(str(awaited))
            self.awaiting[str(awaited)].add(str(waiter))
        for waiter_id, awaits in by_waiter.items():
            self.holds[waiter_id].awaits = frozenset(awaits)

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


def _uuids(ids: Iterable[str]) -> list[UUID]:
    """Return those that are ids: a reference that is none names nothing, and its field says so."""
    return [UUID(one) for one in ids if is_uuid(one)]
