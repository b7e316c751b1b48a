"""Judging one operation: what becomes of it, and why. Reads a workspace, changes nothing."""

from collections.abc import Mapping
from typing import Any

import msgspec

from tallybook.core.fields import is_uuid, normalise_fields, required_missing
from tallybook.core.merging import VOIDED, Fields, Image, find_conflicts, fold, seen_writers
from tallybook.core.operations import Operation

from .record_types import RecordType
from .stored import StoredImage
from .workspace import Workspace

FITS = ("applied", "merged")


class TypedChange(msgspec.Struct, frozen=True):
    """An operation as merging needs it: its values in their normal spelling."""

    id: str
    verb: str
    set: Fields
    base: Fields
    seen: Mapping[str, str] | str


class Verdict(msgspec.Struct, frozen=True):
    """What becomes of an operation, and what it writes."""

    state: str
    reason: str = ""
    detail: Mapping[str, Any] | None = None
    awaits: frozenset[str] = frozenset()
    image: Image | None = None  # the record after it; None: nothing is written


def held(reason: str, detail: Mapping[str, Any] | None = None, awaits: frozenset[str] = frozenset()) -> Verdict:
    """Return the verdict that a person, or something missing, must decide."""
    shown = dict(detail or {}) | ({"awaits": sorted(awaits)} if awaits else {})
    return Verdict("held", reason, shown or None, awaits)


def invalid(**why: str) -> Verdict:
    """Return the verdict that these fields cannot be as they are."""
    return held("invalid", {"fields": why})


def normalise_change(operation: Operation, kind: RecordType) -> tuple[TypedChange, Mapping[str, str]]:
    """Return the operation with its values in their normal spelling, and by field what is wrong with them."""
    wanted, problems = normalise_fields(operation.set, kind.kinds)
    saw = normalise_fields(operation.base, kind.kinds)[0] if operation.base else {}
    return TypedChange(id=operation.id, verb=operation.verb, set=wanted, base=saw, seen=operation.seen), problems


def judge(workspace: Workspace, operation: Operation, *, office: bool) -> Verdict:
    """Return what becomes of an operation that this ledger has not answered, or looks at again.

    `office`: whether who delivered a decision has the office right on the contract.
    Source: docs/sync-protocol.md, "Settling". Cost: no query.
    """
    return _Case(workspace, operation, office=office).judge()


class _Case:
    """One operation before the ledger."""

    def __init__(self, workspace: Workspace, operation: Operation, *, office: bool) -> None:
        self.workspace = workspace
        self.operation = operation
        self.office = office
        self.stored: StoredImage | None = workspace.images.get(operation.record)

    def judge(self) -> Verdict:
        operation = self.operation
        if refusal := self._refuse_envelope():
            return refusal
        if operation.verb == "decide" and (verdict := self._find_target()):
            return verdict
        if operation.choice == "set_aside" and operation.verb == "decide":
            return Verdict("applied")  # of whatever type: it writes nothing
        kind = self.workspace.rules.types.get(operation.type)
        if refusal := self._refuse_type(kind):
            return refusal
        assert kind is not None
        change, problems = normalise_change(operation, kind)
        if problems:
            return invalid(**problems)
        verdict = self._judge_fit(change, kind)
        return self._bind_by_rules(verdict.state, change, kind) if verdict.state in FITS else verdict

    def _refuse_envelope(self) -> Verdict | None:
        operation = self.operation
        if problems := operation.find_problems():
            return invalid(**problems)
        if operation.contract != self.workspace.contract:
            return invalid(contract="This is about another contract.")
        if not operation.reason and (operation.verb == "decide" or operation.set.get(VOIDED) is True):
            return invalid(reason="This needs a reason.")
        return None

    def _refuse_type(self, kind: RecordType | None) -> Verdict | None:
        if kind is None:
            return held("unknown_type")
        if not 1 <= self.operation.schema <= kind.schema:
            return held("unknown_schema")
        if self.stored is not None and self.stored.type != self.operation.type:
            return invalid(type=f"This record is a {self.stored.type}.")
        return None

    def _find_target(self) -> Verdict | None:
        """Return why the held operation cannot be decided by this; None: it can."""
        operation = self.operation
        if operation.target not in self.workspace.known:
            return held("missing_target", awaits=frozenset((operation.target,)))
        hold = self.workspace.holds.get(operation.target)
        if hold is None:
            return Verdict("superseded", "already_decided")
        target = hold.operation
        if is_uuid(target.record) and target.record != operation.record:
            return invalid(record="The held operation is about another record.")
        if not self._may_decide(target):
            return invalid(author="The author of either version, or the office, decides.")
        return None

    def _may_decide(self, target: Operation) -> bool:
        if self.operation.author == target.author or self.office:
            return True
        writers = self.stored.image.writers() if self.stored else ()
        return any(self.workspace.author_of(one) == self.operation.author for one in writers)

    def _judge_fit(self, change: TypedChange, kind: RecordType) -> Verdict:
        """Return whether the record is as the person saw it."""
        operation, stored = self.operation, self.stored
        if stored is None:
            return self._judge_first()
        if operation.verb == "create":  # settled as a revise that saw nothing
            change = TypedChange(id=change.id, verb="create", set=change.set, base={}, seen={})
        missing = frozenset(one for one in seen_writers(change.seen) if self.workspace.is_missing(one))
        if missing and operation.verb == "revise":
            return held("missing_base", awaits=missing)
        if conflicts := find_conflicts(change=change, image=stored.image, groups=kind.groups):
            decides = operation.verb == "decide"
            return Verdict("superseded", "moved") if decides else held("conflict", {"fields": conflicts})
        unmoved = operation.verb == "decide" or operation.revision == stored.image.revision
        return Verdict("applied" if unmoved else "merged")

    def _judge_first(self) -> Verdict:
        """Return what becomes of an operation on a record that is not there."""
        if self.operation.verb == "create":
            return Verdict("applied")
        if self.operation.verb == "revise":
            return held("missing_record", awaits=frozenset((self.operation.record,)))
        if self.workspace.holds[self.operation.target].operation.verb == "create":
            return Verdict("applied")
        return Verdict("superseded", "moved")

    def _bind_by_rules(self, state: str, change: TypedChange, kind: RecordType) -> Verdict:
        """Hold what the contract or the record type does not allow; else say what the record becomes."""
        workspace, operation = self.workspace, self.operation
        contract = workspace.fields_of(workspace.contract)
        decided_by_office = operation.verb == "decide" and self.office
        if reason := workspace.rules.find_hold(contract, operation.type, decided_by_office):
            return held(reason)
        image = fold(image=self.stored.image if self.stored else None, change=change)
        fields = image.fields
        named = {name: str(fields[name]) for name in kind.references if fields.get(name)}
        if absent := [one for one in named.values() if one not in workspace.images]:
            return held("missing_record", awaits=frozenset(absent))
        problems = required_missing(fields, kind.required)
        problems |= kind.find_problems(fields, {name: workspace.fields_of(record) for name, record in named.items()})
        return invalid(**problems) if problems else Verdict(state, image=image)
