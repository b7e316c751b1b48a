"""Settling: every operation gets its final answer, in the order sent, in one database transaction."""

import heapq
from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from tallybook.core.merging import Image
from tallybook.core.operations import Operation

from .judging import Verdict, held, judge
from .stored import WROTE, Answer, Hold, Known, StoredImage, next_chain, spell_detail, spell_entry, under_derived_id
from .tables import Row
from .workspace import Workspace
from .writing import Written, insert_entries, write

ActsForOffice = Callable[[str], bool]  # whether somebody has the office right on the contract


def settle(
    workspace: Workspace,
    operations: Sequence[Operation],
    *,
    signed_in: str,
    received_at: str,
    acts_for_office: ActsForOffice,
    as_error: bool = False,
) -> list[Answer]:
    """Append what this ledger has not answered yet, write it, and return an answer for each operation.

    Call inside `atomic`, with the head locked. With `as_error` each new operation is held as one that
    fails by itself, unjudged. Raises what the database raises; then nothing of it may be committed.
    Source: docs/sync-protocol.md, "Settling". Cost: about a dozen statements, whatever the number of operations.
    """
    workspace.load(operations)
    workspace.load_derived_ids(operations)
    office = _ask_who_acts_for_office(workspace, operations, signed_in, acts_for_office)
    settling = _Settling(workspace, received_at=received_at, office=office)
    entries = settling.settle_all(operations, signed_in=signed_in, as_error=as_error)
    if first := next(entries, None):
        # Each entry goes to the database while the next is judged; until the last, nothing else can be asked of it.
        insert_entries(chain((first,), entries))
        write(workspace, settling.written)
    return settling.answers


def settle_anew(
    workspace: Workspace, operations: Sequence[Operation], *, received_at: str, acts_for_office: ActsForOffice
) -> int:
    """Judge held operations afresh, as a newer program does; return how many entries that made.

    What is held for the same reason as before stays as it is, without an entry. Call inside `atomic`, with the head
    locked. Raises what the database raises; then nothing of it may be committed.
    """
    workspace.load(operations)
    office = _ask_who_acts_for_office(workspace, (), "", acts_for_office)
    settling = _Settling(workspace, received_at=received_at, office=office)
    holds = [workspace.holds[one.id] for one in operations if one.id in workspace.holds]
    if entries := settling.settle_holds_anew(holds):
        insert_entries(entries)
        write(workspace, settling.written)
    return len(entries)


def _ask_who_acts_for_office(
    workspace: Workspace, operations: Sequence[Operation], signed_in: str, acts_for_office: ActsForOffice
) -> frozenset[str]:
    """Return who of those that delivered a decision has the office right. Cost: one question for each person."""
    asked = {hold.signed_in for hold in workspace.holds.values() if hold.operation.verb == "decide"}
    if any(operation.verb == "decide" for operation in operations):
        asked.add(signed_in)
    return frozenset(filter(acts_for_office, asked))


