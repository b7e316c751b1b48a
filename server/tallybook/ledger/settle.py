"""Settling: every operation gets its final answer, in the order sent, in one database transaction."""

import heapq
from collections.abc import Sequence

from tallybook.core.merging import fold
from tallybook.core.operations import Operation

from .judging import ActsForOffice, Verdict, held, judge
from .stored import WROTE, Answer, Hold, Known, StoredImage, next_chain, spell_entry, under_derived_id
from .workspace import Workspace
from .writing import Written, write


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
    settling = _Settling(workspace, received_at=received_at, acts_for_office=acts_for_office)
    answers = [settling.settle_one(operation, signed_in=signed_in, as_error=as_error) for operation in operations]
    write(workspace, settling.written)
    return answers


class _Settling:
    """One run of settling: the workspace that it changes, and what it will have written."""

    def __init__(self, workspace: Workspace, *, received_at: str, acts_for_office: ActsForOffice) -> None:
        self.workspace = workspace
        self.received_at = received_at
        self.acts_for_office = acts_for_office
        self.written = Written()

    def settle_one(self, operation: Operation, *, signed_in: str, as_error: bool) -> Answer:
        known = self.workspace.known.get(operation.id)
        reused = known is not None and known.hash != operation.hash
        if reused:
            operation = under_derived_id(operation)
            known = self.workspace.known.get(operation.id)
        if known is None:
            verdict = held("error") if as_error else held("id_reused") if reused else None
            self._append(operation, verdict or self._judge(operation, signed_in), signed_in)
            self._look_again(operation)
        return self.workspace.known[operation.id].answer

    def _judge(self, operation: Operation, signed_in: str) -> Verdict:
        return judge(self.workspace, operation, signed_in=signed_in, acts_for_office=self.acts_for_office)

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
        self.written.add_entry(
            self.workspace, operation, verdict, seq=seq, signed_in=signed_in, received_at=self.received_at
        )
        self._remember(operation, verdict, seq, signed_in)

    def _remember(self, operation: Operation, verdict: Verdict, seq: int, signed_in: str) -> None:
        """Change records and holds as the new entry says: the fold, with no judgement left to make."""
        workspace = self.workspace
        detail = dict(verdict.detail) or None
        answer = Answer(id=operation.id, seq=seq, state=verdict.state, reason=verdict.reason, detail=detail)
        known = Known(answer=answer, hash=operation.hash, author=operation.author)
        workspace.known.setdefault(operation.id, known)
        if verdict.state == "held":
            self._hold(operation, verdict, seq, signed_in)
            return
        if verdict.state in WROTE and verdict.change is not None:
            self._write_record(operation, verdict, seq)
        if operation.id in workspace.holds:
            self._end(operation.id, seq, verdict.state)
        if operation.verb == "decide" and verdict.state in WROTE:
            self._end(operation.target, seq, operation.choice)

    def _write_record(self, operation: Operation, verdict: Verdict, seq: int) -> None:
        assert verdict.change is not None
        workspace, head = self.workspace, self.workspace.head
        stored = workspace.images.get(operation.record)
        workspace.images[operation.record] = StoredImage(
            type=operation.type,
            seq=seq,
            image=fold(image=stored.image if stored else None, change=verdict.change),
            author=operation.author,
            made_at=operation.made_at,
            received_at=self.received_at,
        )
        workspace.present.add(operation.id)
        self.written.records[operation.record] = None
        head.records += stored is None
        head.revisions += 1

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
        queue: list[tuple[int, str]] = []
        self._wake(queue, operation)
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
                verdict = Verdict("released", change=verdict.change)
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