class _Settling:
    """One run of settling: the workspace that it changes, and what it will have written."""

    def __init__(self, workspace: Workspace, *, received_at: str, office: frozenset[str]) -> None:
        self.workspace = workspace
        self.received_at = received_at
        self.office = office
        self.answers: list[Answer] = []
        self.written = Written()
        self.entries: list[Row] = []  # not taken yet

    def settle_all(self, operations: Sequence[Operation], *, signed_in: str, as_error: bool) -> Iterator[Row]:
        """Settle one operation after the other; return the entries as they come."""
        for operation in operations:
            self.answers.append(self._settle_one(operation, signed_in=signed_in, as_error=as_error))
            yield from self.entries
            self.entries.clear()

    def _settle_one(self, operation: Operation, *, signed_in: str, as_error: bool) -> Answer:
        known = self.workspace.known.get(operation.id)
        reused = known is not None and known.hash != operation.hash
        if reused:
            operation = under_derived_id(operation)
            known = self.workspace.known.get(operation.id)
        if known is None:
            verdict = held("id_reused") if reused else held("error") if as_error else None
            self._append(operation, verdict or self._judge(operation, signed_in), signed_in)
            self._look_again(operation)
        return self.workspace.known[operation.id].answer

    def _judge(self, operation: Operation, signed_in: str) -> Verdict:
        return judge(self.workspace, operation, office=signed_in in self.office)

    def _append(self, operation: Operation, verdict: Verdict, signed_in: str) -> None:
        head = self.workspace.head
        seq = head.seq + 1
        entry = spell_entry(
            operation=operation.canonical,
            reason=verdict.reason,
            received_at=self.received_at,
            seq=seq,
            signed_in=signed_in,
            state=verdict.state,
        )
        head.seq, head.chain = seq, next_chain(head.chain, entry)
        self.entries.append(
            (
                self.workspace.contract, seq, operation.id, operation.canonical.decode(), operation.hash,
                operation.record_id, operation.author_id, signed_in, self.received_at, verdict.state,
                verdict.reason, spell_detail(verdict.detail), head.chain,
            )
        )  # fmt: skip
        self._remember(operation, verdict, seq, signed_in)

    def _remember(self, operation: Operation, verdict: Verdict, seq: int, signed_in: str) -> None:
        """Change records and holds as the new entry says: the fold, with no judgement left to make."""
        workspace = self.workspace
        answer = Answer(id=operation.id, seq=seq, state=verdict.state, reason=verdict.reason, detail=verdict.detail)
        known = Known(answer=answer, hash=operation.hash, author=operation.author)
        workspace.known.setdefault(operation.id, known)
        if verdict.state == "held":
            self._hold(operation, verdict, seq, signed_in)
            return
        if verdict.image is not None:
            self._write_record(operation, verdict.image, seq)
        if operation.id in workspace.holds:
            self._end(operation.id, seq, verdict.state)
        if operation.verb == "decide" and verdict.state in WROTE:
            self._end(operation.target, seq, operation.choice)

    def _write_record(self, operation: Operation, image: Image, seq: int) -> None:
        workspace, head = self.workspace, self.workspace.head
        head.records += operation.record not in workspace.images
        head.revisions += 1
        workspace.images[operation.record] = StoredImage(
            type=operation.type,
            seq=seq,
            image=image,
            author=operation.author,
            made_at=operation.made_at,
            received_at=self.received_at,
        )
        workspace.present.add(operation.id)
        self.written.records[operation.record] = None

    def _hold(self, operation: Operation, verdict: Verdict, seq: int, signed_in: str) -> None:
        workspace = self.workspace
        workspace.holds[operation.id] = Hold(
            operation=operation, seq=seq, reason=verdict.reason, signed_in=signed_in, awaits=verdict.awaits
        )
        for awaited in verdict.awaits:
            workspace.awaiting[awaited].add(operation.id)
        self.written.hold(operation, verdict, seq)

    def _end(self, operation_id: str, seq: int, how: str) -> None:
        del self.workspace.holds[operation_id]
        self.written.end(operation_id, seq, how)

    def _look_again(self, operation: Operation) -> None:
        """Settle anew, in the order of seq, what waited for this operation, its record or its target."""
        if not self.workspace.awaiting:
            return
        queue: list[tuple[int, str]] = []
        self._wake(queue, operation)
        self._settle_anew(queue)

    def settle_holds_anew(self, holds: Sequence[Hold]) -> list[Row]:
        """Settle these holds anew, and what waits for them; return the entries."""
        self._settle_anew([(hold.seq, hold.operation.id) for hold in holds])
        return self.entries

    def _settle_anew(self, queue: list[tuple[int, str]]) -> None:
        heapq.heapify(queue)
        while queue:
            seq, operation_id = heapq.heappop(queue)
            hold = self.workspace.holds.get(operation_id)
            if hold is None or hold.seq != seq:
                continue
            verdict = self._judge(hold.operation, hold.signed_in)
            if (verdict.state, verdict.reason) == ("held", hold.reason):
                self._await_anew(hold, verdict)
                continue
            if verdict.state in WROTE:
                verdict = Verdict("released", image=verdict.image)
            self._append(hold.operation, verdict, hold.signed_in)
            self._wake(queue, hold.operation)

    def _wake(self, queue: list[tuple[int, str]], operation: Operation) -> None:
        for awaited in (operation.id, operation.record, operation.target):
            for operation_id in self.workspace.awaiting.get(awaited, ()):
                hold = self.workspace.holds.get(operation_id)
                if hold is not None and hold.is_missing:
                    heapq.heappush(queue, (hold.seq, operation_id))

    def _await_anew(self, hold: Hold, verdict: Verdict) -> None:
        """Keep waiting, perhaps for something else than before."""
        if verdict.awaits != hold.awaits:
            hold.awaits = verdict.awaits
            for awaited in verdict.awaits:
                self.workspace.awaiting[awaited].add(hold.operation.id)
            self.written.awaits[hold.operation.id] = verdict.awaits
